// SPDX-License-Identifier: Apache-2.0
// Parts of an event that come from looking closely: how somebody authenticated, what a session is worth,
// what a detector found. The sensor fills them from packets, the server from what it knows; detectors read
// them. Everything is borrowed for the time of the call, as in event.h; strings are NULL when not known.
#ifndef SIGNET_EVENT_EVENT_WATCH_H
#define SIGNET_EVENT_EVENT_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nt_status.h"

// Where it was seen.
struct event_wire {
	uint64_t flow;         // number of the TCP connection (or pair of UDP endpoints), from 1
	uint64_t packet;       // frame number, as other tools count, of what completed it
	uint64_t first_packet; // of the exchange it is about
	bool midstream;        // the beginning of the connection was not captured
	bool lossy;            // bytes of the connection are missing in the capture
	const char *capture;   // file or interface
};

enum event_mic {
	EVENT_MIC_UNKNOWN, // no AUTHENTICATE was seen
	EVENT_MIC_NONE,    // it has none
	EVENT_MIC_MISSING, // it has none though MsvAvFlags says that there is one
	EVENT_MIC_ZERO,
	EVENT_MIC_PRESENT, // not verified for want of the key
	EVENT_MIC_VERIFIED,
	EVENT_MIC_WRONG,
};

// One authentication, whole: what NTLMSSP (MS-NLMP) or the Kerberos AP exchange (RFC 4120) showed of it.
// account, domain, workstation, mechanism and principal are in struct event_session.
struct event_auth {
	bool has_challenge;
	uint8_t server_challenge[8];
	bool has_nt_proof;
	uint8_t nt_proof[16];    // NTProofStr
	const char *target_name; // MsvAvTargetName: whom the client believed to talk to
	const char *server_name; // MsvAvNbComputerName of the CHALLENGE
	const char *server_dns;  // MsvAvDnsComputerName of the CHALLENGE
	const char *server_domain;
	uint32_t negotiate_flags; // NTLMSSP_NEGOTIATE_*: of each message; 0: not seen
	uint32_t challenge_flags;
	uint32_t authenticate_flags;
	bool has_av_flags;
	uint32_t av_flags; // MsvAvFlags
	enum event_mic mic;
	bool channel_bindings; // present and not zero
	bool lm_response;      // an LMv1 response that is neither empty nor zero
	const char *service;   // sname of the ticket: "cifs/host"
	const char *realm;
	const char *ticket_encryption;
	uint64_t ticket_hash; // of the ticket's cipher text: the same ticket elsewhere is the same number; 0:
			      // none

	// Whom and what it was exchanged with, to tell a forwarder from a relay.
	uint64_t client_negotiate_hash; // of the NEGOTIATE request's bytes as seen on this connection; 0: not
					// seen
	uint64_t server_negotiate_hash; // of the response's
	uint8_t client_guid[16];
	uint8_t server_guid[16];
	bool first;             // of its session; otherwise it is a re-authentication
	bool binding;           // binds a connection to a session (multichannel)
	bool anonymous;         // asked for no account
	bool guest;             // got in as a guest
	const char *protocol;   // "smb2", "smb1", "http", "ldap", ...: where it was seen
	uint64_t exchange_hash; // of the AP-REQ: the same one elsewhere is the same number; 0: none
	// Frame numbers of what proves it; 0: not seen.
	uint64_t challenge_packet, authenticate_packet;
};

// A NEGOTIATE exchange as this connection carried it: two connections that carry the same exchange
// differently have somebody between them who changes it. Numbers are those of MS-SMB2 2.2.3 and 2.2.4.
struct event_negotiation {
	uint64_t client_hash, server_hash; // of the messages' bytes; 0: not seen
	uint64_t client_salt; // hash of the preauth context's salt (3.1.1), random each time; 0: none
	uint8_t client_guid[16], server_guid[16];
	const uint16_t *client_dialects;
	size_t client_dialect_count;
	uint16_t client_security_mode, server_security_mode;
	uint32_t client_capabilities, server_capabilities;
	uint16_t client_contexts;                           // how many
	uint16_t client_ciphers, client_signing_algorithms; // how many of each were offered
	uint16_t dialect, cipher, signing_algorithm;        // agreed on; 0: not seen
	bool client_is_smb1;                                // it began with an SMB1 NEGOTIATE
};

enum event_yes { EVENT_UNKNOWN, EVENT_NO, EVENT_YES };

// How a session was protected, from what was used and not from what could have been.
struct event_verdict {
	char grade; // 'A' (3.1.1, sealed, Kerberos) to 'F'; '?' when its beginning was not seen
	const char *const *reasons; // each point off: "unsigned", "dialect_2.1", ...
	size_t reason_count;
	const uint16_t *client_dialects; // offered
	size_t client_dialect_count;
	uint16_t dialect; // spoken; 1: SMB1
	enum event_yes client_requires_signing, server_requires_signing;
	enum event_yes client_offers_encryption, server_offers_encryption;
	enum event_yes preauth_integrity;   // 3.1.1
	enum event_yes negotiate_validated; // 3.0.x: FSCTL_VALIDATE_NEGOTIATE_INFO was exchanged
	enum event_yes signed_, sealed;     // what ordinary requests and answers were, all of them
	uint64_t requests_signed, requests_unsigned, requests_sealed;
	uint64_t answers_signed, answers_unsigned, answers_sealed;
	uint64_t signatures_verified, signatures_wrong; // with keys
	uint64_t wrong_packet; // the first whose signature was wrong; for detectors alone
	bool decrypted;        // its seal was opened with a key
	uint64_t bytes_to_server, bytes_to_client;
	uint64_t
		channel_of; // the connection that the session began on, when this is another one; 0: this one
	uint64_t opened_us, closed_us;
};

// A call on a named pipe or over TCP: DCE/RPC (C706).
struct event_rpc {
	const char *pipe;      // "svcctl"
	const char *interface; // its name if it is known: "svcctl", "efsrpc"
	const char *uuid;      // text form
	uint16_t opnum;
	const char *operation; // its name if it is known: "RCreateServiceW"
	const char
		*argument; // a name that counts, when it is in clear: the UNC path of a coercion, a service
	bool sealed;       // the arguments are encrypted by the RPC itself
};

// What is known of the bytes of a file, from samples of reads and writes that were in clear.
struct event_content {
	double read_entropy, written_entropy; // bits a byte; 0: not known
	const char *type; // "pe", "zip", ... of what was written (else read) at offset 0; NULL: not known
};

struct event_evidence {
	const char *name;  // "server_challenge"
	const char *value; // "4f69999ad7cb41f0"
	uint64_t packet;   // where it can be seen; 0: nowhere in particular
};

struct event_alert {
	const char *detection; // "ntlm_relay"
	const char *title;     // one sentence for people
	const char *technique; // ATT&CK: "T1557.001"
	const char *outcome;   // "succeeded", "blocked", "failed", or NULL
	const uint64_t *flows;
	size_t flow_count;
	const char *const *hosts; // addresses, the attacker's first if it is known
	size_t host_count;
	const char *const *accounts;
	size_t account_count;
	const struct event_evidence *evidence;
	size_t evidence_count;
	uint64_t first_us, last_us;
	uint64_t incident; // alerts of one story share it; 0: none
	uint64_t count;    // of what was repeated
};

#endif
