# The tag of an image is changed by a stream editor.
set -eu
printf 'image:\n    tag: v1\npassword: s3cret\n' > values.yaml
sops -e -i -a "$ANA" values.yaml
EDITOR="sed -i 's/tag: v1/tag: v2/'" sops edit values.yaml
sops -d values.yaml
