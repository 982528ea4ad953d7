# A path that is wrong ends the job with sops's number.
for call in '-d' '-e' '-r' 'decrypt' 'encrypt' 'rotate'; do
  sops $call nowhere.yaml >/dev/null 2>&1
  echo "$call $?"
done
