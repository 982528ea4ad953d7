# Placeholders of a template take values of a JSON file.
set -eu
printf '{\n\t"host": "h",\n\t"port": 80\n}\n' > vars.json
sops -e -i -a "$ANA" vars.json
host=$(sops -d --extract '["host"]' vars.json)
port=$(sops -d --extract '["port"]' vars.json)
echo 'http://<host>:<port>/' | sed "s/<host>/$host/; s/<port>/$port/"
