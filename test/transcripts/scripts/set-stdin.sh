# A password never stands on a command line.
set -eu
printf 'a: x\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
echo '"s3cret"' | sops set --value-stdin x.yaml '["password"]'
sops -d --extract '["password"]' x.yaml
