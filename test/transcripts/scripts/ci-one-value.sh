# One value goes into a variable.
set -eu
printf '{\n\t"db": {\n\t\t"password": "p w",\n\t\t"ports": [\n\t\t\t1,\n\t\t\t2\n\t\t]\n\t}\n}\n' > db.json
sops -e -i -a "$ANA" db.json
password=$(sops -d --extract '["db"]["password"]' db.json)
echo "[$password]"
sops decrypt --extract '["db"]["ports"][1]' db.json
