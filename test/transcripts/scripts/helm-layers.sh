# Values of the base and of the stage.
set -eu
printf 'a: base\nb: base\n' > base.yaml
printf 'b: prod\n' > prod.yaml
for file in base.yaml prod.yaml; do sops -e -i -a "$ANA" "$file"; done
for file in base.yaml prod.yaml; do
  sops -d --output-type json "$file"
done
