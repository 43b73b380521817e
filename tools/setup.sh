#!/bin/sh
# Makes the environment, from the project's root: tools/setup.sh PYTHON FOLDER [EXTRAS] [CONSTRAINTS], such as [dev,scale].
# An environment that is there and works is kept, whatever PYTHON is.
set -eu
python=$1 folder=$2 extras=${3-} constraints=${4-constraints.txt}

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

if ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    [ -n "$python" ] || stop "No python3 or python found: install Python 3.11 or later, or name yours: make setup PYTHON=/path/to/python3"
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || stop "$python does not run: name another with PYTHON=/path/to/python3"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "Python 3.11 or later is needed, and $python is $version: name another with PYTHON=/path/to/python3"
    "$python" -c 'import venv, ensurepip' 2>/dev/null || stop "$python cannot make environments. On Debian and Ubuntu, install that part with: sudo apt install python$version-venv"
    echo "Making an environment of Python $version in $folder"
    "$python" -m venv --clear "$folder"
fi

# A user's own pip settings may ask for --user, which no environment allows.
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1
inside="$folder/bin/python"
echo "Installing the project and what it needs (a few minutes on a slow line)"
if "$inside" -m pip install --quiet uv &&
    "$inside" -m uv pip install --python "$inside" --compile-bytecode -c "$constraints" -e ".$extras"; then
    :
else
    echo "uv cannot install here; using pip, which takes longer"
    "$inside" -m pip install -c "$constraints" -e ".$extras"
fi
