// SPDX-License-Identifier: Apache-2.0
#include "auth/kerberos_keytab.h"

#include <errno.h>
#include <fcntl.h>
#include <krb5/krb5.h>
#include <profile.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/state_file.h"
#include "base/span.h"
#include "wire/kerberos/ap_req.h"

// What its entries come to.
struct found {
	const char *realm;
	const char *const *names;
	size_t name_count;
	bool has_service;     // cifs/ANY@REALM
	bool has_strong;      // with an AES key
	bool has_name;        // and for a name of this server
	char other_name[256]; // of another one
	int32_t weak;         // a key that is none of AES
};

static struct span component(krb5_const_principal p, int i)
{
	const krb5_data *d = &p->data[i];
	return span_make(d->data, d->length);
}

static bool is_text(struct span s, const char *text)
{
	return s.len == strlen(text) && strncasecmp((const char *)s.data, text, s.len) == 0;
}

static void entry_judge(const krb5_keytab_entry *e, struct found *f)
{
	krb5_const_principal p = e->principal;
	bool named = false;

	if (p->length != 2 || !is_text(component(p, 0), "cifs"))
		return;
	if (!span_equal(span_make(p->realm.data, p->realm.length), span_of_str(f->realm)))
		return;
	f->has_service = true;
	if (!kerberos_encryption_is_strong(e->key.enctype)) {
		f->weak = e->key.enctype;
		return;
	}
	f->has_strong = true;
	for (size_t i = 0; i < f->name_count && !named; i++)
		named = is_text(component(p, 1), f->names[i]);
	f->has_name |= named;
	if (!named)
		(void)snprintf(f->other_name, sizeof(f->other_name), "%.*s", (int)p->data[1].length,
			p->data[1].data);
}

// 0 or the library's code.
static krb5_error_code keytab_walk(krb5_context context, const char *path, struct found *f)
{
	char name[4096 + 8];
	krb5_keytab keytab;
	krb5_kt_cursor cursor;
	krb5_keytab_entry entry;

	(void)snprintf(name, sizeof(name), "FILE:%s", path);
	krb5_error_code code = krb5_kt_resolve(context, name, &keytab);
	if (code != 0)
		return code;
	code = krb5_kt_start_seq_get(context, keytab, &cursor);
	if (code == 0) {
		while ((code = krb5_kt_next_entry(context, keytab, &entry, &cursor)) == 0) {
			entry_judge(&entry, f);
			(void)krb5_free_keytab_entry_contents(context, &entry);
		}
		(void)krb5_kt_end_seq_get(context, keytab, &cursor);
	}
	(void)krb5_kt_close(context, keytab);
	return code == KRB5_KT_END ? 0 : code;
}

// With no configuration at all: neither the machine's nor the server's, which may not be there yet.
static krb5_error_code context_new(krb5_context *context)
{
	profile_t empty;

	if (profile_init_path("/dev/null", &empty) != 0)
		return ENOMEM;
	krb5_error_code code = krb5_init_context_profile(empty, 0, context);
	profile_release(empty);
	return code;
}

static int file_check(const char *path, struct account_error *error)
{
	struct stat st;

	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0) {
		int err = errno;
		if (fd >= 0)
			(void)close(fd);
		return account_fail(error, -err,
			"%s; make it with kadmin's ktadd (or samba-tool domain exportkeytab), for the user "
			"that runs the server",
			strerror(err));
	}
	(void)close(fd);
	if (!S_ISREG(st.st_mode))
		return account_fail(error, -EINVAL, "not a file; give the keytab's path");
	if ((st.st_mode & 07) != 0)
		return account_fail(error, -EPERM, "others can read its keys; chmod 600 it");
	return 0;
}

static int found_judge(const struct found *f, struct account_error *error)
{
	if (!f->has_service)
		return account_fail(error, -EINVAL,
			"it has no key for cifs/ in the realm %s; add cifs/%s@%s to it", f->realm,
			f->name_count > 0 ? f->names[0] : "HOST", f->realm);
	if (!f->has_strong)
		return account_fail(error, -EINVAL,
			"its keys for cifs/ are weak (%s); make AES keys, such as aes256-cts-hmac-sha1-96",
			kerberos_encryption_name(f->weak));
	if (!f->has_name)
		return account_fail(error, -EINVAL,
			"its keys are for cifs/%s, which is not a name of this server (%s); correct name, or "
			"the keytab",
			f->other_name, f->name_count > 0 ? f->names[0] : "it has none");
	return 0;
}

int kerberos_keytab_check(const char *path, const char *realm, const char *const *names, size_t name_count,
	struct account_error *error)
{
	struct found f = { .realm = realm, .names = names, .name_count = name_count };
	krb5_context context;

	int rc = file_check(path, error);
	if (rc != 0)
		return rc;
	krb5_error_code code = context_new(&context);
	if (code != 0)
		return account_fail(error, -ENOMEM, "the Kerberos library does not work (%d)", (int)code);
	code = keytab_walk(context, path, &f);
	krb5_free_context(context);
	if (code != 0)
		return account_fail(error, -EINVAL, "not a keytab; give the file that ktadd made");
	return found_judge(&f, error);
}
