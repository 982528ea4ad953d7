# Every encrypted file of a repository gets a plain one beside it.
set -eu
mkdir -p prod stage
for env in prod stage; do
  printf 'name: %s\n' "$env" > "$env/app.yaml"
  sops -e -a "$ANA" "$env/app.yaml" > "$env/app.enc.yaml"
  rm "$env/app.yaml"
done
find . -name '*.enc.yaml' | sort | while read -r file; do
  sops -d "$file" > "${file%.enc.yaml}.yaml"
done
cat prod/app.yaml stage/app.yaml
