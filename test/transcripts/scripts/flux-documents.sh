# Several manifests in one file.
set -eu
printf 'kind: Secret\ndata:\n    a: QQ==\n---\nkind: ConfigMap\ndata:\n    b: b\n' > all.yaml
sops -e -i --encrypted-regex '^data$' -a "$ANA" all.yaml
grep '^kind' all.yaml
sops -d all.yaml
