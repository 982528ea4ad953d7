# A job takes its variables from a YAML file.
set -eu
printf 'DB_HOST: db.internal\nDB_PORT: 5432\n' > vars.yaml
sops -e -i -a "$ANA" vars.yaml
eval "$(sops -d --output-type dotenv vars.yaml)"
echo "connecting to $DB_HOST:$DB_PORT"
