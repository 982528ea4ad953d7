# Nothing but the file's values.
set -eu
printf 'ONLY=this\n' > x.env
sops -e -i -a "$ANA" x.env
OTHER=that sops exec-env --pristine x.env 'echo "[$ONLY][$OTHER]"'
OTHER=that sops exec-env x.env 'echo "[$ONLY][$OTHER]"'
