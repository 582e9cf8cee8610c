// SPDX-License-Identifier: Apache-2.0
// What a client and a KDC say to each other (RFC 4120 5.4, 5.9), as far as it can be read without a key: who
// asks, for which service, with which encryption, and what was refused.
#ifndef SIGNET_WIRE_KERBEROS_KDC_MESSAGE_H
#define SIGNET_WIRE_KERBEROS_KDC_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"
#include "wire/kerberos/ap_req.h"

enum kdc_message_type {
	KDC_AS_REQ = 10,
	KDC_AS_REP = 11,
	KDC_TGS_REQ = 12,
	KDC_TGS_REP = 13,
	KDC_ERROR = 30, // KRB-ERROR
};

enum {
	KDC_ENCRYPTIONS_MAX = 16, // that a request offers; more are counted only
	KDC_MESSAGE_LEN_MAX = 256 * 1024,
};

// PrincipalName; components beyond the limit are left out.
struct kdc_name {
	int32_t type;
	struct span components[KERBEROS_NAME_COMPONENTS_MAX];
	unsigned int count; // 0: there is none
};

struct kdc_message {
	enum kdc_message_type type;
	struct span client_realm; // AS-REQ: the realm asked; empty when it does not say
	struct kdc_name client;   // a TGS-REQ names none: it is in its ticket
	struct span realm;        // of the service
	struct kdc_name service;  // of replies: as the ticket says

	// Requests
	uint32_t options; // KDCOptions, the first bit the highest
	int32_t encryptions[KDC_ENCRYPTIONS_MAX];
	unsigned int encryption_count;
	bool preauthenticated; // an encrypted timestamp or challenge, PKINIT, FAST
	bool for_user;         // PA-FOR-USER, PA-S4U-X509-USER (MS-SFU 2.2.1, 2.2.2)

	// Replies
	struct span ticket; // as encoded
	int32_t ticket_encryption;
	int32_t reply_encryption; // of the part for the client: with its own key in an AS-REP

	// KRB-ERROR
	int32_t error_code;
};

// Whether the first byte is that of a message to or from a KDC.
bool kdc_message_recognise(struct span bytes);
// Spans borrow from message. VERDICT_BAD_VALUE: another kind of message.
enum verdict kdc_message_decode(struct span message, struct kdc_message *out) WARN_UNUSED;

#endif
