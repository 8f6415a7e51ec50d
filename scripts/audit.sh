#!/usr/bin/env bash
# Looks at all dependencies: their licences and sources, and what is known of holes in them. What is known stands on
# servers that not every machine reaches: then that is said, and is an error where AUDIT=required.
set -euo pipefail
cd "$(dirname "$0")/.."

unknown() {
  echo "audit: $1 cannot be asked from here, so holes in $2 were not looked for." >&2
  [[ ${AUDIT-} != required ]]
}

PATH=$PWD/target/tools/bin:$PATH
cargo deny --log-level error check bans licenses sources
if output=$(cargo deny --log-level warn check advisories 2>&1); then
  echo "advisories ok"
elif grep -q 'failed to fetch advisory database' <<<"$output"; then
  unknown "RustSec's list" "crates"
else
  echo "$output" >&2
  exit 1
fi

# What is shipped; tools that build it run here only.
cd ui
if output=$(npm audit --omit dev --audit-level moderate 2>&1); then
  echo "npm audit ok"
elif grep -q 'audit endpoint returned an error' <<<"$output"; then
  unknown "npm's list" "packages"
else
  echo "$output" >&2
  exit 1
fi
