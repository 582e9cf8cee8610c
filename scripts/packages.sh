#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Debian packages, and how to get those that are missing. Sourced by quickstart and check.

# shellcheck disable=SC2034 # used by who sources this
BUILD_PACKAGES=(gcc libc6-dev meson ninja-build pkg-config libssl-dev libuv1-dev libinih-dev libjansson-dev libkrb5-dev libmicrohttpd-dev libpcap-dev libseccomp-dev libsqlite3-dev libwbclient-dev uthash-dev)
if [ "$(dpkg --print-architecture)" = amd64 ]; then
	BUILD_PACKAGES+=(libipsec-mb-dev)
fi
# shellcheck disable=SC2034
TEST_PACKAGES=(libcmocka-dev clang libclang-rt-dev clang-format clang-tidy cppcheck shellcheck make git python3 man-db attr acl
	curl smbclient samba samba-vfs-modules krb5-kdc krb5-admin-server krb5-user faketime samba-ad-provision samba-dsdb-modules
	python3-samba ldb-tools winbind libnss-winbind samba-testsuite rclone python3-smbc python3-impacket gvfs gvfs-backends
	libglib2.0-bin dbus iproute2 procps systemd patch nftables user-mode-linux slirp prometheus nmap python3-jsonschema chromium
	qemu-system-x86)

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "this needs root, and there is no sudo: $*" >&2
		return 1
	fi
}

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Runs apt-get without a question. Services that packages bring (Samba's) are not started meanwhile.
apt_get() {
	local policy=/usr/sbin/policy-rc.d made=no rc=0
	if [ ! -e "$policy" ]; then
		printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
		as_root chmod 755 "$policy"
		made=yes
	fi
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 \
		-o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300 "$@" </dev/null >/dev/null || rc=$?
	[ "$made" = no ] || as_root rm -f "$policy"
	return "$rc"
}

# Installs those of the packages that are missing.
install_packages() {
	local missing=() package
	for package in "$@"; do
		is_installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] && return 0
	echo "installing ${missing[*]}"
	apt_get install -y --no-install-recommends "${missing[@]}" 2>/dev/null && return 0
	apt_get update
	apt_get install -y --no-install-recommends "${missing[@]}"
}
