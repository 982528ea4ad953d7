# A set-up step compares the version.
set -eu
version=$(sops --version --disable-version-check | head -n 1 | cut -d ' ' -f 2)
echo "have $version"
case $version in 3.*) echo fine ;; *) exit 1 ;; esac
