# A build decrypts what it deploys into a file of its own.
set -eu
printf 'url: https://api.example.org\ntoken: t0k3n\n' > app.yaml
sops --encrypt --age "$ANA" app.yaml > app.enc.yaml
rm app.yaml
sops --decrypt --output deploy.yaml app.enc.yaml
cat deploy.yaml
