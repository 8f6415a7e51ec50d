#!/usr/bin/env bash
# Builds the packages for Linux, a .deb and a .rpm, into target/package/release, and prints their sizes.
# `scripts/package.sh --debug` builds nothing, and packs the program as the tests have it, into target/package/debug: large,
# but the same in all else.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=release
pages=(cargo run --quiet -p streambell-cli --example pages --)
bundle=(build --bundles deb,rpm -- --package streambell)
if [[ ${1-} == --debug ]]; then
  profile=debug
  pages=(target/debug/examples/pages)
  bundle=(bundle --debug --bundles deb,rpm)
fi
stage=target/package
built=target/$profile/bundle
made=$stage/$profile

# Packages made of the same commit have the same files: with the commit's time, and compressed without one.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.toml)
export SOURCE_DATE_EPOCH
version=$(cargo pkgid -p streambell)
version=${version##*[@#]}

# What both packages have below /usr, beside the program, its entry in the menu, and its icons in each size.
stage_common() {
  local share=$1/share
  "${pages[@]}" "$1"
  gzip -9n "$share"/man/man1/*.1
  install -Dm644 src-tauri/linux/org.streambell.Streambell.metainfo.xml -t "$share/metainfo"
  install -Dm644 src-tauri/linux/streambell.service -t "$1/lib/systemd/user"
  install -Dm644 src-tauri/icons/icon.svg "$share/icons/hicolor/scalable/apps/streambell.svg"
  install -Dm644 src-tauri/icons/symbolic.svg "$share/icons/hicolor/symbolic/apps/streambell-symbolic.svg"
}

stage_deb() {
  local share=$stage/deb/share
  install -Dm644 src-tauri/linux/copyright -t "$share/doc/streambell"
  install -Dm644 src-tauri/linux/lintian-overrides "$share/lintian/overrides/streambell"
  node scripts/third-party.mjs | gzip -9n >"$share/doc/streambell/third-party.txt.gz"
  debian_changelog | gzip -9n >"$share/doc/streambell/changelog.gz"
}

# What Debian asks for: whose release this is. What is new in it is in CHANGELOG.md.
debian_changelog() {
  echo "streambell ($version) stable; urgency=medium"
  echo
  echo "  * See https://github.com/streambell/streambell/blob/v$version/CHANGELOG.md"
  echo
  echo " -- The Streambell developers <developers@streambell.org>  $(date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

stage_rpm() {
  local share=$stage/rpm/share
  mv "$share/zsh/vendor-completions" "$share/zsh/site-functions"
  install -Dm644 LICENSE-MIT LICENSE-APACHE -t "$share/licenses/streambell"
  node scripts/third-party.mjs >"$share/licenses/streambell/third-party.txt"
}

rm -rf "$stage"/{deb,rpm} "$made" "$built"
mkdir -p "$made"
stage_common "$stage/deb"
cp -r "$stage/deb" "$stage/rpm"
stage_deb
stage_rpm
find "$stage"/{deb,rpm} -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
ui/node_modules/.bin/tauri "${bundle[@]}"
rm -r "$stage"/{deb,rpm}
cp "$built"/deb/*.deb "$built"/rpm/*.rpm "$made"
echo
echo "The packages of Streambell $version:"
for package in "$made"/*.{deb,rpm}; do
  stat -c '%n %s' "$package" | awk '{ printf "  %-55s %5.1f MB\n", $1, $2 / 1e6 }'
done
