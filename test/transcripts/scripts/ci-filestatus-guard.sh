# Nobody merges a plain secret.
printf 'a: 1\n' > good.yaml
printf 'a: 1\n' > bad.yaml
sops -e -i -a "$ANA" good.yaml
status=0
for file in bad.yaml good.yaml; do
  case $(sops filestatus "$file") in
    *true*) echo "$file ok" ;;
    *) echo "$file is plain"; status=1 ;;
  esac
done
exit $status
