# A template is encrypted under the name that it will have.
set -eu
printf 'A=1\n' | sops encrypt --age "$ANA" --filename-override app.env > app.env
sops -d app.env
printf 'a: 1\n' > template
sops -e --age "$ANA" --filename-override final.yaml template > final.yaml
sops -d final.yaml
