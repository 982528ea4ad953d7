# A whole part at once.
set -eu
printf 'a: x\n' > x.json.yaml
sops -e -i -a "$ANA" x.json.yaml
sops --set '["db"] {"host": "h", "users": ["ana", "ben"]}' x.json.yaml
sops -d x.json.yaml
