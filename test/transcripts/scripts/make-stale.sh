# The plain file is made anew only when the encrypted one is newer.
set -eu
printf 'v: 1\n' > app.enc.yaml
sops -e -i -a "$ANA" app.enc.yaml
build() { [ app.yaml -nt app.enc.yaml ] || { sops -d app.enc.yaml > app.yaml; touch app.yaml; echo made; }; }
touch -t 202001010000 app.enc.yaml
build
build
cat app.yaml
