# Only what ends in _secret is hidden from reviewers.
set -eu
printf 'host: db\npassword_secret: s3cret\nnested:\n    key_secret: k\n    plain: p\n' > values.yaml
sops -e -i --encrypted-suffix _secret -a "$ANA" values.yaml
grep -E 'host|plain' values.yaml
sops -d values.yaml
