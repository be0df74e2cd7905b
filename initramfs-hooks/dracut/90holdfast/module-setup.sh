#!/bin/bash
# dracut's module of Holdfast; see README.md beside this folder. Sourced by dracut: moddir is this folder,
# systemdsystemunitdir, hookdir and the like are dracut's.
# shellcheck disable=SC2154,SC2034

# Always: dracut would leave the module out in silence. What is missing ends dracut below, with the reason.
check() {
	return 0
}

depends() {
	echo "udev-rules"
	if dracut_module_included systemd; then
		echo "systemd-initrd"
	fi
}

installkernel() {
	# shellcheck source=/dev/null
	. /usr/lib/holdfast/install
	local work
	work=$(mktemp -d) || return
	holdfast_prepare "$work" || dfatal_exit
	holdfast_modules_known "$kernel" || dfatal_exit
	# What this kernel lacks, or has built in, is left out.
	# shellcheck disable=SC2046
	hostonly='' instmods $(holdfast_modules)
	hostonly='' instmods "=drivers/input/touchscreen" "=drivers/input/misc"
	rm -rf "$work"
}

# A bad configuration ends dracut, which otherwise goes on without a module that fails.
dfatal_exit() {
	dfatal "holdfast: the initramfs is not built."
	exit 1
}

install() {
	# shellcheck source=/dev/null
	. /usr/lib/holdfast/install
	local work source destination
	work=$(mktemp -d) || return
	holdfast_prepare "$work" || dfatal_exit
	while read -r source destination; do
		# inst copies the libraries behind programs too.
		inst "$source" "$destination"
	done < <(holdfast_files "$work")
	rm -rf "$work"
	inst_rules 60-input-id.rules 60-evdev.rules
	inst_dir /state
	if dracut_module_included systemd; then
		inst_script "$moddir/systemd-start" /usr/lib/holdfast/systemd-start
		local unit
		for unit in holdfast.service holdfast-volumes.service; do
			inst_simple "$moddir/$unit" "$systemdsystemunitdir/$unit"
			$SYSTEMCTL -q --root "$initdir" add-requires initrd-root-fs.target "$unit"
		done
	else
		inst_hook cmdline 99 "$moddir/root.sh"
		inst_hook pre-mount 05 "$moddir/enter.sh"
	fi
}
