"""The four places that name packages agree: pyproject.toml, constraints.txt, environment.yml, README."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec, VersionSpec
from rattler import Version as CondaVersion

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

CONDA_NAMES = {"seaborn-base": "seaborn"}
"""Where conda-forge has another name for it."""
PINNED_EXTRAS = ("browser", "dev", "pdf", "scale")
"""The extra ``cluster`` is large and stands apart, with pins of its own (``constraints-cluster.txt``)."""


def requirements(lines: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(one.name): one for one in map(Requirement, lines)}


def pins() -> dict[str, Version]:
    return {name: Version(version) for name, _, version in (line.partition("==") for line in CONSTRAINTS)}


def conda_specs() -> list[str]:
    return [line for line in CONDA["dependencies"] if isinstance(line, str)]


def pip_lines() -> list[str]:
    (group,) = [line for line in CONDA["dependencies"] if isinstance(line, dict)]
    assert list(group) == ["pip"]
    return [str(line) for line in group["pip"]]


RUNTIME = requirements(PROJECT["dependencies"])
PINNED = RUNTIME | {
    name: one
    for extra in PINNED_EXTRAS
    for name, one in requirements(PROJECT["optional-dependencies"][extra]).items()
}


def pypi_name(spec: str) -> str:
    name = spec.split()[0]
    return CONDA_NAMES.get(name, name)


def conda_runtime() -> dict[str, str]:
    """Version specifiers of the runtime dependencies in environment.yml, by their names on PyPI."""
    conda = {pypi_name(spec): spec.partition(" ")[2] for spec in conda_specs()}
    by_pip = requirements([line for line in pip_lines() if line != "-e ."])
    both = conda | {name: str(one.specifier) for name, one in by_pip.items()}
    return {name: version for name, version in both.items() if name not in ("python", "pip")}


def test_every_dependency_has_a_reason() -> None:
    tables = re.findall(r"^(\w+) = \[\n(.*?)^\]", PYPROJECT, re.MULTILINE | re.DOTALL)
    lines = [
        line
        for name, body in tables
        if name in ("dependencies", *PROJECT["optional-dependencies"])
        for line in body.splitlines()
        if not line.lstrip().startswith("#")
    ]
    assert len(lines) == sum(map(len, PROJECT["optional-dependencies"].values())) + len(RUNTIME)
    assert not [
        line for line in lines if not re.fullmatch(r'    "[^"]+", +# \w.{9,}|    "[^"]+", +# \'.+', line)
    ]


def test_constraints_are_plain_pins() -> None:
    assert not [line for line in CONSTRAINTS if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[0-9][\w.]*", line)]
    assert sorted(pins()) == [line.partition("==")[0] for line in CONSTRAINTS]


@pytest.mark.parametrize("name", sorted(PINNED))
def test_constraints_pin_what_pyproject_asks_for(name: str) -> None:
    assert name in pins()
    assert PINNED[name].specifier.contains(pins()[name])


def test_cluster_is_apart() -> None:
    assert not {"dask", "pyspark", "distributed"} & set(pins())
    apart = {
        name: Version(version)
        for name, _, version in (
            line.partition("==")
            for line in (ROOT / "constraints-cluster.txt").read_text(encoding="utf-8").splitlines()
        )
    }
    assert {"dask", "pyspark", "distributed"} <= set(apart)
    assert {name: version for name, version in pins().items() if apart.get(name, version) != version} == {}


def test_conda_environment() -> None:
    assert (CONDA["name"], CONDA["channels"]) == (PROJECT["name"], ["conda-forge"])
    assert set(CONDA) == {"name", "channels", "dependencies"}
    assert f"python {PROJECT['requires-python']}" in conda_specs()
    assert "pip" in conda_specs()
    assert pip_lines()[-1] == "-e ."


def test_conda_environment_asks_for_the_same_packages() -> None:
    assert sorted(conda_runtime()) == sorted(RUNTIME)


@pytest.mark.parametrize("name", sorted(RUNTIME))
def test_conda_environment_asks_for_the_same_versions(name: str) -> None:
    version = conda_runtime()[name]
    assert Requirement(f"{name}{version}").specifier == RUNTIME[name].specifier
    assert VersionSpec(version, strict=True).matches(CondaVersion(str(pins()[name])))


@pytest.mark.parametrize("spec", conda_specs())
def test_conda_parses(spec: str) -> None:
    parsed = MatchSpec(spec, strict=True)
    assert parsed.name is not None
    assert str(parsed.version or "") == spec.partition(" ")[2]


def test_readme_says_what_was_not_tried() -> None:
    assert "checked, not solved" in (ROOT / "README.md").read_text(encoding="utf-8")
