# %.enc.yaml: %.yaml
set -eu
for source in alpha beta; do
  printf 'name: %s\nsecret: s3\n' "$source" > "$source.yaml"
  sops --age "$ANA" -e "$source.yaml" > "$source.enc.yaml"
  rm -f "$source.yaml"
done
ls
sops -d beta.enc.yaml
