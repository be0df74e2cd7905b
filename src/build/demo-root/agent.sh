# shellcheck shell=sh
# Answers commands of the tests on the second serial line: "ID BASE64" in, "ID CODE BASE64" out.
# A second agent, in the real root, ends the first: both would read the same line.
line=/dev/ttyS1
# The console of QEMU's arm64 machine is a PL011; its second line is the first of the other kind.
[ ! -c /dev/ttyAMA0 ] || line=/dev/ttyS0
[ -c $line ] || exit 0
[ ! -e /run/test-agent.pid ] || kill "$(cat /run/test-agent.pid)" 2>/dev/null
echo $$ >/run/test-agent.pid
# shellcheck disable=SC2094 # one line, both ways
exec <$line >$line 2>&1
stty raw -echo
while read -r id command; do
	output=$(echo "$command" | base64 -d | sh 2>&1)
	code=$?
	printf '%s %s %s\n' "$id" "$code" "$(printf '%s' "$output" | base64 -w 0)"
done
