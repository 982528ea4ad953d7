#!/usr/bin/env bash
# Turns a tmux pane, or captured bytes of a terminal, into a PNG (or SVG) that a person can look at.
#
#   term2png.sh pane TARGET OUT.png [tmux arguments, such as -L NAME]
#   term2png.sh file IN OUT.png [COLUMNS] [ROWS]
#
# TERM2PNG_THEME is dark or light, TERM2PNG_ZOOM the pixels for one. A font is needed: fonts-dejavu-core, or
# test/peers/install-peers.sh fonts; for Chinese, Japanese and Korean also fonts-noto-cjk or fonts-wqy-zenhei.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
draw=("${TERM2PNG_NODE:-node}" "$here/term2png.mjs" --theme "${TERM2PNG_THEME:-dark}" --zoom "${TERM2PNG_ZOOM:-1}")
case ${1:-} in
  pane)
    target=$2 out=$3
    shift 3
    read -r columns rows x y shown < <(tmux "$@" display -p -t "$target" '#{pane_width} #{pane_height} #{cursor_x} #{cursor_y} #{cursor_flag}')
    capture=$(mktemp)
    trap 'rm -f "$capture"' EXIT
    tmux "$@" capture-pane -e -p -N -t "$target" >"$capture" # with colours, and with blanks at the ends of lines
    cursor=()
    if [ "$shown" = 1 ]; then cursor=(--cursor "$x,$y"); fi
    "${draw[@]}" --lf "${cursor[@]}" "$capture" "$out" "$columns" "$rows"
    ;;
  file) "${draw[@]}" "$2" "$3" "${4:-100}" "${5:-30}" ;;
  *)
    sed -n 2,8p "$0" >&2
    exit 2
    ;;
esac
