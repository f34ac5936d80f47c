#!/usr/bin/env bash
# Makes the virtual environment VENV if it is not there, and installs WHAT into it, editable.
#
#     packaging/environment.sh VENV WHAT        WHAT: "." or ".[dev]"
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1 what=$2

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    if ! python=$(packaging/python.sh); then
        echo "CNN Workbench needs Python 3.11 to 3.13; install one, or name it: make PYTHON=…" >&2
        exit 1
    fi
    echo "Making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
fi
echo "Installing CNN Workbench and what it needs; the first time this takes some minutes"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$what"
