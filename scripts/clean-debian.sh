#!/usr/bin/env bash
# A Debian 12 of its own in a folder, with nothing in it but what debootstrap and the package bring. It shares with this
# machine the kernel, loopback and /tmp, where a virtual desktop is; every command has its mounts for itself alone.
#
#   scripts/clean-debian.sh make ROOT            a fresh one, in the place of what is there
#   scripts/clean-debian.sh exec ROOT COMMAND…   runs a command in it, with the environment of now
#
# Needs root, or sudo. DEBIAN_MIRROR names another mirror.
set -euo pipefail

fail() { echo "clean debian: $*" >&2; exit 1; }
(($# >= 2)) || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mode=$1 root=$(realpath -m "$2")
shift 2
if ((EUID != 0)); then
  command -v sudo >/dev/null || fail "neither root nor sudo is at hand"
  exec sudo --preserve-env "$0" "$mode" "$root" "$@"
fi

# shellcheck disable=SC2016 # expanded inside
enter='
  root=$0
  mount --bind /tmp "$root/tmp"
  mount --rbind /dev "$root/dev"
  mount --rbind /sys "$root/sys"
  mount -t proc proc "$root/proc"
  exec chroot "$root" "$@"'

case $mode in
  make)
    command -v debootstrap >/dev/null || fail "debootstrap is missing: run scripts/install.sh test"
    unshare --mount true 2>/dev/null || fail "mounts are not allowed here. In a container, start that with --privileged"
    # What is downloaded once is kept for the next time.
    cache=$root.packages
    mkdir -p "$cache"
    rm -rf --one-file-system "$root"
    debootstrap --variant=minbase --cache-dir="$cache" bookworm "$root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$root.log" ||
      fail "debootstrap failed: see $root.log"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    # Nothing that is installed in it is started.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    ;;
  exec)
    (($#)) || fail "run what?"
    [[ -x $root/bin/sh ]] || fail "there is no Debian in $root"
    # In the place of this process, so that a signal reaches the command.
    exec unshare --mount --propagation private bash -euc "$enter" "$root" "$@"
    ;;
  *) fail "make or exec, not $mode" ;;
esac
