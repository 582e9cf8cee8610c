// SPDX-License-Identifier: Apache-2.0
// The AP exchange of Kerberos (RFC 4120 5.3, 5.5) for who holds the service's key: the sealed parts of AP-REQ
// and AP-REP, and, once they are opened, the keys and the client's name in them. Nothing is decrypted here.
//
// Tokens may be in the GSS-API frame of RFC 4121 4.1, or bare. Spans borrow from what was given. What is
// decrypted may have padding behind it, which is passed over.
#ifndef SIGNET_WIRE_KERBEROS_AP_EXCHANGE_H
#define SIGNET_WIRE_KERBEROS_AP_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"
#include "wire/kerberos/ap_req.h"

// Key usage numbers (RFC 4120 7.5.1).
enum {
	KERBEROS_USAGE_TICKET = 2,
	KERBEROS_USAGE_AUTHENTICATOR = 11,
	KERBEROS_USAGE_AP_REP = 12,
};

// EncryptedData
struct kerberos_encrypted {
	int32_t encryption;
	bool has_key_version;
	uint32_t key_version;
	struct span cipher;
};

// EncryptionKey
struct kerberos_key {
	int32_t encryption;
	struct span bytes; // empty: none
};

struct kerberos_ap_req_parts {
	struct kerberos_encrypted ticket;
	struct kerberos_encrypted authenticator;
};

enum verdict kerberos_ap_req_parts_decode(struct span token, struct kerberos_ap_req_parts *out) WARN_UNUSED;
enum verdict kerberos_ap_rep_decode(struct span token, struct kerberos_encrypted *out) WARN_UNUSED;

// EncTicketPart, as far as it names the client.
struct kerberos_ticket {
	struct kerberos_key key;
	struct span realm;
	struct span components[KERBEROS_NAME_COMPONENTS_MAX];
	unsigned component_count;
};

enum verdict kerberos_ticket_decode(struct span plain, struct kerberos_ticket *out) WARN_UNUSED;
// The client's sub-key of an Authenticator, the server's of an EncAPRepPart: both may leave it out.
enum verdict kerberos_authenticator_decode(struct span plain, struct kerberos_key *subkey) WARN_UNUSED;
enum verdict kerberos_ap_rep_part_decode(struct span plain, struct kerberos_key *subkey) WARN_UNUSED;

#endif
