# The question is answered by a pipe.
set -eu
printf 'creation_rules:\n  - age: %s\n' "$ANA" > .sops.yaml
printf 'a: 1\n' > x.yaml
sops -e -i x.yaml
printf 'creation_rules:\n  - age: %s,%s\n' "$ANA" "$BEN" > .sops.yaml
echo n | sops updatekeys x.yaml > /dev/null 2>&1
SOPS_AGE_KEY_FILE="$KEYS/ben.txt" sops -d x.yaml 2>/dev/null || echo "not yet: $?"
echo y | sops updatekeys x.yaml > /dev/null 2>&1
SOPS_AGE_KEY_FILE="$KEYS/ben.txt" sops -d x.yaml
