#!/bin/sh
# What users made of the program is theirs: it is told of, and not touched.
set -e
case $1 in
  remove | purge)
    echo "Streambell's data are left to their users: ~/.local/share/streambell (feeds, rules, history),"
    echo "~/.local/state/streambell (logs), and passwords and tokens in their key rings, under 'streambell'."
    ;;
esac
