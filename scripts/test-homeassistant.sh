#!/usr/bin/env bash
# Runs the tests of the Home Assistant preset against Home Assistant itself, which is installed into target/homeassistant
# the first time (about a gigabyte and some minutes). It needs Python 3.13, that of $PYTHON if that is set.
set -euo pipefail
cd "$(dirname "$0")/.."

place=target/homeassistant
requirements=tests/servers/homeassistant/requirements.txt

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

install_home_assistant() {
  local python
  python=$(find_python)
  say "Home Assistant, in $place"
  "$python" -m venv --clear "$place/venv"
  "$place/venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
  # What its parts need it installs itself, when it looks at a configuration that has them.
  local check
  check=$(mktemp -d)
  cp tests/servers/homeassistant/configuration.yaml "$check"
  "$place/venv/bin/hass" --config "$check" --script check_config >/dev/null
  rm -rf "$check"
  touch "$place/.installed"
}

if [[ ! -e $place/.installed || $requirements -nt $place/.installed ]]; then
  install_home_assistant
fi
cargo test -p streambell-cli --test headless -- --ignored homeassistant
