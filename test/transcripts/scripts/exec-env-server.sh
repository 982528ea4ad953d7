# A server gets its settings by its environment.
set -eu
printf 'PORT=8080\nTOKEN=t0k\n' > server.env
sops -e -i -a "$ANA" server.env
printf '#!/bin/sh\necho "listening on $PORT with $TOKEN"\n' > server
chmod +x server
sops exec-env server.env ./server
