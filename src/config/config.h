// SPDX-License-Identifier: Apache-2.0
// The configuration as the server sees it: read once, checked whole, never changed afterwards.
//
// A reload makes a second one and swaps the pointer; who still works with the old one holds a
// reference. Reading is safe from any thread, so are config_ref and config_unref.
// What keys there are, their ranges, defaults and help: config_schema.h.
#ifndef SIGNET_CONFIG_CONFIG_H
#define SIGNET_CONFIG_CONFIG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/attributes.h"
#include "config/access_rule.h"
#include "config/config_messages.h"
#include "config/config_strings.h"
#include "config/detect_settings.h"
#include "config/network_list.h"
#include "config/user_list.h"

// How far a protection is insisted on. Only required is strict.
enum protection {
	PROTECTION_REQUIRED, // without it: refused
	PROTECTION_DESIRED,  // used with every client that can; others get in without
	PROTECTION_OFF,      // never used (encryption only)
};

enum ntlm_policy {
	NTLM_ACCOUNTS, // NTLMv2, for the accounts it was switched on for
	NTLM_OFF,
	NTLM_WINBIND, // and for users of the domain that the machine is a member of
};

// What is asked of a client's NTLMv2 proof beyond the password.
enum ntlm_demand {
	NTLM_IF_SENT, // it must be right where there is one
	NTLM_ALWAYS,
};

// What happens where the kernel lacks one of the server's own walls.
enum walls_policy {
	WALLS_REQUIRED,
	WALLS_AVAILABLE,
};

// Whether detectors judge the server's own events.
enum detection_policy { DETECTION_ON, DETECTION_OFF };

// Whose files a client's files are, and whose rights to them count.
enum file_identity {
	FILES_OF_SERVER,     // the user that the server runs as
	FILES_OF_UNIX_USERS, // the Unix user of the account
};

struct config_address {
	struct sockaddr_storage address;
	socklen_t len;
	char *text; // as written, for messages; owned
};

// Numbers of the protocol (dialects, ciphers, signing algorithms), most wanted first.
struct config_codes {
	uint16_t items[8];
	size_t count;
};

// Every limit is named here, in signet.conf(5) and in the limit event's `limit` field alike.
struct config_limits {
	uint32_t max_connections;
	uint32_t max_connections_per_peer;
	uint32_t max_sessions;
	uint32_t max_sessions_per_connection;
	uint32_t max_trees_per_session;
	uint32_t max_opens;
	uint32_t max_opens_per_session;
	uint32_t max_requests_per_connection;  // outstanding ones
	uint32_t max_credits;                  // that a connection can hold
	uint64_t max_memory_per_peer;          // bytes, over all of a peer's connections
	uint32_t max_authentications_per_peer; // in progress at once
	uint32_t authentication_timeout_ms;    // from accept to the first authenticated session
	uint32_t idle_timeout_ms;              // no request and nothing open; 0: never
	uint32_t send_timeout_ms;              // an answer that the client does not take
	uint32_t drain_timeout_ms;             // for what is going on when the server is told to end
	uint32_t max_read_size;                // bytes
	uint32_t max_write_size;
	uint32_t max_transact_size;
};

struct config_share {
	char *name;
	char *path; // absolute
	char *comment;
	struct user_list users;       // empty: nobody
	struct user_list write;       // each of them is in users too
	bool networks_set;            // otherwise the server's decide alone
	struct network_list networks; // in addition to the server's
	enum protection encryption;
	bool hidden;
	uint32_t file_mode; // permission bits of new files
	uint32_t directory_mode;
	bool access_based_enumeration;     // what a user may not read is not listed either
	const struct access_rule **access; // the rules for this share, borrowed from the configuration
	size_t access_count;
	unsigned line; // of its section's heading
};

struct config_group {
	char *name; // without '@'
	struct user_list members;
	unsigned line;
};

struct config {
	atomic_uint refs;
	char *file;                       // it was read from
	unsigned state_line, events_line; // where these were given, 0 if not: for messages

	struct config_address *listen;
	size_t listen_count;
	char *state;                   // directory
	struct network_list networks;  // who may connect
	char *events;                  // file, or "-" for standard output
	struct config_address metrics; // where Prometheus reads; no text: nowhere
	bool names_set;                // by the file
	struct config_strings names;   // what clients may call this server; the host's name if none given
	char *keytab;                  // file, or NULL: no Kerberos
	char *realm;                   // of Kerberos; "" without
	unsigned keytab_line;          // where it was given, 0 if not: for messages
	enum protection signing;       // REQUIRED or DESIRED
	enum protection encryption;
	struct config_codes dialects; // MS-SMB2 2.2.3: 0x0311, 0x0302, 0x0300, 0x0210, 0x0202; highest first
	struct config_codes ciphers;  // MS-SMB2 2.2.3.1.2: 1 CCM-128, 2 GCM-128, 3 CCM-256, 4 GCM-256
	struct config_codes signing_algorithms; // MS-SMB2 2.2.3.1.7: 0 HMAC-SHA256, 1 AES-CMAC, 2 AES-GMAC
	enum ntlm_policy ntlm;
	enum ntlm_demand ntlm_mic;
	enum ntlm_demand ntlm_target_name;
	enum file_identity identity;
	uint32_t threads; // 0: one a core
	char *user;       // who a server started as root goes on as; "": root
	enum walls_policy walls;
	enum detection_policy detect;
	char *later_shares; // directory that a reload may add shares below, or NULL
	struct config_limits limits;
	struct detect_settings detection; // for the detectors

	struct config_share *shares; // in the file's order
	size_t share_count;
	struct access_rule *access;
	size_t access_count;
	bool domain_groups_resolved; // server/domain_groups.h
	struct config_group *groups;
	size_t group_count;
};

// Reads and checks the file, and that the state directory's parent and the shares' folders are there.
// NULL when anything is wrong; errors then has every complaint. The result has one reference.
struct config *config_load(const char *path, struct config_messages *errors) WARN_UNUSED;
// As above from text in memory, named `file` in messages, without looking at the file system.
struct config *config_parse(
	const char *file, const char *text, size_t len, struct config_messages *errors) WARN_UNUSED;
struct config *config_ref(struct config *c);
void config_unref(struct config *c); // NULL is fine

// By name in any case (ASCII letters); NULL when there is none. IPC$ is not a configured share.
const struct config_share *config_share_find(const struct config *c, const char *name) WARN_UNUSED;

enum share_access { SHARE_ACCESS_NONE, SHARE_ACCESS_READ, SHARE_ACCESS_WRITE };
// What somebody may do in a share at all.
enum share_access config_share_access(const struct config_share *s, const struct identity *who) WARN_UNUSED;
// The rules of [access] sections that concern the account, and what it may do in the share at all; false
// when that is nothing.
bool config_share_access_set(
	const struct config_share *s, const struct identity *who, struct access_set *out) WARN_UNUSED;
// Whether the share may be used from an address that the server's own networks already admitted.
bool config_share_admits(const struct config_share *s, const struct sockaddr *peer) WARN_UNUSED;
bool config_has_dialect(const struct config *c, uint16_t dialect) WARN_UNUSED;

#endif
