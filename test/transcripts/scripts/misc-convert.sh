# The same values in four formats.
set -eu
printf 'a: one\nb: two\n' > x.yaml
sops -e -i -a "$ANA" x.yaml
for format in yaml json dotenv; do
  echo "-- $format"
  sops -d --output-type "$format" x.yaml
done
