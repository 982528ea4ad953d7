# A Secret of which only the data are encrypted.
set -eu
printf 'creation_rules:\n  - path_regex: .*\\.yaml\n    encrypted_regex: ^(data|stringData)$\n    age: %s\n' "$ANA" > .sops.yaml
printf 'apiVersion: v1\nkind: Secret\nmetadata:\n    name: db\nstringData:\n    user: app\n    password: s3cret\n' > secret.yaml
sops --encrypt --in-place secret.yaml
grep -E '^(apiVersion|kind|    name)' secret.yaml
sops -d secret.yaml
