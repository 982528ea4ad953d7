# What would be deployed, against what is deployed.
set -eu
printf 'a: 1\nb: 2\n' > old.yaml
printf 'a: 1\nb: 3\n' > new.yaml
sops -e -i -a "$ANA" old.yaml
sops -e -i -a "$ANA" new.yaml
sops -d old.yaml > old.plain
sops -d new.yaml > new.plain
diff old.plain new.plain || true
