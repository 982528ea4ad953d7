# A generator writes all manifests of a list to standard output.
set -eu
for name in one two; do
  printf 'kind: Secret\nmetadata:\n    name: %s\nstringData:\n    k: v\n' "$name" > "$name.enc.yaml"
  sops -e -i --encrypted-regex '^stringData$' -a "$ANA" "$name.enc.yaml"
done
for name in one two; do
  echo ---
  sops -d "$name.enc.yaml"
done
