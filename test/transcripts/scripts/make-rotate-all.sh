# New data keys for all files.
set -eu
for name in one two three; do
  printf 'name: %s\n' "$name" > "$name.yaml"
  sops -e -i -a "$ANA" "$name.yaml"
done
cp one.yaml before
find . -name '*.yaml' -print0 | xargs -0 -n 1 sops -r -i
cmp -s one.yaml before || echo changed
rm before
sops -d one.yaml
