# A value that was changed by hand is noticed.
printf 'amount: 10\nnote_unencrypted: seen\n' > pay.yaml
sops -e -i -a "$ANA" pay.yaml
sed -i.bak 's/seen/changed/' pay.yaml
rm pay.yaml.bak
sops -d pay.yaml 2>/dev/null
echo "exit $?"
sops -d --ignore-mac pay.yaml
