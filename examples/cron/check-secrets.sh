#!/bin/sh
# Says nothing as long as all is well; else what was found, by key and without a value, and ends with the number of the check.
set -eu

found=0
report=$(
  status=0
  sotto verify secrets/base.yaml secrets/prod.yaml secrets/prod.env 2>&1 || status=$?
  sotto env check prod 2>&1 || status=$?
  exit "$status"
) || found=$?
[ "$found" -eq 0 ] || printf '%s\n' "$report"
exit "$found"
