# A pipeline within, and one without.
set -eu
printf 'B=2\nA=1\n' > x.env
sops -e -i -a "$ANA" x.env
sops exec-env x.env 'printf "%s\n" "$B" "$A" | sort' | tr '\n' ,
echo
