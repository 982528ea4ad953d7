#!/bin/sh
# The key of the state, for OpenTofu's key provider "external": a header, then what OpenTofu stored with the state is read (null for
# a new one), then the keys. Made once, seen by nobody: sotto set --generate base64:32 secrets/prod.yaml tofu.state_key
set -eu

: "${TF_VAR_TOFU_STATE_KEY:?is not set: start tofu with sotto run -e prod --prefix TF_VAR_ -- tofu}"
printf '%s\n' '{"magic":"OpenTofu-External-Key-Provider","version":1}'
read -r stored || true
decryption=
[ "$stored" = null ] || decryption=",\"decryption_key\":\"$TF_VAR_TOFU_STATE_KEY\""
printf '{"keys":{"encryption_key":"%s"%s},"meta":{"external_data":{}}}\n' "$TF_VAR_TOFU_STATE_KEY" "$decryption"
