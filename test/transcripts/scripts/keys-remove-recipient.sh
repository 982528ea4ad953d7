# And without.
set -eu
printf 'a: 1\n' > x.yaml
sops -e -i --age "$ANA,$BEN" x.yaml
sops rotate -i --rm-age "$BEN" x.yaml
grep -c 'recipient:' x.yaml
SOPS_AGE_KEY_FILE="$KEYS/ben.txt" sops -d x.yaml 2>/dev/null || echo "no longer: $?"
