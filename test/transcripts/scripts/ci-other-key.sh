# The machine has a key, but not one of this file's.
printf 'a: 1\n' > x.json.yaml
sops -e -i -a "$ANA" x.json.yaml
SOPS_AGE_KEY_FILE="$KEYS/ben.txt" sops decrypt x.json.yaml 2>/dev/null || echo "cannot read: $?"
