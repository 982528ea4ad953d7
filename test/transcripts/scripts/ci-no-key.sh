# A fork has no key: the step says so and goes on.
printf 'a: 1\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
unset SOPS_AGE_KEY_FILE
sops -d x.yaml > out.yaml 2>/dev/null
echo "exit $?"
wc -c < out.yaml | tr -d ' '
