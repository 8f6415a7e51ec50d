#!/usr/bin/env bash
# Writes a picture of the program to a file (screenshot.png): of the one that `make run` has opened in a virtual desktop,
# else of one of its own, with the demo feeds and data of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
state=target/virtual-desktop
program=$PWD/target/debug/streambell

# Waits until every feed is open, and a moment longer for the window to draw them.
await_feeds() {
  local tries=100
  until "$program" feeds list 2>/dev/null | grep -q '"type":"open"' && ! "$program" feeds list | grep -q '"type":"connecting"'; do
    ((tries--)) || { echo "screenshot: the feeds did not open; see what the program says" >&2; exit 1; }
    sleep 0.2
  done
  sleep "${STREAMBELL_PICTURE_AFTER:-6}"
}

if [[ ${1-} == --inside ]]; then
  "$program" --demo &
  trap 'kill -TERM $! 2>/dev/null; wait' EXIT
  await_feeds
  import -window root "$2"
  exit
fi
picture=$(realpath -m "${1:-screenshot.png}")
if [[ -e $state ]]; then
  mapfile -t environment <"$state"
  env "${environment[@]}" import -window root "$picture"
  echo "$picture shows the program that runs in the virtual desktop."
else
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  STREAMBELL_HOME=$folder scripts/virtual-desktop.sh run scripts/screenshot.sh --inside "$picture"
  echo "$picture shows the program with the demo feeds, in a virtual desktop of its own."
fi
