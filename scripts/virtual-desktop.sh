#!/usr/bin/env bash
# A whole desktop on a machine without one: a display in memory, a session bus of its own, a window manager, a panel
# with a tray, a notification daemon and a key ring. Everything it starts ends with it, whatever happens to its caller.
#
#   scripts/virtual-desktop.sh run COMMAND…     runs a command in one
#   scripts/virtual-desktop.sh serve [OPTION…]  prints its environment, one NAME=value a line, then 'ready'; ends when
#                                               standard input does
# Options of serve: no-tray, no-notifications, no-keyring, locked-keyring.
set -euo pipefail

say() { echo "virtual desktop: $*" >&2; }
fail() { say "$*"; exit 1; }

for tool in Xvfb dbus-daemon xfwm4 xfce4-panel dunst gnome-keyring-daemon gdbus xprop; do
  command -v "$tool" >/dev/null || fail "$tool is missing: run scripts/install.sh test"
done

mode=${1:-}
shift || true
folder=$(mktemp -d "${TMPDIR:-/tmp}/streambell-desktop.XXXXXX")
mark=STREAMBELL_DESKTOP=$folder
environment=(
  "$mark" "HOME=$folder/home" "XDG_RUNTIME_DIR=$folder/run" "XDG_CONFIG_HOME=$folder/config"
  "XDG_DATA_HOME=$folder/data" "XDG_CACHE_HOME=$folder/cache" "XDG_STATE_HOME=$folder/state"
  XDG_SESSION_TYPE=x11 XDG_CURRENT_DESKTOP=XFCE GDK_BACKEND=x11 NO_AT_BRIDGE=1 "LANG=${LANG:-C.UTF-8}"
)

# Every process that was started here, directly or by the session bus, has the mark in its environment.
marked() {
  grep -lzxF -- "$mark" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true
}

stop() {
  local pids
  while pids=$(marked) && [[ -n $pids ]]; do
    # shellcheck disable=SC2086 # one word a process
    kill -KILL $pids 2>/dev/null || true
    sleep 0.05
  done
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

inside() { env -u WAYLAND_DISPLAY "${environment[@]}" "$@"; }
start() { inside "$@" </dev/null >>"$folder/$(basename "$1").log" 2>&1 & }
await_name() {
  inside gdbus wait --session --timeout 30 "$1" || fail "nothing came to own $1 within 30 seconds"
}

start_display() {
  local number
  mkfifo "$folder/display"
  # Opened for both, so that opening does not wait for the other end.
  start Xvfb -displayfd 3 -screen 0 "${STREAMBELL_DESKTOP_SIZE:-1280x860}x24" -nolisten tcp -noreset 3<>"$folder/display"
  read -r -t 30 number <>"$folder/display" || fail "the display did not start within 30 seconds"
  environment+=("DISPLAY=:$number")
}

# A bus of its own, which starts nothing by itself but the settings service of the panel: what a test leaves out stays
# out.
start_bus() {
  local address
  mkdir "$folder/services"
  cp /usr/share/dbus-1/services/org.xfce.Xfconf.service "$folder/services"
  cat >"$folder/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$folder/run</listen>
  <auth>EXTERNAL</auth>
  <servicedir>$folder/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END
  mkfifo "$folder/address"
  start dbus-daemon --config-file="$folder/bus.conf" --nofork --print-address=3 3<>"$folder/address"
  read -r -t 30 address <>"$folder/address" || fail "the session bus did not start within 30 seconds"
  environment+=("DBUS_SESSION_BUS_ADDRESS=$address")
}

start_window_manager() {
  start xfwm4 --compositor=off
  local tries=300
  until inside xprop -root _NET_SUPPORTING_WM_CHECK 2>/dev/null | grep -q 'window id'; do
    ((tries--)) || fail "the window manager did not start within 30 seconds"
    sleep 0.1
  done
}

start_panel() {
  local channels=$folder/config/xfce4/xfconf/xfce-perchannel-xml
  mkdir -p "$channels"
  cat >"$channels/xfce4-panel.xml" <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=640;y=846"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="28"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="known-legacy-items" type="array"/>
    </property>
  </property>
</channel>
END
  start xfce4-panel --disable-wm-check
  await_name org.kde.StatusNotifierWatcher
}

# dunst hands each notification that it shows to a script, which leaves it as a file of fields in $folder/shown.
start_notifications() {
  mkdir "$folder/shown"
  cat >"$folder/record" <<END
#!/bin/sh
printf '%s\0' "\$DUNST_ID" "\$DUNST_APP_NAME" "\$DUNST_SUMMARY" "\$DUNST_BODY" "\$DUNST_URGENCY" >"$folder/.shown.\$\$"
mv "$folder/.shown.\$\$" "$folder/shown/\$DUNST_ID"
END
  chmod +x "$folder/record"
  cat >"$folder/dunstrc" <<END
[global]
  notification_limit = 0
  history_length = 0
  stack_duplicates = false
  font = DejaVu Sans 10
  markup = full
  width = (280, 380)
  offset = 12x12
  origin = top-right
[every]
  summary = "*"
  script = "$folder/record"
END
  start dunst -config "$folder/dunstrc"
  await_name org.freedesktop.Notifications
}

start_keyring() {
  # The password only makes and opens a key ring that ends with this desktop.
  printf streambell | inside gnome-keyring-daemon --unlock --components=secrets >>"$folder/keyring.log" 2>&1 3>&-
  await_name org.freedesktop.secrets
  if [[ $1 == locked ]]; then
    inside gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
      --method org.freedesktop.Secret.Service.Lock "['/org/freedesktop/secrets/collection/login']" >/dev/null
  fi
}

start_all() {
  local option tray=yes notifications=yes keyring=unlocked
  for option in "$@"; do
    case $option in
      no-tray) tray=no ;;
      no-notifications) notifications=no ;;
      no-keyring) keyring=no ;;
      locked-keyring) keyring=locked ;;
      *) fail "unknown option $option" ;;
    esac
  done
  mkdir -p "$folder"/{home,config,data,cache,state}
  mkdir -m 700 "$folder/run"
  start_display
  start_bus
  start_window_manager
  [[ $tray == no ]] || start_panel
  [[ $notifications == no ]] || start_notifications
  [[ $keyring == no ]] || start_keyring "$keyring"
}

case $mode in
  serve)
    start_all "$@"
    printf '%s\n' "${environment[@]}" ready
    exec 1>&-
    cat >/dev/null
    ;;
  run)
    (($#)) || fail "run what?"
    start_all
    # The command keeps the user's own folders: what it stores outlives the virtual desktop.
    outer=("HOME=$HOME")
    for name in XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME; do
      outer+=("$name=${!name-}")
    done
    if [[ -n ${STREAMBELL_DESKTOP_STATE-} ]]; then
      mkdir -p "$(dirname "$STREAMBELL_DESKTOP_STATE")"
      printf '%s\n' "${environment[@]}" >"$STREAMBELL_DESKTOP_STATE"
      trap 'rm -f "$STREAMBELL_DESKTOP_STATE"; stop' EXIT
    fi
    env "${environment[@]}" "${outer[@]}" "$@" </dev/null &
    command=$!
    # The command ends before the desktop that it is on.
    trap 'kill -TERM "$command" 2>/dev/null; wait "$command"; exit 130' INT TERM HUP
    wait "$command"
    ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
