// SPDX-License-Identifier: Apache-2.0
// What MIT's Kerberos library works with here: a configuration of the server's own, made from nothing but
// `realm`, in the state directory; the machine's krb5.conf(5) has no say in who gets in.
//
// What GSSAPI touches, for whoever confines the process:
//   KEYTAB              read, at each authentication: a changed file counts from the next one on
//   STATE/krb5.conf     read, at each authentication; written when a configuration comes into force
//   STATE/replay        read and written (made when missing), locked: the replay cache
//   /dev/null           read, once: instead of plugins for GSSAPI in /etc/gss
//   getrandom, clock_gettime; no network, no other process: a service needs no KDC
#ifndef SIGNET_AUTH_KERBEROS_SETUP_H
#define SIGNET_AUTH_KERBEROS_SETUP_H

#include "auth/accounts.h"
#include "base/attributes.h"

enum { KERBEROS_PATH_LEN_MAX = 4096 + 32 };

// What an acceptor needs; borrowed by exchanges like struct auth_names.
struct kerberos_setup {
	char *keytab; // path
	char *realm;
	char *replay_cache; // as the library names it
};

// Tells the library where its configuration is, through the process's environment: once, before there is
// a second thread. 0 or -ENOMEM.
int kerberos_environment_set(const char *state_dir) WARN_UNUSED;

// Copies, and puts the library's configuration into the state directory. 0 or -errno with *error filled.
int kerberos_setup_init(struct kerberos_setup *setup, const char *state_dir, const char *keytab,
	const char *realm, struct account_error *error) WARN_UNUSED;
void kerberos_setup_done(struct kerberos_setup *setup);

#endif
