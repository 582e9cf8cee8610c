// SPDX-License-Identifier: Apache-2.0
#include "wire/kerberos/ap_req.h"

#include "wire/kerberos/kerberos_der.h"
#include "wire/spnego/spnego.h"

enum {
	APPLICATION_TICKET = 0x61,
	APPLICATION_AP_REQ = 0x6E,
	TOKEN_ID_AP_REQ = 0x0001, // 01 00 (RFC 4121 4.1)
	MESSAGE_AP_REQ = 14,
};

// EncryptedData
static void encrypted_decode(struct der_reader *d, struct kerberos_ap_req *out)
{
	struct der_reader data = der_enter(d, DER_SEQUENCE);

	out->encryption = kerberos_int32(&data, 0);
	out->has_key_version = der_peek(&data) == DER_CONTEXT_0 + 1;
	if (out->has_key_version)
		out->key_version = (uint32_t)kerberos_integer(&data, 1);
	(void)der_value(&data, DER_CONTEXT_0 + 2);
	der_leave(d, &data);
}

static enum verdict ticket_decode(struct span bytes, struct kerberos_ap_req *out)
{
	struct der_reader all = der_reader_make(bytes);
	struct der_reader application = der_enter(&all, APPLICATION_TICKET);
	struct der_reader ticket = der_enter(&application, DER_SEQUENCE);

	int64_t version = kerberos_integer(&ticket, 0);
	reader_require(&ticket.r, version == KERBEROS_VERSION, VERDICT_BAD_VALUE);
	struct der_reader context = der_enter(&ticket, DER_CONTEXT_0 + 1);
	out->realm = der_value(&context, DER_GENERAL_STRING);
	der_leave(&ticket, &context);
	out->component_count = kerberos_name(&ticket, 2, out->components, KERBEROS_NAME_COMPONENTS_MAX);
	context = der_enter(&ticket, DER_CONTEXT_0 + 3);
	encrypted_decode(&context, out);
	der_leave(&ticket, &context);
	der_leave(&application, &ticket);
	der_leave(&all, &application);
	return der_finish(&all);
}

// The AP-REQ's ticket.
static struct span message_decode(struct reader *r, struct span *bytes)
{
	*bytes = reader_rest(r);
	struct der_reader all = der_reader_make(*bytes);
	struct der_reader application = der_enter(&all, APPLICATION_AP_REQ);
	struct der_reader message = der_enter(&application, DER_SEQUENCE);

	int64_t version = kerberos_integer(&message, 0);
	int64_t type = kerberos_integer(&message, 1);
	reader_require(&message.r, version == KERBEROS_VERSION && type == MESSAGE_AP_REQ, VERDICT_BAD_VALUE);
	(void)der_value(&message, DER_CONTEXT_0 + 2); // ap-options
	struct span ticket = der_value(&message, DER_CONTEXT_0 + 3);
	(void)der_value(&message, DER_CONTEXT_0 + 4); // authenticator
	der_leave(&application, &message);
	der_leave(&all, &application);
	if (der_finish(&all) != VERDICT_OK)
		reader_fail(r, reader_verdict(&all.r));
	return ticket;
}

enum verdict kerberos_ap_req_decode(struct span token, struct kerberos_ap_req *out)
{
	struct kerberos_ap_req found = { 0 };
	struct der_reader all = der_reader_make(token);
	struct der_reader frame = der_enter(&all, DER_APPLICATION_0);
	enum spnego_mech mech = spnego_mech_of_oid(der_value(&frame, DER_OID));
	uint16_t id = reader_u16(&frame.r);

	reader_require(&frame.r, mech == SPNEGO_MECH_KRB5 || mech == SPNEGO_MECH_MS_KRB5, VERDICT_BAD_VALUE);
	reader_require(&frame.r, id == TOKEN_ID_AP_REQ, VERDICT_BAD_VALUE);
	struct span ticket = message_decode(&frame.r, &found.message);
	der_leave(&all, &frame);
	enum verdict v = der_finish(&all);
	if (v == VERDICT_OK)
		v = ticket_decode(ticket, &found);
	found.ticket = ticket;
	if (v == VERDICT_OK)
		*out = found;
	return v;
}

const char *kerberos_encryption_name(int32_t encryption)
{
	switch (encryption) {
	case 1:
		return "des-cbc-crc";
	case 3:
		return "des-cbc-md5";
	case 16:
		return "des3-cbc-sha1";
	case KERBEROS_AES128_CTS_HMAC_SHA1:
		return "aes128-cts-hmac-sha1-96";
	case KERBEROS_AES256_CTS_HMAC_SHA1:
		return "aes256-cts-hmac-sha1-96";
	case KERBEROS_AES128_CTS_HMAC_SHA256:
		return "aes128-cts-hmac-sha256-128";
	case KERBEROS_AES256_CTS_HMAC_SHA384:
		return "aes256-cts-hmac-sha384-192";
	case 23:
		return "rc4-hmac";
	case 25:
		return "camellia128-cts-cmac";
	case 26:
		return "camellia256-cts-cmac";
	default:
		return "unknown";
	}
}

bool kerberos_encryption_is_strong(int32_t encryption)
{
	return encryption >= KERBEROS_AES128_CTS_HMAC_SHA1 && encryption <= KERBEROS_AES256_CTS_HMAC_SHA384;
}
