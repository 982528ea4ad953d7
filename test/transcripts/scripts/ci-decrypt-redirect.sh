# The oldest form: decrypt, with the shell writing the file.
set -eu
printf '{\n\t"user": "deploy",\n\t"key": "k"\n}\n' > creds.json
sops -e -a "$ANA" creds.json > creds.enc.json
sops -d creds.enc.json > creds.out.json
cmp creds.json creds.out.json && echo same
