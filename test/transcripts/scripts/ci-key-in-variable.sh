# The identity is a secret variable of the CI system.
set -eu
printf 'a: 1\nb: two\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
SOPS_AGE_KEY=$(grep AGE-SECRET-KEY "$KEYS/ana.txt")
unset SOPS_AGE_KEY_FILE
export SOPS_AGE_KEY
sops -d x.yaml
