#!/bin/sh
# The program as the package has installed it in the Debian of `make test-package`, with these arguments.
scripts=$(dirname "$0")
exec "$scripts/clean-debian.sh" exec "$scripts/../target/debian" streambell "$@"
