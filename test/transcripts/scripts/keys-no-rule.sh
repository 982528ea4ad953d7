# A file that no rule is for is not encrypted.
printf 'creation_rules:\n  - path_regex: secrets/\n    age: %s\n' "$ANA" > .sops.yaml
printf 'a: 1\n' > other.yaml
sops -e -i other.yaml 2>/dev/null
echo "exit $?"
sops -e -i --age "$ANA" other.yaml 2>/dev/null
echo "exit $?"
cat other.yaml
