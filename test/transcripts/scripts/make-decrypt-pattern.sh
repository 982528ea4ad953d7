# %: %.enc, for files of several kinds.
set -eu
printf 'A=1\n' > a.env
printf '[s]\nk = v\n' > b.ini
printf 'c: 3\n' > c.yaml
for file in a.env b.ini c.yaml; do
  sops -e -i -a "$ANA" "$file"
done
for file in a.env b.ini c.yaml; do
  sops -d "$file" | sed "s/^/$file| /"
done
