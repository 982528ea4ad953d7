# A job sources a decrypted .env file and removes it again.
set -eu
printf 'STAGE=prod\nRELEASE=42\n' > prod.env
sops -e -i -a "$ANA" prod.env
sops -d --output .decrypted prod.env
set -a
. ./.decrypted
set +a
rm .decrypted
sh -c 'echo "$STAGE $RELEASE"'
