# An .env file for a secretGenerator.
set -eu
printf '# of the app\nUSER=app\nPASSWORD=s3cret\n' > .env.secret
sops -e -i --input-type dotenv --output-type dotenv -a "$ANA" .env.secret
sops -d --input-type dotenv --output-type dotenv .env.secret
