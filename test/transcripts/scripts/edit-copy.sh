# An editor that copies a file over the one it is given.
set -eu
printf 'a: 1\nb: x\n' > app.yaml
sops -e -i -a "$ANA" app.yaml
printf 'a: 2\nb: x\nc: new\n' > new.yaml
EDITOR="cp new.yaml" sops app.yaml
sops -d app.yaml
