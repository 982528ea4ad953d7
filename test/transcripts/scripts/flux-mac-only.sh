# Plain fields may be patched by other tools.
set -eu
printf 'kind: Secret\nmetadata:\n    name: a\nstringData:\n    token: t\n' > s.yaml
sops -e -i --mac-only-encrypted --encrypted-regex '^stringData$' -a "$ANA" s.yaml
sed -i.bak 's/name: a/name: b/' s.yaml
rm s.yaml.bak
sops -d s.yaml
