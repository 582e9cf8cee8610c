// SPDX-License-Identifier: Apache-2.0
// What is known about a host, by trying: probes write it, checks read it. A probe says what it saw, a check
// what that means, so that each meaning is in one place and can be tested without a network.
#ifndef SIGNET_AUDIT_FACTS_H
#define SIGNET_AUDIT_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/findings.h"
#include "base/arena.h"
#include "wire/smb2/smb2_header.h"

enum answer {
	ANSWER_UNKNOWN, // not asked, or nobody answered so that it can be told
	ANSWER_NO,
	ANSWER_YES,
};

// Yes or no, with what proves it.
struct fact {
	enum answer answer;
	struct evidence *evidence; // NULL while unknown
	const char *reason;        // why it is unknown; NULL: not asked
};

enum { FACTS_DIALECTS = 5, FACTS_CIPHERS = 4, FACTS_SIGNINGS = 3, FACTS_COMPRESSIONS = 6 };
extern const uint16_t facts_dialects[FACTS_DIALECTS]; // 0x0202, 0x0210, 0x0300, 0x0302, 0x0311

struct share_fact {
	const char *name;
	const char *comment;
	uint32_t type;                // STYPE_*
	struct fact connects;         // with the account of the audit
	struct fact unencrypted;      // a tree connect and a create in the clear were let in
	struct fact encrypt_flag;     // SMB2_SHAREFLAG_ENCRYPT_DATA
	struct fact reads, writes;    // by MaximalAccess of the tree, and of a create of its root
	struct fact guest, anonymous; // let in as such
	struct fact guest_writes, anonymous_writes;
	struct fact everyone; // its security descriptor lets everyone or all authenticated users in
	struct fact everyone_writes;
	bool descriptor_told; // the share's own; else the two are by the root's alone
	struct share_fact *next;
};

struct pipe_fact {
	const char *name;      // "spoolss"
	const char *interface; // what is bound behind it, "MS-RPRN"; NULL: only the pipe was tried
	bool coercion;         // with that interface the host can be made to authenticate elsewhere
	struct fact anonymous; // reachable by an anonymous session
	struct fact authenticated;
	struct pipe_fact *next;
};

struct host_facts {
	struct arena *arena; // where all of it lives
	const char *address;
	uint16_t port;

	// Negotiation.
	struct fact smb1;                     // an SMB1 dialect is accepted
	struct fact smb1_leads_on;            // SMB1's NEGOTIATE with "SMB 2.???" is answered in SMB2
	struct fact dialects[FACTS_DIALECTS]; // one by one, in the order of facts_dialects
	uint16_t dialect_max;                 // the highest accepted; 0: none
	uint8_t server_guid[SMB2_GUID_LEN];
	uint16_t security_mode; // SMB2_NEGOTIATE_SIGNING_*, of the highest dialect
	uint32_t capabilities;
	uint32_t max_transact_size, max_read_size, max_write_size; // bytes
	uint64_t system_time, start_time;                          // FILETIME; 0: not told
	int64_t skew_ms;                                           // the server's clock minus ours
	bool skew_known;
	struct fact signing_required;       // the flag in NEGOTIATE: a claim
	struct fact preauth_integrity;      // 3.1.1 with a SHA-512 context, and refused without one
	struct fact ciphers[FACTS_CIPHERS]; // CCM-128, GCM-128, CCM-256, GCM-256: offered alone
	struct fact cipher_order;  // all offered, in two orders: yes: the server has a preference of its own
	uint16_t cipher_preferred; // which; 0: it follows the client
	struct fact signings[FACTS_SIGNINGS]; // HMAC-SHA256, AES-CMAC, AES-GMAC
	struct fact signing_order;
	uint16_t signing_preferred;                   // meaningful while signing_order is yes
	struct fact compressions[FACTS_COMPRESSIONS]; // by number; [0], NONE, is never asked
	struct fact rdma_transform;                   // RDMA_TRANSFORM_CAPABILITIES are told
	struct fact downgrade_noticed;                // an altered negotiation of 3.1.1 fails
	struct fact encryption_stripped; // who does not offer a cipher on 3.1.1 is let in without encryption
	struct fact validate_negotiate;  // on 3.0: a wrong FSCTL_VALIDATE_NEGOTIATE_INFO ends the connection
	struct fact validate_answered;   // and a right one is answered with the very same values

	// Authentication.
	struct fact mech_kerberos, mech_ntlm, mech_negoex,
		mech_localkdc;         // offered in NEGOTIATE's SPNEGO token
	struct fact ntlm_accepted;     // an NTLM NEGOTIATE is answered with a challenge
	struct fact ntlmv1, lm;        // a response of that kind logs on (with credentials)
	struct fact ntlm_no_mic;       // AUTHENTICATE without a MIC logs on
	struct fact ntlm_wrong_target; // AUTHENTICATE for another service logs on
	struct fact guest;             // an account that does not exist is let in as guest
	struct fact anonymous;         // a null session is let in
	struct fact anonymous_ipc;     // and may connect to IPC$
	struct fact anonymous_lists_shares, anonymous_lists_users;
	struct fact logon_delayed; // a failed log-on is answered late (asked for expressly alone)
	uint32_t logon_delay_ms;
	struct fact kerberos_weak; // the service ticket is RC4 or DES
	struct fact logged_on;     // with the credentials given

	// What the server told before authentication.
	const char *netbios_name, *netbios_domain, *dns_name, *dns_domain, *os_version; // NULL: not told
	struct fact netbios_session; // port 139 answers too

	// Enforcement, after authentication.
	struct fact unsigned_accepted; // an unsigned request was answered
	struct fact unsealed_accepted; // TREE_CONNECT to IPC$ or a share in the clear was answered
	struct fact interfaces_told_anonymous, interfaces_told; // FSCTL_QUERY_NETWORK_INTERFACE_INFO

	struct fact lists_shares; // NetrShareEnum, with the account of the audit
	struct share_fact *shares;
	const char *shares_left_out; // why there are more of them, not looked at; NULL: these are all
	struct pipe_fact *pipes;

	// Of the whole host; filled when all probes ran.
	const char *system; // as in audit_subject
	enum platform platform;
	bool platform_known;
	unsigned trouble; // resets, timeouts, refused connections: probes stop early when it grows
};

// Sets a fact with its evidence; texts are copied into the host's arena. A fact keeps its first answer.
void fact_set(struct host_facts *h, struct fact *f, enum answer a, const char *sent, const char *received);
void fact_unknown(struct host_facts *h, struct fact *f, const char *reason);
static inline bool fact_is(const struct fact *f, enum answer a)
{
	return f->answer == a;
}

#endif
