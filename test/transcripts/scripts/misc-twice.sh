# Encrypting what is encrypted is refused, and nothing is lost.
printf 'a: 1\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
sops -e -i -a "$ANA" x.yaml 2>/dev/null
echo "exit $?"
sops -d -i x.yaml
sops -d -i x.yaml 2>/dev/null
echo "exit $?"
cat x.yaml
