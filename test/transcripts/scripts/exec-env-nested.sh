# What is nested has no place in an environment.
printf 'db:\n    host: h\n' > app.yaml
sops -e -i -a "$ANA" app.yaml
sops exec-env app.yaml env 2>/dev/null
echo "exit $?"
