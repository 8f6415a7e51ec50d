#!/usr/bin/env bash
# Opens the program, with these arguments: on the display that there is, else in a virtual one.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$PWD/target/debug/streambell

if [[ -n ${DISPLAY-} || -n ${WAYLAND_DISPLAY-} ]]; then
  exec "$program" "$@"
fi
echo "There is no display, so Streambell opens in a virtual one. 'make screenshot' in another terminal writes a picture of"
echo "it to screenshot.png; Ctrl-C ends it."
STREAMBELL_DESKTOP_STATE=$PWD/target/virtual-desktop exec scripts/virtual-desktop.sh run "$program" "$@"
