# Git shows plain text in its diffs.
set -eu
textconv() { sops -d "$1"; }
printf 'a: 1\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
textconv x.yaml
