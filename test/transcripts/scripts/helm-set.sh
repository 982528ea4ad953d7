# The image tag of the next release.
set -eu
printf 'image:\n    tag: v1\ndb:\n    password: s3cret\n' > values.yaml
sops -e -i -a "$ANA" values.yaml
sops --set '["image"]["tag"] "v2"' values.yaml
sops -d --extract '["image"]' values.yaml
