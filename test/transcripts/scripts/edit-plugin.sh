# An editor's plugin: it decrypts into its own buffer, and puts the new text in the place of what sops shows it.
set -eu
printf 'creation_rules:\n  - age: %s\n' "$ANA" > .sops.yaml
printf 'a: 1\nb: x\n' > app.yaml
sops --encrypt --in-place app.yaml
sops --decrypt --input-type yaml --output-type yaml app.yaml > buffer
sed 's/x/z/' buffer > changed
printf '#!/bin/sh\ncat "$BUFFER" > "$1"\n' > put
chmod +x put
BUFFER="$PWD/changed" SOPS_EDITOR="$PWD/put" sops edit app.yaml
sops --decrypt --input-type yaml --output-type yaml app.yaml
sops --filename-override app.yaml --encrypt /dev/stdin < buffer > app.yaml.new
sops -d --input-type yaml --output-type yaml app.yaml.new
