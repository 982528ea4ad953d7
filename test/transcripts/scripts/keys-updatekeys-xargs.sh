# The same with all files in one call.
set -eu
printf 'creation_rules:\n  - age: %s\n' "$ANA" > .sops.yaml
mkdir secrets
for name in a b c; do
  printf '%s: 1\n' "$name" > "secrets/$name.yaml"
  sops encrypt --in-place "secrets/$name.yaml"
done
printf 'creation_rules:\n  - age: %s,%s\n' "$ANA" "$BEN" > .sops.yaml
find secrets -name '*.yaml' | sort | xargs sops updatekeys --yes > /dev/null 2>&1
for name in a b c; do SOPS_AGE_KEY_FILE="$KEYS/ben.txt" sops decrypt "secrets/$name.yaml"; done
