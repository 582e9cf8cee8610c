// SPDX-License-Identifier: Apache-2.0
#include "wire/spnego/der.h"
#include "wire/spnego/spnego.h"
#include "wire/spnego/spnego_oid.h"

#define OID(...)                                                                                             \
	{                                                                                                    \
		(const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })                   \
	}

static const struct {
	const char *name;
	struct span oid;
} mechs[] = {
	[SPNEGO_MECH_UNKNOWN] = { "unknown", { NULL, 0 } },
	[SPNEGO_MECH_NTLMSSP] = { "ntlmssp", OID(0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10) },
	[SPNEGO_MECH_KRB5] = { "krb5", OID(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2) },
	[SPNEGO_MECH_MS_KRB5] = { "ms-krb5", OID(0x2A, 0x86, 0x48, 0x82, 0xF7, 0x12, 1, 2, 2) },
	[SPNEGO_MECH_KRB5_U2U] = { "krb5-u2u", OID(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2, 3) },
	[SPNEGO_MECH_NEGOEX] = { "negoex", OID(0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 30) },
};

const struct span spnego_oid = OID(0x2B, 6, 1, 5, 5, 2);

enum spnego_mech spnego_mech_of_oid(struct span oid)
{
	for (unsigned i = SPNEGO_MECH_NTLMSSP; i < ARRAY_LEN(mechs); i++)
		if (span_equal(oid, mechs[i].oid))
			return (enum spnego_mech)i;
	return SPNEGO_MECH_UNKNOWN;
}

struct span spnego_mech_oid(enum spnego_mech mech)
{
	return (unsigned)mech < ARRAY_LEN(mechs) ? mechs[mech].oid : span_make(NULL, 0);
}

const char *spnego_mech_name(enum spnego_mech mech)
{
	return mechs[(unsigned)mech < ARRAY_LEN(mechs) ? mech : SPNEGO_MECH_UNKNOWN].name;
}

// The GSS-API frame (RFC 2743 3.1) holds an object identifier and then anything.
static enum spnego_token_kind kind_of_frame(struct span token)
{
	struct der_reader d = der_reader_make(token);
	struct der_reader frame = der_enter(&d, DER_APPLICATION_0);
	struct span oid = der_value(&frame, DER_OID);

	if (!reader_ok(&frame.r))
		return SPNEGO_TOKEN_UNKNOWN;
	if (span_equal(oid, spnego_oid))
		return SPNEGO_TOKEN_INIT;
	enum spnego_mech mech = spnego_mech_of_oid(oid);
	return mech == SPNEGO_MECH_KRB5 || mech == SPNEGO_MECH_MS_KRB5 ? SPNEGO_TOKEN_KRB5
								       : SPNEGO_TOKEN_UNKNOWN;
}

enum spnego_token_kind spnego_token_kind_of(struct span token)
{
	static const char ntlmssp[8] = "NTLMSSP";
	struct reader r = reader_make(token);
	struct der_reader d = der_reader_make(token);

	if (span_equal(reader_bytes(&r, sizeof(ntlmssp)), span_make(ntlmssp, sizeof(ntlmssp))))
		return SPNEGO_TOKEN_NTLMSSP;
	switch (der_peek(&d)) {
	case DER_APPLICATION_0:
		return kind_of_frame(token);
	case DER_CONTEXT_0 + 1:
		return SPNEGO_TOKEN_RESP;
	default:
		return SPNEGO_TOKEN_UNKNOWN;
	}
}
