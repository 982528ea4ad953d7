# What is decrypted goes straight to the cluster.
set -eu
apply() { sed 's/^/apply| /'; }
printf 'kind: Secret\nstringData:\n    token: t\n' > s.yaml
sops encrypt --encrypted-regex stringData --age "$ANA" --output s.enc.yaml s.yaml
sops decrypt s.enc.yaml | apply
