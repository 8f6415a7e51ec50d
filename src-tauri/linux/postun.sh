if [ "$1" = 0 ]; then
  echo "Streambell's data are left to their users: ~/.local/share/streambell (feeds, rules, history),"
  echo "~/.local/state/streambell (logs), and passwords and tokens in their key rings, under 'streambell'."
fi
