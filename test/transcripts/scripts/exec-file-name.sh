# It looks at the name, too.
set -eu
printf '{\n\t"a": 1\n}\n' > c.json
sops -e -i -a "$ANA" c.json
sops exec-file --no-fifo --filename config.json c.json 'basename {}; cat {}'
