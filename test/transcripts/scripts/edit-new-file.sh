# A new file begins as an example, and ends as what the editor wrote.
set -eu
printf 'creation_rules:\n  - age: %s\n' "$ANA" > .sops.yaml
mkdir -p secrets
printf 'first: value\n' > content
EDITOR="cp content" sops secrets/new.yaml
sops -d secrets/new.yaml
EDITOR='sed -i "s/^hello:.*/hello: Hello/"' sops secrets/example.yaml
sops -d --extract '["hello"]' secrets/example.yaml | cut -c 1-5
