# shellcheck shell=sh
# Sourced by dracut without systemd, before it mounts: the root that Holdfast decided for is on $NEWROOT then, and
# dracut finds it mounted. Where Holdfast has nothing to say, dracut mounts what root= names.
# shellcheck disable=SC2154
if ! ismounted "$NEWROOT"; then
	/usr/lib/holdfast/run
	case $? in
	0)
		read -r holdfast_init </run/holdfast/init
		# dracut looks for /sbin/init and its like by itself, behind what init= names.
		if [ "$holdfast_init" != /sbin/init ] && [ -z "$(getarg init=)" ]; then
			mkdir -p /etc/cmdline.d
			echo "init=$holdfast_init" >/etc/cmdline.d/90-holdfast.conf
			unset CMDLINE
		fi
		;;
	3) die "Holdfast found no slot that can be started." ;;
	*) [ "$root" != holdfast ] || die "Holdfast found no slot that can be started, and the kernel command line names no root." ;;
	esac
fi
