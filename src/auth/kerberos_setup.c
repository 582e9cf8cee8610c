// SPDX-License-Identifier: Apache-2.0
#include "auth/kerberos_setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/state_file.h"

// AES alone, with SHA-1 (RFC 3962) or SHA-2 (RFC 8009). allow_weak_crypto and allow_rc4 are about other
// versions of the library; permitted_enctypes is what counts for tickets and keys.
static const char configuration[] =
	"# Made by signet from its own configuration; changes are overwritten.\n"
	"[libdefaults]\n"
	"\tdefault_realm = %s\n"
	"\tpermitted_enctypes = aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128 "
	"aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96\n"
	"\tallow_weak_crypto = false\n"
	"\tallow_rc4 = false\n"
	"\tallow_des3 = false\n"
	"\tclockskew = 300\n"
	"\tdns_lookup_kdc = false\n"
	"\tdns_lookup_realm = false\n"
	"\tdns_canonicalize_hostname = false\n"
	"\trdns = false\n"
	"\tplugin_base_dir = %s/none\n";

int kerberos_environment_set(const char *state_dir)
{
	char path[KERBEROS_PATH_LEN_MAX];

	int len = snprintf(path, sizeof(path), "%s/krb5.conf", state_dir);
	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	(void)unsetenv("KRB5RCACHENAME"); // would go before the replay cache that we name
	(void)unsetenv("KRB5_TRACE");
	if (setenv("KRB5_CONFIG", path, 1) != 0 || setenv("GSS_MECH_CONFIG", "/dev/null", 1) != 0)
		return -errno;
	return 0;
}

// Each reload comes by here, and mostly nothing has changed.
static bool is_written(int dir, const char *state_dir, struct span text, struct account_error *error)
{
	char *before = NULL;
	size_t len = 0;
	struct stat st;

	if (state_file_read(dir, state_dir, "krb5.conf", &before, &len, &st, error) != 0)
		return false;
	bool same = span_equal(span_make(before, len), text);
	free(before);
	return same;
}

static int configuration_write(const char *state_dir, const char *realm, struct account_error *error)
{
	char *text;

	CLEANUP(state_close) int dir = state_dir_open(state_dir, error);
	if (dir < 0)
		return dir;
	int len = asprintf(&text, configuration, realm, state_dir);
	if (len < 0)
		return account_fail(error, -ENOMEM, "%s/krb5.conf: memory is out", state_dir);
	struct span all = span_make(text, (size_t)len);
	int rc = is_written(dir, state_dir, all, error)
			 ? 0
			 : state_file_replace(dir, state_dir, "krb5.conf", all, error);
	free(text);
	return rc;
}

int kerberos_setup_init(struct kerberos_setup *setup, const char *state_dir, const char *keytab,
	const char *realm, struct account_error *error)
{
	*setup = (struct kerberos_setup){ .keytab = strdup(keytab), .realm = strdup(realm) };
	if (asprintf(&setup->replay_cache, "file2:%s/replay", state_dir) < 0)
		setup->replay_cache = NULL;
	if (setup->keytab == NULL || setup->realm == NULL || setup->replay_cache == NULL)
		return account_fail(error, -ENOMEM, "memory is out");
	return configuration_write(state_dir, realm, error);
}

void kerberos_setup_done(struct kerberos_setup *setup)
{
	free(setup->keytab);
	free(setup->realm);
	free(setup->replay_cache);
	*setup = (struct kerberos_setup){ 0 };
}
