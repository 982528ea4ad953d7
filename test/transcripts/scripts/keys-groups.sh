# Two groups, both needed.
printf 'creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - age: [%s]\n      - age: [%s]\n' "$ANA" "$BEN" > .sops.yaml
printf 'a: 1\n' > x.yaml
sops -e -i x.yaml
sops -d x.yaml > /dev/null 2>&1
echo "one of two: $?"
cat "$KEYS/ana.txt" "$KEYS/ben.txt" > both.txt
SOPS_AGE_KEY_FILE=both.txt sops -d x.yaml
rm both.txt
