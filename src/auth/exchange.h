// SPDX-License-Identifier: Apache-2.0
// One authentication, from the first SESSION_SETUP to its last: takes the client's tokens, gives the
// server's, and in the end an identity or a reason. Mechanisms are rows of a table inside
// (Kerberos, NTLMSSP); SPNEGO or a raw token is found out from the first one.
//
// An exchange belongs to one session and is used by one thread at a time. It never logs, and blocks only
// where auth_exchange_may_block says so. Tokens and messages are borrowed for the call; what it must remember
// it copies.
#ifndef SIGNET_AUTH_EXCHANGE_H
#define SIGNET_AUTH_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "auth/accounts.h"
#include "auth/auth_reason.h"
#include "auth/identity.h"
#include "base/arena.h"
#include "base/attributes.h"
#include "base/nt_status.h"
#include "base/span.h"

struct throttle;

enum {
	AUTH_TOKEN_LEN_MAX = 65535, // one token, in either direction
	AUTH_LEGS_MAX = 6,          // tokens from the client in one exchange
	AUTH_CLAIM_LEN_MAX = 256,   // bytes kept of each name that a client claims
	AUTH_NAMES_MAX = 64,        // names that clients may call the server
};

// What clients may call this server, and how it introduces itself. Borrowed by exchanges: must live as
// long as they do (the server keeps it in its configuration snapshot).
struct auth_names {
	const char *netbios_computer; // MsvAvNbComputerName, at most 15 characters, e.g. "FILES"
	const char *netbios_domain;   // MsvAvNbDomainName; a stand-alone server's own name
	const char *dns_computer;     // MsvAvDnsComputerName, e.g. "files.example.org"
	const char *dns_domain;       // MsvAvDnsDomainName, may be ""
	const char *const *accepted;  // [server] name = …: the host part of cifs/HOST, case aside
	size_t accepted_count;        // at most AUTH_NAMES_MAX; may be 0
};

struct auth_policy {
	bool kerberos; // is offered; such steps block
	bool ntlm;     // NTLMSSP is offered (accounts still need their own flag)
	bool winbind;  // and users of a domain may use it, as winbindd says; such steps block
	// The transport binds the session's keys to the exact bytes of this exchange (SMB 3.1.1's
	// pre-authentication integrity). Then a client that declares no MIC in its signed response (the Linux
	// kernel's, impacket) is accepted, for a change on the way still leaves both ends with different
	// keys. Without it, a MIC is required of everyone. A client that declares one must always send it.
	bool transcript_protected;
	bool require_mic; // of everyone, whatever protects the transcript
	// Refuse a response whose MsvAvTargetName is none of: names->accepted, the names above, the local
	// address of this connection, a loopback name on a loopback connection.
	bool check_target_name;
	// Also refuse a response without one, or with one that the client itself does not trust.
	bool require_target_name;
};

struct kerberos_setup;

struct auth_exchange_config {
	struct account_db *accounts; // the exchange takes its own reference
	const struct auth_names *names;
	const struct kerberos_setup *kerberos; // borrowed like names; NULL without
	struct auth_policy policy;
	struct sockaddr_storage local; // this connection's addresses; ss_family AF_UNSPEC: not known
	struct sockaddr_storage peer;
	struct throttle *throttle; // asked whether what is claimed may be judged; borrowed. NULL: always
};

// How it ended (or stands). Strings are never NULL, UTF-8, cut to AUTH_CLAIM_LEN_MAX with control
// characters replaced; all of it is borrowed from the exchange.
struct auth_result {
	enum auth_reason reason;
	enum auth_mechanism mechanism;
	const char *account;     // as claimed, also on failure
	const char *domain;      // as claimed
	const char *workstation; // as claimed
	const char *target_name; // MsvAvTargetName as sent, "" without
	const char *principal;   // Kerberos: "alice@EXAMPLE.ORG", once it is proved
	const char *service;     // Kerberos: "cifs/files@EXAMPLE.ORG", as the ticket says in the clear
	const char *encryption;  // Kerberos: of the ticket, "aes256-cts-hmac-sha1-96"
	uint32_t key_version;    // Kerberos: of the ticket; 0: not said
	bool raw;                // NTLMSSP or Kerberos without SPNEGO
	bool mic_verified;
	bool mech_list_mic_verified;
	bool channel_bindings;      // MsvAvChannelBindings present and not zero
	bool untrusted_target_name; // MsvAvFlags 0x4: the client had the name from an untrusted source
	bool has_version;
	uint8_t version[8];        // the client's VERSION structure as sent
	int64_t clock_skew_ms;     // the client's time minus ours, for events; 0 when not known
	struct identity *identity; // NULL unless reason is OK; identity_ref to keep it
};

struct auth_exchange;

// NULL when memory is out.
struct auth_exchange *auth_exchange_new(const struct auth_exchange_config *config) WARN_UNUSED;
// Wipes; NULL is allowed.
void auth_exchange_free(struct auth_exchange *ex);

// Takes the next token of the client; *out_token (in the arena, may be empty) goes into the response
// whatever the status is.
//   MORE_PROCESSING_REQUIRED  another leg follows
//   SUCCESS                   auth_exchange_result has the identity
//   LOGON_FAILURE             unknown account, wrong password, NTLM not allowed, no NTLMv2, a wrong MIC
//   ACCOUNT_DISABLED, ACCESS_DENIED (meant another server, anonymous), TIME_DIFFERENCE_AT_DC
//                             only after the password was proved, or without any account
//   INVALID_PARAMETER         malformed or out of order
//   NOT_SUPPORTED             no mechanism in common
//   INTERNAL_ERROR            our fault
// After anything but MORE_PROCESSING_REQUIRED the exchange is over; further steps give
// INVALID_PARAMETER.
struct nt_status auth_exchange_step(
	struct auth_exchange *ex, struct span in_token, struct arena *a, struct span *out_token) WARN_UNUSED;

// Whether the next step may wait, for files or another process: then it is to be made on a worker thread.
bool auth_exchange_may_block(const struct auth_exchange *ex) WARN_UNUSED;

const struct auth_result *auth_exchange_result(const struct auth_exchange *ex) WARN_UNUSED;

// The SecurityBuffer of a NEGOTIATE response: NegTokenInit2 with the mechanisms that the policy offers
// (MS-SPNG 3.2.5.2). Empty when none is, or when memory is out.
struct span auth_negotiate_token(const struct auth_policy *policy, struct arena *a) WARN_UNUSED;

#endif
