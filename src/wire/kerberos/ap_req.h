// SPDX-License-Identifier: Apache-2.0
// What of a Kerberos AP-REQ can be read without a key (RFC 4120 5.5.1, in the GSS-API frame of RFC 4121
// 4.1): which service the ticket is for, and how it is encrypted. For events, and for refusing weak
// encryption before any key is touched. GSSAPI itself decodes the token anew.
#ifndef SIGNET_WIRE_KERBEROS_AP_REQ_H
#define SIGNET_WIRE_KERBEROS_AP_REQ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"

enum {
	KERBEROS_NAME_COMPONENTS_MAX = 4,
	KERBEROS_AES128_CTS_HMAC_SHA1 = 17, // RFC 3962
	KERBEROS_AES256_CTS_HMAC_SHA1 = 18,
	KERBEROS_AES128_CTS_HMAC_SHA256 = 19, // RFC 8009
	KERBEROS_AES256_CTS_HMAC_SHA384 = 20,
};

struct kerberos_ap_req {
	struct span message;                                  // the AP-REQ itself, out of its frame
	struct span ticket;                                   // as encoded: the same wherever it is shown
	struct span realm;                                    // of the service, as the ticket says
	struct span components[KERBEROS_NAME_COMPONENTS_MAX]; // "cifs", "files.example.org"
	unsigned component_count;                             // at least one
	int32_t encryption;                                   // of the ticket; negative ones exist
	bool has_key_version;
	uint32_t key_version;
};

// Spans borrow from the token. Not OK: the frame is not Kerberos', or the token is no AP-REQ.
enum verdict kerberos_ap_req_decode(struct span token, struct kerberos_ap_req *out) WARN_UNUSED;

// "aes256-cts-hmac-sha1-96"; "unknown" for numbers that have none.
const char *kerberos_encryption_name(int32_t encryption);
// AES with SHA-1 or SHA-2: all others are broken or unknown.
bool kerberos_encryption_is_strong(int32_t encryption) WARN_UNUSED;

#endif
