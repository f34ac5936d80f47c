#!/usr/bin/env bash
# Opens the window; where there is no screen, does its main job without one.
#
#     packaging/run.sh PROGRAM OUT [FILE]
set -euo pipefail
program=$1 out=$2
shift 2

if [ "$(uname)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$program" "$@"
fi
echo "There is no display here: doing the main job without a window; the results go to $out"
QT_QPA_PLATFORM=offscreen exec "$program" tour --out "$out"
