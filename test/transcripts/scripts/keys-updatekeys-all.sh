# Somebody joins: all files are wrapped for the new recipient, too.
set -eu
printf 'creation_rules:\n  - age: %s\n' "$ANA" > .sops.yaml
for name in one two; do
  printf 'name: %s\n' "$name" > "$name.yaml"
  sops -e -i "$name.yaml"
done
printf 'creation_rules:\n  - age: %s,%s\n' "$ANA" "$BEN" > .sops.yaml
find . -name '*.yaml' ! -name '.sops.yaml' | sort | xargs -n 1 sops updatekeys -y > /dev/null
SOPS_AGE_KEY_FILE="$KEYS/ben.txt" sops -d two.yaml
