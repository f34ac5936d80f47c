#!/usr/bin/env bash
# Prints the Python to use: $PYTHON, or the first of 3.11 to 3.13 found, one that can make virtual
# environments before one that cannot yet.  Exit code 1 if there is none.
set -euo pipefail

first_that() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c "$1" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
first_that "import ensurepip, venv; $fits" || first_that "$fits"
