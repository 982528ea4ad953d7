# An editor that is not there, and one that fails.
printf 'a: 1\n' > app.json.yaml
sops -e -i -a "$ANA" app.json.yaml
SOPS_EDITOR=no-such-editor sops app.json.yaml 2>/dev/null
echo "exit $?"
EDITOR=false sops edit app.json.yaml 2>/dev/null
echo "exit $?"
