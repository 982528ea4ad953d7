# Every file can be decrypted, or the target fails.
set -u
failed=0
for name in a b; do
  printf 'k: %s\n' "$name" > "$name.yaml"
  sops -e -i -a "$ANA" "$name.yaml"
done
echo 'k: plain' > c.yaml
for file in a.yaml b.yaml c.yaml; do
  if sops -d "$file" > /dev/null 2>&1; then echo "$file ok"; else echo "$file failed"; failed=1; fi
done
exit "$failed"
