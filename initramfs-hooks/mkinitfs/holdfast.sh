#!/bin/sh
# postmarketOS' initramfs runs this out of /hooks, before it looks at the keys and for the root. Holdfast mounts the
# chosen root on /sysroot, which the rest of that initramfs then leaves as it is; where it has nothing to say,
# everything goes on as without it.
#
# It returns only when the volume keys are released: they would open the debug shell next.
/usr/lib/holdfast/run

# shellcheck source=/dev/null
. /usr/lib/holdfast/config.env
# shellcheck source=/dev/null
. /usr/lib/holdfast/probe
# released CODE NAME: waits until that key is up; one that hangs does not hold the boot for ever.
released() {
	# shellcheck disable=SC2034 # for the probe
	hf_key_code=$1
	# shellcheck disable=SC2034 # for the probe
	hf_key_name=$2
	holdfast_find_devices
	tries=300
	while holdfast_key_down && [ $tries -gt 0 ]; do
		holdfast_pause 100
		tries=$((tries - 1))
	done
}
released 114 KEY_VOLUMEDOWN
released 115 KEY_VOLUMEUP
