# A key store is encrypted as it is.
set -eu
printf 'line one\nline two\n' > keystore.jks
sops -e -a "$ANA" keystore.jks > keystore.jks.enc
rm keystore.jks
sops -d --input-type binary --output-type binary --output keystore.jks keystore.jks.enc
cat keystore.jks
