# Back and forth without a loss.
set -eu
printf '; main\n[db]\nhost = h\n\n[web]\nport = 80\n' > app.ini
cp app.ini copy.ini
sops -e -i -a "$ANA" app.ini
cp app.ini backup.ini
sops -d -i app.ini
cmp app.ini copy.ini && echo same
sops -d backup.ini
