#!/usr/bin/env bash
# All tests, one runner after the other; stops at the first runner that fails, and ends with what each counted.
set -euo pipefail
cd "$(dirname "$0")/.."
features=(--features custom-protocol)
# Tests read what the program says: in English, whoever runs them.
export LC_ALL=C.UTF-8
log=$(mktemp)
counts=()
ended() {
  rm -f "$log"
  echo
  echo "== what was counted"
  printf '%s\n' "${counts[@]}"
  echo "total: $(sum passed) passed, $(sum failed) failed"
}
sum() { printf '%s\n' "${counts[@]}" | grep -oE "[0-9]+ $1" | awk '{ total += $1 } END { print total + 0 }'; }
trap ended EXIT

# Runs a command, and keeps the lines of its output that count its tests.
count() {
  local name=$1 pattern=$2
  shift 2
  echo "== $name"
  local status=0
  "$@" 2>&1 | tee "$log" || status=$?
  while IFS= read -r line; do counts+=("$name: $line"); done < <(sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -E "$pattern" | grep -vE ' 0 passed; 0 failed; 0 ignored' || true)
  return "$status"
}

in_ui() { (cd ui && npm run --silent "$@"); }

in_ui build
echo "== format and lint"
cargo fmt --all --check
cargo clippy --workspace --all-targets "${features[@]}" -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps -p streambell-sse
in_ui check
count "ui, unit" '^ *Tests ' in_ui test
count "ui, in a browser" '^ *[0-9]+ (passed|failed|skipped)' in_ui test:browser
count "rust" '^test result:' cargo test --workspace --no-fail-fast "${features[@]}"

echo "== packages"
scripts/version.sh
scripts/package.sh --debug
count "packages" '^test result:' scripts/test-package.sh --debug

# The tests write what is generated from the types; what is committed must be the same.
git diff --exit-code -- ui/src/bindings docs/config.schema.json docs/preset.schema.json || {
  echo "Generated files were out of date. They are refreshed now: commit them." >&2
  exit 1
}
