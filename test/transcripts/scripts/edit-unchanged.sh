# Who looks and changes nothing, writes nothing.
printf 'a: 1\n' > app.yaml
sops -e -i -a "$ANA" app.yaml
cp app.yaml before
EDITOR=true sops app.yaml 2>/dev/null
echo "exit $?"
cmp app.yaml before && echo untouched
rm before
