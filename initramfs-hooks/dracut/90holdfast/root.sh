# shellcheck shell=sh
# Sourced by dracut without systemd, behind the words of the kernel command line: without root= there, Holdfast is
# what finds a root.
# shellcheck disable=SC2034,SC2154
if [ -z "$root" ]; then
	root=holdfast
	rootok=1
fi
