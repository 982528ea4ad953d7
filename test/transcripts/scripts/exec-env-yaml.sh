# Flat YAML does as well; types become texts.
set -eu
printf 'HOST: h\nPORT: 5432\nDEBUG: true\n' > app.yaml
sops -e -i -a "$ANA" app.yaml
sops exec-env app.yaml 'echo "$HOST:$PORT $DEBUG"'
