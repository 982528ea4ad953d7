# A program reads its secrets from a file.
set -eu
printf 'user: app\npassword: s3cret\n' > creds.yaml
sops -e -i -a "$ANA" creds.yaml
sops exec-file creds.yaml 'cat {}'
