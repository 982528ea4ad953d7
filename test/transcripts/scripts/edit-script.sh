# An editor in a file of its own, told by a variable, as editor plugins do.
set -eu
printf '{\n\t"a": 1\n}\n' > app.json
sops -e -i -a "$ANA" app.json
printf '#!/bin/sh\ncat "$WANTED" > "$1"\n' > editor
chmod +x editor
printf '{\n\t"a": 2\n}\n' > wanted.json
WANTED="$PWD/wanted.json" SOPS_EDITOR="$PWD/editor" EDITOR=false sops --input-type json --output-type json app.json
sops -d app.json
