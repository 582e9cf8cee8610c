// SPDX-License-Identifier: Apache-2.0
// bind, alter_context and their answers: the negotiation of presentation contexts (C706 12.6.4.3 to
// 12.6.4.5, MS-RPCE 3.3.1.5.3 for the bind-time features).
#ifndef SIGNET_WIRE_DCERPC_BIND_H
#define SIGNET_WIRE_DCERPC_BIND_H

#include "wire/dcerpc/pdu.h"

// p_syntax_id_t: an interface or a transfer syntax.
struct dcerpc_syntax {
	uint8_t uuid[DCERPC_UUID_LEN]; // as on the wire, little endian fields
	uint16_t version;
	uint16_t version_minor;
};

bool dcerpc_syntax_equal(const struct dcerpc_syntax *a, const struct dcerpc_syntax *b);

extern const struct dcerpc_syntax dcerpc_syntax_ndr;   // NDR 2.0
extern const struct dcerpc_syntax dcerpc_syntax_ndr64; // MS-RPCE 2.2.4.12, not spoken here
extern const struct dcerpc_syntax dcerpc_syntax_none;  // zeros: what a rejected context is given

// A transfer syntax whose UUID starts with 6CB71C2C-9812-4540 is not one: it carries feature bits
// in its last eight bytes (MS-RPCE 2.2.2.14).
bool dcerpc_syntax_is_feature_negotiation(const struct dcerpc_syntax *s);
uint16_t dcerpc_syntax_features(const struct dcerpc_syntax *s);

struct dcerpc_context {
	uint16_t id;
	uint8_t transfer_syntax_count; // 1 to DCERPC_TRANSFER_SYNTAXES_MAX
	struct dcerpc_syntax abstract_syntax;
	struct dcerpc_syntax transfer_syntaxes[DCERPC_TRANSFER_SYNTAXES_MAX];
};

// bind and alter_context
struct dcerpc_bind {
	uint16_t max_xmit_frag;
	uint16_t max_recv_frag;
	uint32_t assoc_group_id;
	uint8_t context_count; // 1 to DCERPC_CONTEXTS_MAX
	struct dcerpc_context contexts[DCERPC_CONTEXTS_MAX];
};

// VERDICT_TOO_LONG beyond the limits above, VERDICT_BAD_VALUE for empty lists.
enum verdict dcerpc_bind_decode(struct reader *r, struct dcerpc_bind *out) WARN_UNUSED;
void dcerpc_bind_encode(struct writer *w, const struct dcerpc_bind *b);

// p_cont_def_result_t and MS-RPCE 2.2.2.4
enum dcerpc_result {
	DCERPC_ACCEPTANCE = 0,
	DCERPC_USER_REJECTION = 1,
	DCERPC_PROVIDER_REJECTION = 2,
	DCERPC_NEGOTIATE_ACK = 3,
};

// p_provider_reason_t
enum {
	DCERPC_REASON_NOT_SPECIFIED = 0,
	DCERPC_REASON_ABSTRACT_SYNTAX_NOT_SUPPORTED = 1,
	DCERPC_REASON_TRANSFER_SYNTAXES_NOT_SUPPORTED = 2,
	DCERPC_REASON_LOCAL_LIMIT_EXCEEDED = 3,
};

struct dcerpc_context_result {
	uint16_t result; // enum dcerpc_result
	uint16_t reason; // for NEGOTIATE_ACK: the accepted feature bits
	struct dcerpc_syntax transfer_syntax;
};

// bind_ack and alter_context_resp
struct dcerpc_bind_ack {
	uint16_t max_xmit_frag;
	uint16_t max_recv_frag;
	uint32_t assoc_group_id;
	struct span sec_addr; // with its terminating NUL; empty in an alter_context_resp
	uint8_t result_count;
	struct dcerpc_context_result results[DCERPC_CONTEXTS_MAX];
};

enum verdict dcerpc_bind_ack_decode(struct reader *r, struct dcerpc_bind_ack *out) WARN_UNUSED;
// start: what dcerpc_pdu_begin() gave (the results are aligned from there).
void dcerpc_bind_ack_encode(struct writer *w, size_t start, const struct dcerpc_bind_ack *a);

struct dcerpc_bind_nak {
	uint16_t reason; // enum dcerpc_nak_reason
};

enum verdict dcerpc_bind_nak_decode(struct reader *r, struct dcerpc_bind_nak *out) WARN_UNUSED;
// Says 5.0 and 5.1 in its list of versions.
void dcerpc_bind_nak_encode(struct writer *w, const struct dcerpc_bind_nak *n);

#endif
