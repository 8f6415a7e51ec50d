#!/usr/bin/env bash
# Runs the tests of the Home Assistant preset against Home Assistant itself, which is installed into target/homeassistant
# the first time (about a gigabyte and some minutes). It needs Python 3.13, that of $PYTHON if that is set.
set -euo pipefail
cd "$(dirname "$0")/.."

place=target/homeassistant
version=2025.4.4

say() { echo "test-homeassistant: $*" >&2; }

is_right() {
  command -v "$1" >/dev/null && "$1" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null
}

find_python() {
  local python
  for python in "${PYTHON:-}" python3.13 python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python; do
    if [[ -n $python ]] && is_right "$python"; then
      echo "$python"
      return
    fi
  done
  say "Python 3.13 is missing, without which Home Assistant does not run. Install it with 'uv python install 3.13' or"
  say "'pyenv install 3.13', or name it: PYTHON=/path/to/python3.13 make test-homeassistant"
  return 1
}

# What its parts need it installs itself when it starts.
start_once() {
  local folder port hass
  folder=$(mktemp -d)
  port=$("$place/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
  sed "s/8123/$port/" tests/servers/homeassistant/configuration.yaml >"$folder/configuration.yaml"
  "$place/venv/bin/hass" --config "$folder" >"$folder/log" 2>&1 &
  hass=$!
  # shellcheck disable=SC2064 # the values of now are meant
  trap "kill $hass 2>/dev/null || true; wait $hass || true; rm -rf '$folder'" EXIT
  local look="import sys, urllib.request as web; web.urlopen(sys.argv[1])"
  until "$place/venv/bin/python" -c "$look" "http://127.0.0.1:$port/api/onboarding" 2>/dev/null; do
    kill -0 "$hass" 2>/dev/null || { cat "$folder/log" >&2; return 1; }
    sleep 1
  done
  kill "$hass"
  wait "$hass" || true
  rm -rf "$folder"
  trap - EXIT
}

install_home_assistant() {
  local python
  python=$(find_python)
  say "Home Assistant, in $place"
  "$python" -m venv --clear "$place/venv"
  # It says itself which versions go together; without that they are looked for among all that there ever were.
  local pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
  "${pip[@]}" --no-deps "homeassistant==$version"
  "${pip[@]}" --constraint "$place"/venv/lib/python3.13/site-packages/homeassistant/package_constraints.txt \
    "homeassistant==$version"
  start_once
  echo "$version" >"$place/installed"
}

if [[ $(cat "$place/installed" 2>/dev/null) != "$version" ]]; then
  install_home_assistant
fi
cargo test -p streambell-cli --test headless -- --ignored homeassistant
