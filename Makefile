# Needs GNU make 3.81 or later and Python 3.11 or later; everything else is installed into .venv.
# Another Python: make setup PYTHON=/path/to/python3

PYTHON ?= $(shell command -v python3 || command -v python)
VENV := .venv
PY := $(VENV)/bin/python
RUNTIME := $(VENV)/.runtime-is-set-up
DEV := $(VENV)/.dev-is-set-up
BROWSER := $(VENV)/.browser-is-set-up
CLUSTER := .venv-cluster
QUARTER := 2025Q3
EXAMPLES := 5500

# Where it is set, every process compiles the package anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help report test run setup lint style types unit fuzz nbval batch office browser edges gallery baselines lab notebooks bench test-cluster constraints constraints-cluster clean ci untouched

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' Makefile

report: $(RUNTIME) ## Set up and make the sample's quarterly report
	@echo "Making the sample's report of $(QUARTER)"
	@$(PY) -m partnership_analysis report --portfolio data/sample/portfolio.xlsx --quarter $(QUARTER)

# The types take one core for a minute: the tests run beside them, after the style, which is soon known to be wrong.
test: style ## Set up and check everything: lint, types, contracts, tests, notebooks
	@$(MAKE) --no-print-directory -j 2 types run

run: unit
	@$(MAKE) --no-print-directory nbval

setup: $(DEV) ## Set up everything for working on the project

lint: style types ## Check style, types and which way imports run

style: $(DEV)
	@echo "Checking style (ruff)"
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --quiet --check .
	@echo "Checking which way imports run (import-linter)"
	@$(PY) -c 'from importlinter.cli import lint_imports_command as run; run()'

types: $(DEV)
	@echo "Checking types (mypy)"
	@$(PY) -m mypy

unit: $(DEV) ## Run the tests: units, properties, examples, command line, guards
	@echo "Running the tests (pytest)"
	@$(PY) -m pytest -q -n 2

fuzz: $(DEV) ## Load more than 20,000 made and mutated files (EXAMPLES: of each of four sorts)
	@FUZZ_EXAMPLES=$(EXAMPLES) $(PY) -m pytest -q -n 2 --hypothesis-profile search tests/sources tests/importing

nbval: $(DEV) ## Run the notebooks again and compare every output with the committed one
	@echo "Running the notebooks again and comparing their outputs (nbval)"
	@IPYTHONDIR="$$PWD/$(VENV)/ipython" $(PY) -m pytest -q --nbval --nbval-current-env -n 2 --dist loadfile notebooks

batch: $(DEV) ## Check whole folders, both engines and batches: processes that die, interruptions, many partners
	@echo "Running engines and batches (pytest)"
	@$(PY) -m pytest -q -n 2 -m batch tests/reports tests/metrics/test_profile.py tests/test_sharing.py

office: $(DEV) ## Have LibreOffice count the scorecard again, to nine places
	@echo "Counting the scorecard again (LibreOffice)"
	@$(PY) -m pytest -q -m office tests/reports

browser: $(BROWSER) ## Run every notebook in JupyterLab in Chromium, and axe-core over the report; pictures in reports/browser
	@echo "Running the notebooks in a browser (Playwright)"
	@$(PY) -m pytest -q -m browser tests/browser

test-cluster: $(CLUSTER)/.is-set-up ## Run the panel on Spark and Dask, in an environment of their own (needs Java 17 for Spark)
	@echo "Running the panel on clusters (pytest)"
	@$(CLUSTER)/bin/python -m pytest -q -m cluster tests/cluster

edges: $(DEV) ## Draw every chart on every odd portfolio, look for text cut off or covered, and run every notebook on each
	@echo "Drawing every chart and running every notebook on every odd portfolio"
	@$(PY) -m pytest -q -n 2 -m edges tests/charts/test_edges.py tests/charts/test_gallery.py

gallery: $(DEV) ## Draw every chart and run every notebook on the sample, at the edges and on real data: reports/gallery/index.html
	@$(PY) -m tools.gallery

baselines: $(DEV) ## Draw again the pictures that the first page's charts are compared with
	@$(PY) -m pytest -q tests/charts/test_baselines.py --mpl-generate-path=tests/charts/baseline

bench: $(DEV) ## Measure everything against its rivals, for README's table (OPTIONS=--quick: small sizes)
	@$(PY) tests/benchmarks/bench.py $(OPTIONS)

lab: $(RUNTIME) ## Open JupyterLab on the first notebook, with our outputs trusted
	@$(PY) -m nbformat.sign notebooks/*.ipynb >/dev/null
	@$(PY) -m partnership_analysis.reports.engines.lab $(OPTIONS) notebooks/00_start_here.ipynb

notebooks: $(DEV) ## Run the committed notebooks in place and normalise them
	@echo "Running the notebooks in place"
	@$(PY) tools/notebooks.py

constraints: $(DEV) ## Pin what pyproject.toml asks for (OPTIONS=--upgrade: to the newest)
	@$(PY) -m uv pip compile pyproject.toml --extra browser --extra dev --extra pdf --extra scale --python-version 3.11 \
		--no-annotate --no-header --quiet $(OPTIONS) -o constraints.txt

constraints-cluster: $(DEV) ## Pin the environment of Spark and Dask, in the versions of constraints.txt where both have a package
	@$(PY) -m uv pip compile pyproject.toml --extra cluster --extra dev --extra scale --python-version 3.11 -c constraints.txt \
		--no-annotate --no-header --quiet $(OPTIONS) -o constraints-cluster.txt

ci: report test untouched

untouched:
	@echo "Checking that no command changed or left a file"
	@git diff --exit-code --stat
	@test -z "$$(git status --porcelain)" || { git status --short; exit 1; }

clean: ## Remove the environment and all caches; reports stay
	rm -rf $(VENV) $(CLUSTER) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): pyproject.toml constraints.txt tools/setup.sh
	@sh tools/setup.sh "$(PYTHON)" $(VENV) "[pdf]"
	@touch $@

$(DEV): pyproject.toml constraints.txt tools/setup.sh
	@sh tools/setup.sh "$(PYTHON)" $(VENV) "[dev,pdf,scale]"
	@touch $(RUNTIME) $@

$(BROWSER): pyproject.toml constraints.txt tools/setup.sh
	@sh tools/setup.sh "$(PYTHON)" $(VENV) "[browser,dev,pdf,scale]"
	@touch $(RUNTIME) $(DEV) $@

$(CLUSTER)/.is-set-up: pyproject.toml constraints-cluster.txt tools/setup.sh
	@sh tools/setup.sh "$(PYTHON)" $(CLUSTER) "[cluster,dev,scale]" constraints-cluster.txt
	@touch $@
