// SPDX-License-Identifier: Apache-2.0
#include "wire/kerberos/ap_exchange.h"

#include "wire/kerberos/kerberos_der.h"
#include "wire/spnego/spnego.h"

enum {
	APPLICATION_TICKET = 0x61,
	APPLICATION_AUTHENTICATOR = 0x62,
	APPLICATION_ENC_TICKET_PART = 0x63,
	APPLICATION_AP_REQ = 0x6E,
	APPLICATION_AP_REP = 0x6F,
	APPLICATION_ENC_AP_REP_PART = 0x7B,
	TOKEN_ID_LEN = 2,
	MESSAGE_AP_REQ = 14,
	MESSAGE_AP_REP = 15,
};

// What is in the frame of RFC 4121 4.1, if there is one.
static struct span unframe(struct span token)
{
	struct der_reader all = der_reader_make(token);
	if (der_peek(&all) != DER_APPLICATION_0)
		return token;
	struct der_reader frame = der_enter(&all, DER_APPLICATION_0);
	(void)der_value(&frame, DER_OID);
	reader_skip(&frame.r, TOKEN_ID_LEN);
	return reader_rest(&frame.r);
}

// [n] EncryptedData
static struct kerberos_encrypted encrypted(struct der_reader *d, unsigned n)
{
	struct kerberos_encrypted e = { 0 };
	struct der_reader context = der_enter(d, (uint8_t)(DER_CONTEXT_0 + n));
	struct der_reader data = der_enter(&context, DER_SEQUENCE);

	e.encryption = kerberos_int32(&data, 0);
	e.has_key_version = der_peek(&data) == DER_CONTEXT_0 + 1;
	if (e.has_key_version)
		e.key_version = (uint32_t)kerberos_integer(&data, 1);
	struct der_reader cipher = der_enter(&data, DER_CONTEXT_0 + 2);
	e.cipher = der_value(&cipher, DER_OCTET_STRING);
	der_leave(&data, &cipher);
	der_leave(&context, &data);
	der_leave(d, &context);
	return e;
}

// [n] EncryptionKey
static struct kerberos_key key(struct der_reader *d, unsigned n)
{
	struct kerberos_key k = { 0 };
	struct der_reader context = der_enter(d, (uint8_t)(DER_CONTEXT_0 + n));
	struct der_reader data = der_enter(&context, DER_SEQUENCE);

	k.encryption = kerberos_int32(&data, 0);
	struct der_reader value = der_enter(&data, DER_CONTEXT_0 + 1);
	k.bytes = der_value(&value, DER_OCTET_STRING);
	der_leave(&data, &value);
	der_leave(&context, &data);
	der_leave(d, &context);
	return k;
}

// [n] of whatever kind, if it is there.
static void pass(struct der_reader *d, unsigned n)
{
	uint8_t tag;
	if (der_peek(d) == (int)(DER_CONTEXT_0 + n))
		(void)der_any(d, &tag);
}

static void ticket_part(struct der_reader *d, unsigned n, struct kerberos_ap_req_parts *out)
{
	struct span name[KERBEROS_NAME_COMPONENTS_MAX];
	// With a depth of its own.
	struct der_reader all = der_reader_make(der_value(d, (uint8_t)(DER_CONTEXT_0 + n)));
	struct der_reader application = der_enter(&all, APPLICATION_TICKET);
	struct der_reader ticket = der_enter(&application, DER_SEQUENCE);

	int64_t version = kerberos_integer(&ticket, 0);
	reader_require(&ticket.r, version == KERBEROS_VERSION, VERDICT_BAD_VALUE);
	pass(&ticket, 1); // realm
	(void)kerberos_name(&ticket, 2, name, KERBEROS_NAME_COMPONENTS_MAX);
	out->ticket = encrypted(&ticket, 3);
	der_leave(&application, &ticket);
	der_leave(&all, &application);
	der_leave(d, &all);
}

static void message_begin(struct der_reader *message, int64_t expected)
{
	int64_t version = kerberos_integer(message, 0);
	int64_t type = kerberos_integer(message, 1);
	reader_require(&message->r, version == KERBEROS_VERSION && type == expected, VERDICT_BAD_VALUE);
}

enum verdict kerberos_ap_req_parts_decode(struct span token, struct kerberos_ap_req_parts *out)
{
	struct kerberos_ap_req_parts found = { 0 };
	struct der_reader all = der_reader_make(unframe(token));
	struct der_reader application = der_enter(&all, APPLICATION_AP_REQ);
	struct der_reader message = der_enter(&application, DER_SEQUENCE);

	message_begin(&message, MESSAGE_AP_REQ);
	pass(&message, 2); // ap-options
	ticket_part(&message, 3, &found);
	found.authenticator = encrypted(&message, 4);
	der_leave(&application, &message);
	der_leave(&all, &application);
	enum verdict v = reader_verdict(&all.r);
	if (v == VERDICT_OK)
		*out = found;
	return v;
}

enum verdict kerberos_ap_rep_decode(struct span token, struct kerberos_encrypted *out)
{
	struct der_reader all = der_reader_make(unframe(token));
	struct der_reader application = der_enter(&all, APPLICATION_AP_REP);
	struct der_reader message = der_enter(&application, DER_SEQUENCE);

	message_begin(&message, MESSAGE_AP_REP);
	struct kerberos_encrypted found = encrypted(&message, 2);
	der_leave(&application, &message);
	der_leave(&all, &application);
	enum verdict v = reader_verdict(&all.r);
	if (v == VERDICT_OK)
		*out = found;
	return v;
}

enum verdict kerberos_ticket_decode(struct span plain, struct kerberos_ticket *out)
{
	struct kerberos_ticket found = { 0 };
	struct der_reader all = der_reader_make(plain);
	struct der_reader application = der_enter(&all, APPLICATION_ENC_TICKET_PART);
	struct der_reader part = der_enter(&application, DER_SEQUENCE);

	pass(&part, 0); // flags
	found.key = key(&part, 1);
	struct der_reader realm = der_enter(&part, DER_CONTEXT_0 + 2);
	found.realm = der_value(&realm, DER_GENERAL_STRING);
	der_leave(&part, &realm);
	found.component_count = kerberos_name(&part, 3, found.components, KERBEROS_NAME_COMPONENTS_MAX);
	enum verdict v = reader_verdict(&part.r);
	if (v == VERDICT_OK)
		*out = found;
	return v;
}

// The sub-key behind what comes before it in a sequence of [0] to [n - 1].
static enum verdict subkey_decode(struct span plain, uint8_t tag, unsigned n, struct kerberos_key *out)
{
	struct der_reader all = der_reader_make(plain);
	struct der_reader application = der_enter(&all, tag);
	struct der_reader part = der_enter(&application, DER_SEQUENCE);

	for (unsigned i = 0; i < n; i++)
		pass(&part, i);
	struct kerberos_key found = { 0 };
	if (der_peek(&part) == (int)(DER_CONTEXT_0 + n))
		found = key(&part, n);
	enum verdict v = reader_verdict(&part.r);
	if (v == VERDICT_OK)
		*out = found;
	return v;
}

enum verdict kerberos_authenticator_decode(struct span plain, struct kerberos_key *subkey)
{
	return subkey_decode(plain, APPLICATION_AUTHENTICATOR, 6, subkey);
}

enum verdict kerberos_ap_rep_part_decode(struct span plain, struct kerberos_key *subkey)
{
	return subkey_decode(plain, APPLICATION_ENC_AP_REP_PART, 2, subkey);
}
