#!/usr/bin/env bash
# Installs what is missing to build (`scripts/install.sh build`) or to build and test (`scripts/install.sh test`)
# Streambell on Debian 12, to show it where there is no display (`desktop`), to take pictures of its views (`pictures`),
# to look at the code (`check`), or to run the servers in examples/ (`examples`). Run again it does nothing, quickly. It
# touches the system only through apt-get; all the rest stays in this folder: ui/node_modules, tests/servers/node_modules,
# .venv, examples/.venv and target/tools.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-build}
build_packages=(
  build-essential ca-certificates pkg-config
  libwebkit2gtk-4.1-dev libayatana-appindicator3-dev librsvg2-dev libxdo-dev
)
# What shows the program where there is no display, and what the desktop tests look at it with.
desktop_packages=(
  xvfb dbus-daemon xfwm4 xfce4-panel xfconf dunst gnome-keyring libsecret-tools libglib2.0-bin
  xdotool x11-utils xdg-utils imagemagick adwaita-icon-theme fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji
)
test_packages=(
  webkit2gtk-driver libnotify-bin chromium-headless-shell python3-venv util-linux procps iproute2 systemd
  nginx libnginx-mod-nchan redis-server default-jre-headless tinyproxy-bin microsocks haproxy
  # What looks at the packages, and the Debian that they are tried out on.
  lintian rpm desktop-file-utils appstream dpkg-dev man-db debootstrap
)

example_packages=(python3-venv redis-server)
# What takes pictures of the window.
picture_packages=(chromium-headless-shell fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji)

case $purpose in
  build | check) packages=("${build_packages[@]}") ;;
  desktop) packages=("${build_packages[@]}" "${desktop_packages[@]}") ;;
  test) packages=("${build_packages[@]}" "${desktop_packages[@]}" "${test_packages[@]}") ;;
  pictures) packages=("${picture_packages[@]}") ;;
  examples) packages=("${example_packages[@]}") ;;
  *) echo "usage: scripts/install.sh [build|check|desktop|test|pictures|examples]" >&2; exit 2 ;;
esac

say() { echo "install: $*" >&2; }
fail() { say "$*"; exit 1; }

require_toolchain() {
  command -v cargo >/dev/null || fail "Rust is missing: get it from https://rustup.rs, then run this again."
  command -v npm >/dev/null || fail "Node.js is missing: get version 20 or newer from https://nodejs.org, then run this again."
  local major
  major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
  ((major >= 20)) || fail "Node.js $(node --version) is too old: version 20 or newer is needed."
}

missing_packages() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null | sed -n 's/^installed //p' || true)
  comm -23 <(printf '%s\n' "${packages[@]}" | sort -u) <(sort -u <<<"$installed")
}

install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "this is not Debian, so nothing is installed here. Needed are what these Debian packages hold:"
    printf '  %s\n' "${packages[@]}" >&2
    return
  fi
  local missing as_root=()
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "these packages are missing, and neither root nor sudo is at hand: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -q
  # The tests start servers of their own: Debian's are neither to run now nor at the next start of the machine.
  local policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    # shellcheck disable=SC2064 # the values of now are meant
    trap "${as_root[*]} rm -f $policy" EXIT
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
  local server
  for server in nginx redis-server haproxy; do
    if [[ -d /run/systemd/system && " ${missing[*]} " == *" $server "* ]]; then
      "${as_root[@]}" systemctl disable --quiet "$server"
    fi
  done
}

# Runs a command unless its result is newer than what it is made of.
unless_newer() {
  local result=$1 source=$2
  shift 2
  [[ -e $result && ! $source -nt $result ]] && return
  "$@"
  touch "$result"
}

install_node_modules() {
  say "npm ci in ui/"
  (cd ui && npm ci --no-audit --no-fund)
}

install_npm_servers() {
  say "npm ci in tests/servers/"
  (cd tests/servers && npm ci --no-audit --no-fund)
}

install_python_servers() {
  say "the Python servers of the tests, in .venv"
  # Debian's own Python where it is there: another one may lack venv.
  local python=/usr/bin/python3
  [[ -x $python ]] || python=python3
  "$python" -m venv --clear .venv
  .venv/bin/pip install --quiet --disable-pip-version-check -r tests/servers/requirements.txt
}

# A program from crates.io, in target/tools.
install_tool() {
  [[ -x target/tools/bin/$1 ]] && return
  say "cargo install $1, in target/tools"
  cargo install "$1" --version "$2" --locked --quiet --root target/tools
}

require_toolchain
install_packages
unless_newer ui/node_modules/.package-lock.json ui/package-lock.json install_node_modules
if [[ $purpose == test ]]; then
  unless_newer .venv/.installed tests/servers/requirements.txt install_python_servers
  examples/run --install
  unless_newer tests/servers/node_modules/.package-lock.json tests/servers/package-lock.json install_npm_servers
  install_tool tauri-driver "^2"
fi
if [[ $purpose == check ]]; then
  install_tool cargo-deny "^0.20"
fi
