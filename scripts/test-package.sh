#!/usr/bin/env bash
# Tests the packages in target/package/release, or those of `scripts/package.sh --debug` with that option: what is in them,
# and what they are on a Debian that has never seen the program.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=$PWD/target/package/release make='make package'
if [[ ${1-} == --debug ]]; then
  packages=$PWD/target/package/debug make='scripts/package.sh --debug'
fi
ls "$packages"/*.deb >/dev/null 2>&1 || { echo "There is no package to test: run '$make' first." >&2; exit 1; }
scripts/clean-debian.sh make target/debian
STREAMBELL_PACKAGES=$packages STREAMBELL_PROGRAM=$PWD/scripts/installed.sh LC_ALL=C.UTF-8 \
  cargo test --features custom-protocol --test package -- --test-threads 1
