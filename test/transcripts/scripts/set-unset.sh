# What is no longer needed goes.
set -eu
printf 'a: x\nb: y\nc:\n    - 1\n    - 2\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
sops unset x.yaml '["b"]'
sops unset x.yaml '["c"][0]'
sops unset x.yaml '["zz"]' 2>/dev/null || echo "exit $?"
sops unset --idempotent x.yaml '["zz"]'
sops -d x.yaml
