# Values of a list of pairs.
set -eu
printf 'a: 1\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
while read -r name value; do
  sops set x.yaml "[\"$name\"]" "\"$value\""
done <<END
user app
host db.internal
END
sops -d x.yaml
