# One file for one more person.
set -eu
printf 'a: 1\n' > x.yaml
sops -e -i --age "$ANA" x.yaml
sops -r -i --add-age "$BEN" x.yaml
grep -c 'recipient:' x.yaml
SOPS_AGE_KEY_FILE="$KEYS/ben.txt" sops -d x.yaml
