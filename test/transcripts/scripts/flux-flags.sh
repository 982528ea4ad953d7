# The same by flags, as the guides say.
set -eu
printf 'kind: Secret\nmetadata:\n    name: db\ndata:\n    password: cGFzcw==\n' > basic-auth.yaml
sops --age="$ANA" --encrypt --encrypted-regex '^(data|stringData)$' --in-place basic-auth.yaml
grep -c 'ENC\[' basic-auth.yaml
sops --decrypt basic-auth.yaml
