# Every format comes to the editor in its own form.
set -eu
printf 'A=1\n# note\nB=2\n' > x.env
printf '[s]\na = 1\n' > x.ini
printf 'bytes' > x.bin
for file in x.env x.ini x.bin; do
  sops -e -i -a "$ANA" "$file"
  EDITOR="sh -c 'cat \"\$0\" >> seen; echo >> \"\$0\"'" sops "$file" || echo "$file $?"
done
cat seen
for file in x.env x.ini x.bin; do sops -d "$file" | sed '/^$/d'; done
