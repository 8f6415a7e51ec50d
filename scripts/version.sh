#!/usr/bin/env bash
# Prints the version, which stands in Cargo.toml and nowhere else, once it is sure that what tells of releases tells of it:
# CHANGELOG.md, and what software centres show. With an argument: also that this is its tag.
# `scripts/version.sh --notes` prints what CHANGELOG.md says of it.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "version: $*" >&2; exit 1; }

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "Cargo.toml has no version of the form 1.2.3"
heading=$(grep -m 1 "^## \[$version\]" CHANGELOG.md) || fail "CHANGELOG.md says nothing of $version: name it there, with its date"
date=${heading##* }
grep -q "<release version=\"$version\" date=\"$date\">" src-tauri/linux/*.metainfo.xml ||
  fail "src-tauri/linux/*.metainfo.xml does not have <release version=\"$version\" date=\"$date\">"

case ${1-} in
  --notes) awk -v start="## [$version]" 'index($0, start) == 1 { on = 1; next } /^## / { on = 0 } on' CHANGELOG.md ;;
  '' | "v$version") echo "$version" ;;
  *) fail "the tag is $1, and Cargo.toml says $version: tag v$version, or change Cargo.toml" ;;
esac
