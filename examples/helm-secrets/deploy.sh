#!/usr/bin/env bash
# helm without a plugin: ./deploy.sh upgrade --install shop. The values are decrypted before helm starts, since helm would not notice
# that the command in <( ) failed, and go on without them. They are read from a pipe: not on the disk, not in the list of processes.
#
# With the plugin helm-secrets, which calls sops, and sotto if it is told so:
#   HELM_SECRETS_SOPS_PATH=sotto helm secrets upgrade --install shop ./chart -f values.yaml -f secrets://secrets/prod.yaml
set -euo pipefail

values=$(sotto decrypt secrets/prod.yaml)
exec helm "$@" ./chart -f values.yaml -f <(printf '%s\n' "$values")
