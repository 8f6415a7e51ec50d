#!/usr/bin/env bash
# A systemd of one user that manages the unit `streambell` in $HOME/.config/systemd/user, started, broken and stopped as its users
# do; each step says what came of it. It is a world of its own (mounts, processes, a control group), which ends with this script:
#     unshare --mount --cgroup --pid --fork --kill-child --mount-proc tests/servers/systemd-user.sh PROGRAM
set -euo pipefail
program=$1
group=/sys/fs/cgroup/streambell-test-$RANDOM

umount --recursive /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
# systemd runs for a user only where it runs for the system, and knows that by this folder.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/systemd/system "$group"
echo $$ >"$group/cgroup.procs"
/lib/systemd/systemd --user --log-target=console >"$HOME/systemd.log" 2>&1 &
manager=$!
leave() {
  # What is left of the groups goes once nobody is in them.
  systemctl --user exit || kill "$manager" || true
  wait "$manager" || true
  echo $$ >/sys/fs/cgroup/cgroup.procs
  find "$group" -depth -type d -exec rmdir {} +
}
trap leave EXIT

until systemctl --user is-system-running >/dev/null 2>&1 || [[ $(systemctl --user is-system-running 2>&1) == degraded ]]; do
  kill -0 "$manager" || { cat "$HOME/systemd.log" >&2; exit 1; }
  sleep 0.1
done
show() { systemctl --user show --value --property "$1" streambell; }
until_is() { until [[ $(show "$1") == "$2" ]]; do sleep 0.1; done; }

# Comes back when the program says that it is ready.
systemctl --user start streambell
echo "started: $(show ActiveState)"
"$program" feeds list >/dev/null && echo "commands reach it"
until_is StatusText "1 feed, 1 open"
echo "stands: $(show StatusText)"

kill -STOP "$(show MainPID)"
until_is NRestarts 1
until_is ActiveState active
echo "hung: started again"
kill -KILL "$(show MainPID)"
until_is NRestarts 2
until_is ActiveState active
echo "killed: started again"
systemctl --user stop streambell
echo "stopped: $(show ActiveState), $(show Result)"

"$program" run --no-hub >"$HOME/by-hand.log" 2>&1 &
by_hand=$!
until grep -q "running; Ctrl-C" "$HOME/by-hand.log"; do kill -0 "$by_hand"; sleep 0.1; done
systemctl --user start streambell && exit 1
echo "while another runs: $(show ActiveState), $(show Result), $(show NRestarts) restarts"
kill "$by_hand"
wait "$by_hand"
