# Chart values, decrypted beside the encrypted file as plugins do.
set -eu
printf 'replicas: 2\nimage:\n    tag: "1.25"\ndb:\n    password: s3cret\n' > secrets.yaml
sops -e -i -a "$ANA" secrets.yaml
sops -d secrets.yaml > secrets.yaml.dec
cat secrets.yaml.dec
rm secrets.yaml.dec
