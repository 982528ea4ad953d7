# The file is YAML, the program wants JSON.
set -eu
printf 'a: 1\nb:\n    - x\n' > c.yaml
sops -e -i -a "$ANA" c.yaml
sops exec-file --output-type json c.yaml 'cat {}'
sops exec-file c.yaml 'cat {} > /dev/null; exit 3' 2>/dev/null || echo "exit $?"
