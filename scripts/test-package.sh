#!/usr/bin/env bash
# Tests the packages in target/package: what is in them, and what they are on a Debian that has never seen the program.
set -euo pipefail
cd "$(dirname "$0")/.."

ls target/package/*.deb >/dev/null 2>&1 || { echo "There is no package to test: run 'make package' first." >&2; exit 1; }
scripts/clean-debian.sh make target/debian
STREAMBELL_PROGRAM=$PWD/scripts/installed.sh LC_ALL=C.UTF-8 \
  cargo test --features custom-protocol --test package -- --test-threads 1
