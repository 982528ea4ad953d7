# Decrypting what comes through a pipe, with the formats named.
set -eu
printf 'a: 1\nlist:\n    - x\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
cat x.yaml | sops -d --input-type yaml --output-type yaml /dev/stdin
cat x.yaml | sops decrypt --input-type yaml --output-type json
