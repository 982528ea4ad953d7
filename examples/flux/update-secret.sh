#!/usr/bin/env bash
# Brings the values of an environment into the Secret that Flux applies. Plaintext is in a pipe only, and what did not change keeps
# its ciphertext, so that the diff shows what did.
set -euo pipefail

secret=apps/shop/secret.yaml
# --onto keeps the recipients of the file, too: sotto updatekeys is for those.
target=(--output "$secret")
[ ! -e "$secret" ] || target=(--onto "$secret")
sotto render -e prod --format kubernetes --name shop --namespace shop --only database --only payments.key |
  sotto encrypt --filename-override "$secret" "${target[@]}"
