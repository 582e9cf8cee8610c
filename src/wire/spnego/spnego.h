// SPDX-License-Identifier: Apache-2.0
// SPNEGO tokens (RFC 4178 4.2, with MS-SPNG 2.2.1's NegTokenInit2), decoded and encoded. Spans borrow
// from the token. Decoders return a verdict and leave outputs untouched on failure.
#ifndef SIGNET_WIRE_SPNEGO_SPNEGO_H
#define SIGNET_WIRE_SPNEGO_SPNEGO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"
#include "base/writer.h"

enum {
	SPNEGO_TOKEN_LEN_MAX = 65535,
	SPNEGO_MECHS_MAX = 16,
};

enum spnego_mech {
	SPNEGO_MECH_UNKNOWN = 0,
	SPNEGO_MECH_NTLMSSP,  // 1.3.6.1.4.1.311.2.2.10
	SPNEGO_MECH_KRB5,     // 1.2.840.113554.1.2.2
	SPNEGO_MECH_MS_KRB5,  // 1.2.840.48018.1.2.2
	SPNEGO_MECH_KRB5_U2U, // 1.2.840.113554.1.2.2.3
	SPNEGO_MECH_NEGOEX,   // 1.3.6.1.4.1.311.2.2.30
};

enum spnego_mech spnego_mech_of_oid(struct span oid) WARN_UNUSED;
// The content bytes of the object identifier; empty for UNKNOWN.
struct span spnego_mech_oid(enum spnego_mech mech) WARN_UNUSED;
const char *spnego_mech_name(enum spnego_mech mech);

enum spnego_token_kind {
	SPNEGO_TOKEN_UNKNOWN = 0,
	SPNEGO_TOKEN_INIT,    // NegTokenInit or NegTokenInit2 in its GSS-API frame (RFC 2743 3.1)
	SPNEGO_TOKEN_RESP,    // NegTokenResp
	SPNEGO_TOKEN_NTLMSSP, // no SPNEGO: an NTLM message
	SPNEGO_TOKEN_KRB5,    // no SPNEGO: a Kerberos token in its GSS-API frame
};

// By its first bytes.
enum spnego_token_kind spnego_token_kind_of(struct span token) WARN_UNUSED;

struct spnego_init {
	struct {
		enum spnego_mech mech;
		struct span oid;
	} mech_types[SPNEGO_MECHS_MAX]; // in order of preference
	unsigned mech_type_count;       // at least one
	struct span mech_types_der;     // the MechTypeList as encoded: what mechListMIC covers (decode only)
	bool has_mech_token;
	struct span mech_token;
	bool has_mech_list_mic;
	struct span mech_list_mic;
	bool has_neg_hints; // NegTokenInit2
	struct span hint_name;
};

enum verdict spnego_init_decode(struct span token, struct spnego_init *out) WARN_UNUSED;
// Uses mech (or oid for UNKNOWN ones); with has_neg_hints a NegTokenInit2, mechListMIC at [4] then.
void spnego_init_encode(struct writer *w, const struct spnego_init *in);
// The MechTypeList alone: what mechListMIC covers.
void spnego_mech_types_encode(struct writer *w, const struct spnego_init *in);

enum spnego_neg_state {
	SPNEGO_ACCEPT_COMPLETED = 0,
	SPNEGO_ACCEPT_INCOMPLETE = 1,
	SPNEGO_REJECT = 2,
	SPNEGO_REQUEST_MIC = 3,
};

struct spnego_resp {
	bool has_neg_state;
	enum spnego_neg_state neg_state;
	bool has_supported_mech;
	enum spnego_mech supported_mech;
	struct span supported_mech_oid; // decode only
	bool has_response_token;
	struct span response_token;
	bool has_mech_list_mic;
	struct span mech_list_mic;
};

enum verdict spnego_resp_decode(struct span token, struct spnego_resp *out) WARN_UNUSED;
void spnego_resp_encode(struct writer *w, const struct spnego_resp *in);

#endif
