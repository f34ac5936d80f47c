#!/usr/bin/env bash
# Makes sure that this system has what pip cannot bring: a fitting Python, and libraries for Qt.
#
# What is missing is installed through apt where that is allowed; otherwise the one line to run is
# printed, and the exit code is 1.
set -euo pipefail
cd "$(dirname "$0")/.."

# A library that Qt opens, and the Debian package that brings it.
drawing="
    libglib-2.0.so.0 libglib2.0-0
    libEGL.so.1 libegl1
    libGL.so.1 libgl1
    libxkbcommon.so.0 libxkbcommon0
    libfontconfig.so.1 libfontconfig1
    libdbus-1.so.3 libdbus-1-3
"
screen="
    libxcb-cursor.so.0 libxcb-cursor0
    libxcb-icccm.so.4 libxcb-icccm4
    libxcb-keysyms.so.1 libxcb-keysyms1
    libxkbcommon-x11.so.0 libxkbcommon-x11-0
    libxcb-shape.so.0 libxcb-shape0
"

missing_packages() {
    local python
    python=$(packaging/python.sh) || echo python3
    "${python:-false}" -c 'import ensurepip, venv' 2>/dev/null || echo "$(basename "${python:-python3}")-venv"

    [ "$(uname)" = Linux ] || return 0
    local known
    known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p)
    while read -r library package; do
        if [ -n "$library" ] && [[ $known != *"$library"* ]]; then echo "$package"; fi
    done <<<"$drawing${DISPLAY:+$screen}"
}

packages=$(missing_packages | xargs)
[ -n "$packages" ] || exit 0

install="apt-get install -y --no-install-recommends $packages"
if ! command -v apt-get >/dev/null; then
    echo "These are missing here (Debian's names): $packages. Install them, then run make again." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "Some system packages are missing. Run this line, then make again:" >&2
    echo "    sudo $install" >&2
    exit 1
fi
echo "Installing system packages: $packages"
# The list of packages may be empty or out of date on a bare system.
$as_root apt-get -q update
DEBIAN_FRONTEND=noninteractive $as_root $install
