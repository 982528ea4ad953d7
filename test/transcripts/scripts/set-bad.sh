# Values that are none.
printf 'a: x\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
sops --set '["a"] text' x.yaml 2>/dev/null; echo "$?"
sops --set '["a"]' x.yaml 2>/dev/null; echo "$?"
sops set x.yaml a 2>/dev/null; echo "$?"
sops set x.yaml '["a"' '"x"' 2>/dev/null; echo "$?"
