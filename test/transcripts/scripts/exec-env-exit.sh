# The exit number of a test run is that of the job.
printf 'A=1\n' > test.env
sops -e -i -a "$ANA" test.env
sops exec-env test.env 'exit 7' 2>/dev/null
echo "exit $?"
sops exec-env test.env 'test "$A" = 1 && echo passed'
