# Notes in a manifest.
set -eu
printf '# who: ana\nkind: Secret\nstringData:\n    # from the vault\n    token: t\n' > s.yaml
sops -e -i --encrypted-regex '^stringData$' -a "$ANA" s.yaml
grep -c 'who: ana' s.yaml
sops -d s.yaml
