# Production for one, the rest for both.
set -eu
printf 'creation_rules:\n  - path_regex: prod\\.yaml$\n    age: %s\n  - age: "%s,%s"\n' "$ANA" "$ANA" "$BEN" > .sops.yaml
printf 'a: 1\n' | tee prod.yaml > dev.yaml
sops -e -i prod.yaml
sops -e -i dev.yaml
grep -c recipient: prod.yaml
grep -c recipient: dev.yaml
