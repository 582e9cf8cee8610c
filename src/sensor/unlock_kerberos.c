// SPDX-License-Identifier: Apache-2.0
// Kerberos (RFC 4120 3.2): with the service's key the ticket opens, with the ticket's key the authenticator
// and the server's answer. The session key is the server's sub-key, else the client's, else the ticket's
// (RFC 4121 2, MS-KILE 3.1.1.2). Neither clocks nor replays count: it has all happened already.
#include <errno.h>
#include <fcntl.h>
#include <profile.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sensor/auth_text.h"
#include "sensor/unlock_keys.h"
#include "wire/kerberos/ap_exchange.h"

// --- the keytab --------------------------------------------------------------------------------------

// With no configuration at all: what this machine allows says nothing about what was recorded.
static krb5_error_code context_new(krb5_context *context)
{
	profile_t empty;
	if (profile_init_path("/dev/null", &empty) != 0)
		return ENOMEM;
	krb5_error_code code = krb5_init_context_profile(empty, 0, context);
	profile_release(empty);
	return code;
}

static bool fail(const struct unlock_keys *k, const char *path, krb5_error_code code, char *error)
{
	const char *text = krb5_get_error_message(k->krb5, code);
	(void)snprintf(error, UNLOCK_ERROR_LEN, "%s: not a keytab that can be read: %s", path, text);
	krb5_free_error_message(k->krb5, text);
	return false;
}

static krb5_error_code key_add(struct unlock_keys *k, const krb5_keyblock *key)
{
	if (k->service_key_count >= UNLOCK_SERVICE_KEYS_MAX)
		return ENOSPC;
	krb5_keyblock *grown =
		reallocarray(k->service_keys, k->service_key_count + 1, sizeof(k->service_keys[0]));
	if (grown == NULL)
		return ENOMEM;
	k->service_keys = grown;
	krb5_error_code code =
		krb5_copy_keyblock_contents(k->krb5, key, &k->service_keys[k->service_key_count]);
	if (code == 0)
		k->service_key_count++;
	return code;
}

static krb5_error_code keys_read(struct unlock_keys *k, krb5_keytab keytab)
{
	krb5_kt_cursor cursor;
	krb5_keytab_entry entry;
	krb5_error_code code = krb5_kt_start_seq_get(k->krb5, keytab, &cursor);
	if (code != 0)
		return code;
	while ((code = krb5_kt_next_entry(k->krb5, keytab, &entry, &cursor)) == 0) {
		code = key_add(k, &entry.key);
		(void)krb5_free_keytab_entry_contents(k->krb5, &entry);
		if (code != 0)
			break;
	}
	(void)krb5_kt_end_seq_get(k->krb5, keytab, &cursor);
	return code == KRB5_KT_END ? 0 : code;
}

// The library's own words for a file that is not there are about a "key table".
static bool file_check(const char *path, char *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		(void)snprintf(error, UNLOCK_ERROR_LEN, "%s: %s", path, strerror(errno));
		return false;
	}
	(void)close(fd);
	return true;
}

bool unlock_keytab_load(struct unlock_keys *k, const char *path, char error[UNLOCK_ERROR_LEN])
{
	char name[4096 + 8];
	krb5_keytab keytab;
	if (!file_check(path, error))
		return false;
	if (context_new(&k->krb5) != 0) {
		k->krb5 = NULL;
		(void)snprintf(error, UNLOCK_ERROR_LEN, "the Kerberos library does not work");
		return false;
	}
	(void)snprintf(name, sizeof(name), "FILE:%s", path);
	krb5_error_code code = krb5_kt_resolve(k->krb5, name, &keytab);
	if (code != 0)
		return fail(k, path, code, error);
	code = keys_read(k, keytab);
	(void)krb5_kt_close(k->krb5, keytab);
	if (code != 0)
		return fail(k, path, code, error);
	if (k->service_key_count == 0)
		(void)snprintf(error, UNLOCK_ERROR_LEN, "%s: no key is in it", path);
	return k->service_key_count > 0;
}

void unlock_keytab_free(struct unlock_keys *k)
{
	for (size_t i = 0; i < k->service_key_count; i++)
		krb5_free_keyblock_contents(k->krb5, &k->service_keys[i]); // wipes
	free(k->service_keys);
	if (k->krb5 != NULL)
		krb5_free_context(k->krb5);
}

// --- opening what is sealed --------------------------------------------------------------------------

// What was decrypted, for as long as something points into it.
struct opened {
	uint8_t *bytes;
	size_t len;
};

static void opened_done(struct opened *o)
{
	if (o->bytes != NULL)
		secret_wipe_bytes(o->bytes, o->len);
	free(o->bytes);
}

static struct span opened_span(const struct opened *o)
{
	return span_make(o->bytes, o->len);
}

static bool decrypt(const struct unlock_keys *k, const krb5_keyblock *key, krb5_keyusage usage,
	const struct kerberos_encrypted *e, struct opened *out)
{
	size_t key_len;
	if (key->enctype != e->encryption || e->cipher.len == 0 ||
		krb5_c_keylengths(k->krb5, key->enctype, NULL, &key_len) != 0 || key->length != key_len)
		return false;
	*out = (struct opened){ .bytes = malloc(e->cipher.len), .len = e->cipher.len };
	if (out->bytes == NULL)
		return false;
	const krb5_enc_data in = {
		.enctype = e->encryption,
		.ciphertext = { .length = (unsigned)e->cipher.len,
			.data = (char *)(uintptr_t)e->cipher.data }, // not written to
	};
	krb5_data plain = { .length = (unsigned)out->len, .data = (char *)out->bytes };
	if (krb5_c_decrypt(k->krb5, key, usage, NULL, &in, &plain) == 0 && plain.length <= out->len) {
		out->len = plain.length;
		return true;
	}
	opened_done(out);
	*out = (struct opened){ 0 };
	return false;
}

static bool open_ticket(const struct unlock_keys *k, const struct kerberos_encrypted *e, struct opened *out)
{
	for (size_t i = 0; i < k->service_key_count; i++)
		if (decrypt(k, &k->service_keys[i], KERBEROS_USAGE_TICKET, e, out))
			return true;
	return false;
}

// --- what is in it -----------------------------------------------------------------------------------

static void name_client(const struct kerberos_ticket *t, char principal[UNLOCK_PRINCIPAL_LEN])
{
	char name[AUTH_WATCH_NAME_LEN_MAX], realm[AUTH_WATCH_NAME_LEN_MAX];
	auth_text_join(t->components, t->component_count, name);
	auth_text_of_ascii(t->realm, realm);
	int len = snprintf(principal, UNLOCK_PRINCIPAL_LEN, "%s@%s", name, realm);
	if (len < 0 || len >= UNLOCK_PRINCIPAL_LEN)
		principal[0] = '\0'; // half a name is somebody else's
}

static void add_server_key(const struct unlock_keys *k, const krb5_keyblock *session, struct span ap_rep,
	struct unlock_candidates *out)
{
	struct kerberos_encrypted e;
	struct kerberos_key subkey;
	struct opened plain CLEANUP(opened_done) = { 0 };
	if (kerberos_ap_rep_decode(ap_rep, &e) == VERDICT_OK &&
		decrypt(k, session, KERBEROS_USAGE_AP_REP, &e, &plain) &&
		kerberos_ap_rep_part_decode(opened_span(&plain), &subkey) == VERDICT_OK)
		unlock_candidates_add(out, subkey.bytes);
}

static void add_client_key(const struct unlock_keys *k, const krb5_keyblock *session,
	const struct kerberos_encrypted *authenticator, struct unlock_candidates *out)
{
	struct kerberos_key subkey;
	struct opened plain CLEANUP(opened_done) = { 0 };
	if (decrypt(k, session, KERBEROS_USAGE_AUTHENTICATOR, authenticator, &plain) &&
		kerberos_authenticator_decode(opened_span(&plain), &subkey) == VERDICT_OK)
		unlock_candidates_add(out, subkey.bytes);
}

void unlock_kerberos(const struct unlock_keys *k, const struct auth_facts *facts,
	struct unlock_candidates *out, struct unlock_findings *findings)
{
	struct kerberos_ap_req_parts parts;
	struct kerberos_ticket ticket;
	struct opened plain CLEANUP(opened_done) = { 0 };
	if (k->service_key_count == 0 || kerberos_ap_req_parts_decode(facts->ap_req, &parts) != VERDICT_OK ||
		!open_ticket(k, &parts.ticket, &plain) ||
		kerberos_ticket_decode(opened_span(&plain), &ticket) != VERDICT_OK)
		return;
	name_client(&ticket, findings->principal);
	const krb5_keyblock session = {
		.enctype = ticket.key.encryption,
		.length = (unsigned)ticket.key.bytes.len,
		.contents = (krb5_octet *)(uintptr_t)ticket.key.bytes.data, // not written to
	};
	add_server_key(k, &session, facts->ap_rep, out);
	add_client_key(k, &session, &parts.authenticator, out);
	unlock_candidates_add(out, ticket.key.bytes);
}
