#!/bin/sh
# A function of kustomize: reads a ResourceList, and prints one with a Secret in it. Rendered before the first line is printed, so
# that a failure leaves nothing half done.
set -eu

secret=$(sotto render -e prod --format kubernetes --name shop --only database --only payments.key)
cat > /dev/null
printf 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n'
printf '%s\n' "$secret" | sed -e '1s/^/  - /' -e '2,$s/^/    /'
