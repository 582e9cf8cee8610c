// SPDX-License-Identifier: Apache-2.0
#include "config/config_schema.h"

#include <string.h>
#include <sys/stat.h>

#include "config/config.h"
#include "config/config_choices.h"

#define KIB 1024ull
#define MIB (1024ull * KIB)
#define GIB (1024ull * MIB)
#define SECOND 1000ull
#define HOUR (3600ull * SECOND)

#define PROTECTION_WORDS "required | desired | off"

#define SERVER(field) .section = CONFIG_SERVER, .offset = offsetof(struct config, field)
#define LIMIT(field) .section = CONFIG_SERVER, .name = #field, .offset = offsetof(struct config, limits.field)
#define TIMEOUT(field)                                                                                       \
	.section = CONFIG_SERVER, .name = #field, .offset = offsetof(struct config, limits.field##_ms)
#define DETECT(field)                                                                                        \
	.section = CONFIG_DETECT, .name = #field, .offset = offsetof(struct detect_settings, field)
#define DETECT_NUMBER(field, low, high, standard)                                                            \
	DETECT(field), .type = CONFIG_NUMBER, .min = (low), .max = (high), .value = (standard),              \
		       .syntax = "NUMBER"
#define DETECT_WORDS(field) DETECT(field), .type = CONFIG_WORDS, .max = DETECT_LIST_MAX, .value = ""
#define SHARE(field) .section = CONFIG_SHARE, .offset = offsetof(struct config_share, field)
#define ACCESS(field) .section = CONFIG_ACCESS, .offset = offsetof(struct access_rule, field)
#define GROUP(field) .section = CONFIG_GROUP, .offset = offsetof(struct config_group, field)

const struct config_key config_keys[] = {
	{ SERVER(listen), .name = "listen", .type = CONFIG_ADDRESSES, .value = "0.0.0.0:445 [::]:445",
		.samba = "interfaces", .syntax = "ADDRESS:PORT ...",
		.help = "addresses and ports to listen on",
		.more = "An IPv6 address goes in square brackets. [::] takes IPv6 clients only, 0.0.0.0 "
			"those of "
			"IPv4. A change takes a restart." },
	{ SERVER(state), .name = "state", .type = CONFIG_PATH, .value = "/var/lib/signet",
		.samba = "state directory", .syntax = "DIRECTORY", .help = "where accounts are kept",
		.more = "It is made when it is missing and can be read by the server's user alone. A change "
			"takes a restart." },
	{ SERVER(networks), .name = "networks", .type = CONFIG_NETWORKS, .value = "127.0.0.0/8 ::1/128",
		.samba = "hosts allow", .syntax = "[!]ADDRESS[/PREFIX] ... | any",
		.help = "networks that clients may connect from",
		.more = "The most specific entry that holds the client's address decides; with ! before it, "
			"it "
			"refuses. An address that none holds is refused. By default only this machine may "
			"connect." },
	{ SERVER(events), .name = "events", .type = CONFIG_EVENTS, .value = "-", .samba = "log file",
		.syntax = "FILE | -", .help = "where events are written, one JSON object a line",
		.more = "A lone - is standard output. SIGHUP opens the file anew, for log rotation." },
	{ SERVER(metrics), .name = "metrics", .type = CONFIG_ADDRESS, .value = "", .syntax = "ADDRESS:PORT",
		.help = "where Prometheus reads the server's counters; none by default",
		.more = "Plain HTTP, path /metrics, for addresses that networks admits. It should be a "
			"loopback "
			"address: nothing encrypts or authenticates what it says. A change takes a "
			"restart." },
	{ SERVER(names), .name = "name", .type = CONFIG_NAMES, .value = "", .samba = "netbios name",
		.syntax = "NAME ...", .help = "what clients may call this server",
		.more = "A client that authenticates says which server it means to reach; one that means "
			"another is being relayed and is refused. The address that it connected to always "
			"counts. "
			"Without names here, the host's name counts, in full and up to its first dot." },
	{ SERVER(keytab), .name = "keytab", .type = CONFIG_PATH, .value = "",
		.samba = "dedicated keytab file", .syntax = "FILE",
		.help = "keys for Kerberos, which is then what clients are asked for first",
		.more = "It holds AES keys of cifs/NAME@REALM for names of this server; weaker ones are "
			"never used. "
			"It is read anew for each client that authenticates, so new keys count at once, and "
			"old ones "
			"as long as they are in it. With a keytab and no account made with --ntlm, NTLM is "
			"not "
			"offered." },
	{ SERVER(realm), .name = "realm", .type = CONFIG_TEXT, .max = 255, .value = "", .samba = "realm",
		.syntax = "REALM", .help = "the Kerberos realm that the keytab's keys are of",
		.more = "Its principals need no realm in users and write. One that comes without the groups "
			"of a "
			"domain (a PAC) has to have an account of the same name." },
	{ SERVER(signing), .name = "signing", .type = CONFIG_CHOICE, .value = "required",
		.choices = signing_choices, .samba = "server signing", .syntax = "required | desired",
		.help = "whether requests must be signed or sealed" },
	{ SERVER(encryption), .name = "encryption", .type = CONFIG_CHOICE, .value = "required",
		.choices = encryption_choices, .samba = "smb encrypt", .syntax = PROTECTION_WORDS,
		.help = "whether requests must be sealed",
		.more = "Shares still ask for it on their own: to let a client in without, the share has to "
			"say "
			"so too." },
	{ SERVER(dialects), .name = "dialects", .type = CONFIG_CODES, .value = "3.1.1",
		.choices = dialect_choices, .samba = "server min protocol",
		.syntax = "3.1.1 | 3.0.2 | 3.0 | 2.1 | 2.0.2 ...",
		.help = "versions of SMB that are spoken" },
	{ SERVER(ciphers), .name = "ciphers", .type = CONFIG_CODES,
		.value = "aes-128-gcm aes-256-gcm aes-128-ccm aes-256-ccm", .choices = cipher_choices,
		.samba = "server smb3 encryption algorithms",
		.syntax = "aes-128-gcm | aes-256-gcm | aes-128-ccm | aes-256-ccm ...",
		.help = "ciphers that are used, the most wanted first" },
	{ SERVER(signing_algorithms), .name = "signing_algorithms", .type = CONFIG_CODES,
		.value = "aes-gmac aes-cmac hmac-sha256", .choices = signing_algorithm_choices,
		.samba = "server smb3 signing algorithms", .syntax = "aes-gmac | aes-cmac | hmac-sha256 ...",
		.help = "signing algorithms that are used, the most wanted first" },
	{ SERVER(ntlm), .name = "ntlm", .type = CONFIG_CHOICE, .value = "accounts", .choices = ntlm_choices,
		.samba = "ntlm auth", .syntax = "accounts | off | winbind",
		.help = "who may authenticate with NTLMv2; LM and NTLMv1 do not exist",
		.more = "For winbind, the server must be let into winbindd's privileged socket: root, or the "
			"group winbindd_priv." },
	{ SERVER(ntlm_mic), .name = "ntlm_mic", .type = CONFIG_CHOICE, .value = "if_sent",
		.choices = ntlm_demand_choices, .syntax = "if_sent | always",
		.help = "whether NTLM's messages must have an integrity code",
		.more = "The Linux kernel's client declares none. Over SMB 3.1.1 its messages are bound to "
			"the "
			"session's keys all the same, so that a relay gets none; over older dialects, one is "
			"always required. Who gets in without one is told of as `weakened`." },
	{ SERVER(ntlm_target_name), .name = "ntlm_target_name", .type = CONFIG_CHOICE, .value = "if_sent",
		.choices = ntlm_demand_choices, .syntax = "if_sent | always",
		.help = "whether an NTLM client must say which server it means",
		.more = "The Linux kernel's client and rclone do not. One that names another server is "
			"refused "
			"in any case, for it was relayed. Who gets in without a name is told of as "
			"`weakened`." },
	{ SERVER(identity), .name = "identity", .type = CONFIG_CHOICE, .value = "server",
		.choices = identity_choices, .samba = "force user", .syntax = "server | unix",
		.help = "whose the files are that clients make, and whose rights to files count",
		.more = "With unix, an account has the files of the Unix user of its name, somebody of a "
			"domain those of DOMAIN\\name as the name service knows it: the kernel judges by his "
			"id and his groups, and nobody gets at files without one, or as root. The server "
			"needs CAP_SETUID and CAP_SETGID, no other right to files, and the right to enter "
			"each share's folder; security descriptors are kept in user.NTACL, and only a file's "
			"owner may change its own. A change takes a restart." },
	{ SERVER(threads), .name = "threads", .type = CONFIG_NUMBER, .min = 0, .max = 256, .value = "0",
		.syntax = "NUMBER", .help = "threads that serve clients; 0: one a processor core",
		.more = "A change takes a restart." },
	{ SERVER(user), .name = "user", .type = CONFIG_TEXT, .min = 0, .max = 255, .value = "",
		.syntax = "NAME", .help = "who a server that was started as root goes on as",
		.more = "It needs the rights to the state, the events and the shares. Without it, the server "
			"goes on as root, within its walls. A change takes a restart." },
	{ SERVER(walls), .name = "walls", .type = CONFIG_CHOICE, .value = "required",
		.choices = walls_choices, .syntax = "required | available",
		.help = "whether the server starts without its own walls: Landlock and seccomp",
		.more = "signet-serve(8) says what they are. A change takes a restart." },
	{ SERVER(detect), .name = "detect", .type = CONFIG_CHOICE, .value = "on", .choices = detect_choices,
		.syntax = "on | off", .help = "whether attacks are looked for in the server's own events",
		.more = "What is found is an event of kind alert: guessed passwords, waves of encryption, "
			"decoys that somebody touched. [detect] says what it takes. A thread of its own "
			"judges, nobody waits for it; of what is read and written it sees a few KiB a "
			"file. A change takes a restart." },
	{ SERVER(later_shares), .name = "later_shares", .type = CONFIG_PATH, .value = "",
		.syntax = "DIRECTORY", .help = "folder below which a reload may add shares",
		.more = "The server can reach nothing but the shares that it was started with, so that a "
			"share elsewhere takes a restart, and so do the first writers of a share that nobody "
			"could write to. What lies below this folder can be reached from the start." },

	{ LIMIT(max_connections), .type = CONFIG_NUMBER, .min = 1, .max = 1000000, .value = "16384",
		.samba = "max smbd processes", .syntax = "NUMBER", .help = "connections at once" },
	{ LIMIT(max_connections_per_peer), .type = CONFIG_NUMBER, .min = 1, .max = 1000000, .value = "512",
		.syntax = "NUMBER", .help = "connections at once from one address" },
	{ LIMIT(max_sessions), .type = CONFIG_NUMBER, .min = 1, .max = 1000000, .value = "65536",
		.syntax = "NUMBER", .help = "sessions at once" },
	{ LIMIT(max_sessions_per_connection), .type = CONFIG_NUMBER, .min = 1, .max = 65536, .value = "256",
		.syntax = "NUMBER", .help = "sessions at once on one connection" },
	{ LIMIT(max_trees_per_session), .type = CONFIG_NUMBER, .min = 1, .max = 65536, .value = "1024",
		.syntax = "NUMBER", .help = "shares connected to at once in one session" },
	{ LIMIT(max_opens), .type = CONFIG_NUMBER, .min = 1, .max = 16777216, .value = "262144",
		.syntax = "NUMBER", .help = "open files at once" },
	{ LIMIT(max_opens_per_session), .type = CONFIG_NUMBER, .min = 1, .max = 1048576, .value = "65536",
		.samba = "max open files", .syntax = "NUMBER", .help = "open files at once in one session" },
	{ LIMIT(max_requests_per_connection), .type = CONFIG_NUMBER, .min = 1, .max = 65536, .value = "512",
		.syntax = "NUMBER", .help = "requests of one connection that are not answered yet",
		.more = "Those that wait for a lock or a change count too." },
	{ LIMIT(max_credits), .type = CONFIG_NUMBER, .min = 128, .max = 65535, .value = "8192",
		.samba = "smb2 max credits", .syntax = "NUMBER",
		.help = "credits that one connection can hold" },
	{ LIMIT(max_memory_per_peer), .type = CONFIG_SIZE, .wide = true, .min = 16 * MIB, .max = 1024 * GIB,
		.value = "256M", .syntax = "SIZE", .help = "memory for requests and answers of one address" },
	{ LIMIT(max_authentications_per_peer), .type = CONFIG_NUMBER, .min = 1, .max = 65536, .value = "32",
		.syntax = "NUMBER", .help = "authentications of one address in progress at once" },
	{ TIMEOUT(authentication_timeout), .type = CONFIG_SECONDS, .min = SECOND, .max = HOUR, .value = "30s",
		.syntax = "TIME", .help = "time from connecting to the first authenticated session" },
	{ TIMEOUT(idle_timeout), .type = CONFIG_SECONDS, .min = 0, .max = 168 * HOUR, .value = "15m",
		.samba = "deadtime", .syntax = "TIME",
		.help = "time after which a connection without requests and open files ends; 0: never" },
	{ TIMEOUT(send_timeout), .type = CONFIG_SECONDS, .min = SECOND, .max = HOUR, .value = "60s",
		.syntax = "TIME", .help = "time that a client has for taking an answer" },
	{ TIMEOUT(drain_timeout), .type = CONFIG_SECONDS, .min = 0, .max = HOUR, .value = "10s",
		.syntax = "TIME",
		.help = "time that requests have for being finished when the server is told to end" },
	{ LIMIT(max_read_size), .type = CONFIG_SIZE, .min = 64 * KIB, .max = 8 * MIB, .value = "8M",
		.samba = "smb2 max read", .syntax = "SIZE", .help = "bytes that one read can ask for" },
	{ LIMIT(max_write_size), .type = CONFIG_SIZE, .min = 64 * KIB, .max = 8 * MIB, .value = "8M",
		.samba = "smb2 max write", .syntax = "SIZE", .help = "bytes that one write can carry" },
	{ LIMIT(max_transact_size), .type = CONFIG_SIZE, .min = 64 * KIB, .max = 8 * MIB, .value = "8M",
		.samba = "smb2 max trans", .syntax = "SIZE",
		.help = "bytes of other requests and answers, such as directory listings" },

	{ DETECT_NUMBER(brute_force_failures, 2, 1000000, "10"),
		.help = "failed log-ons of one account from one source that are an attack" },
	{ DETECT_NUMBER(brute_force_window_s, 1, 86400, "300"), .help = "seconds in which they are counted" },
	{ DETECT_NUMBER(password_spray_accounts, 2, 100000, "5"),
		.help = "accounts that fail from one source: a spray" },
	{ DETECT_NUMBER(password_spray_window_s, 1, 86400, "600"),
		.help = "seconds in which they are counted" },
	{ DETECT_NUMBER(smb_sweep_hosts, 2, 100000, "10"), .help = "servers that one source tries: a sweep" },
	{ DETECT_NUMBER(smb_sweep_window_s, 1, 86400, "60"), .help = "seconds in which they are counted" },
	{ DETECT_NUMBER(lateral_movement_hosts, 2, 1000, "3"),
		.help = "hosts whose management one source goes for" },
	{ DETECT_NUMBER(lateral_movement_window_s, 1, 86400, "600"), .help = "seconds that belong together" },
	{ DETECT_NUMBER(coercion_window_s, 1, 3600, "30"),
		.help = "seconds from a coercing call to the call back" },
	{ DETECT_NUMBER(mass_modification_files, 2, 1000000, "20"),
		.help = "files that one account overwrites, renames or deletes: a wave" },
	{ DETECT_NUMBER(mass_modification_window_s, 1, 86400, "120"),
		.help = "seconds in which they are counted" },
	{ DETECT_NUMBER(mass_read_files, 10, 10000000, "500"), .help = "files that one account reads" },
	{ DETECT_NUMBER(mass_read_bytes_mib, 1, 1000000000, "4096"), .help = "or so many MiB" },
	{ DETECT_NUMBER(mass_read_window_s, 1, 86400, "600"), .help = "seconds in which they are counted" },
	{ DETECT_NUMBER(first_seen_learn_s, 0, 31536000, "604800"),
		.help = "seconds from the baseline's beginning in which everything is learned" },
	{ DETECT_NUMBER(segmentation_learn_s, 0, 31536000, "0"),
		.help = "seconds in which the pairs that speak SMB are learned (with --state); what comes "
			"after and is neither learned nor allowed is told; 0: nothing is learned" },
	{ DETECT_NUMBER(relay_window_s, 1, 3600, "60"), .help = "seconds between the two legs of a relay" },
	{ DETECT_NUMBER(table_entries_max, 64, 10000000, "65536"),
		.help = "hosts, accounts or pairs that each detector remembers" },
	{ DETECT_WORDS(aliases), .syntax = "ALIAS=SERVER ...", .help = "other names of servers" },
	{ DETECT_WORDS(decoys), .syntax = "SHARE/PATH ...",
		.help = "files that nobody has a reason to open: who does is told of",
		.more = "In patterns, * stands for any characters and ? for one. A name without / is a "
			"share." },
	{ DETECT_WORDS(allowed), .syntax = "CLIENT>SERVER ...",
		.help = "pairs of client and server networks that may speak SMB, besides those that were "
			"learned; empty, and none learned: all" },
	{ DETECT_WORDS(backup_hosts), .syntax = "ADDRESS ...",
		.help = "clients that may read very much, and decoys, without an alert" },
	{ DETECT_WORDS(admin_hosts), .syntax = "ADDRESS ...",
		.help = "clients that manage others: deployment servers, administrators" },
	{ DETECT_WORDS(domain_controllers), .syntax = "ADDRESS ...",
		.help = "domain controllers, and who synchronises directories" },
	{ DETECT_WORDS(forwarders), .syntax = "ADDRESS ...", .help = "proxies and load balancers" },
	{ DETECT_WORDS(disabled), .choices = detection_choices, .syntax = "DETECTION ...",
		.help = "detectors that are off" },

	{ SHARE(path), .name = "path", .type = CONFIG_PATH, .value = NULL, .samba = "directory",
		.syntax = "DIRECTORY", .help = "the folder that is shared",
		.more = "Nothing outside of it can be reached through the share, by no name and no link." },
	{ SHARE(comment), .name = "comment", .type = CONFIG_TEXT, .min = 0, .max = 255, .value = "",
		.syntax = "TEXT", .help = "shown to clients beside the share's name" },
	{ SHARE(users), .name = "users", .type = CONFIG_USERS, .value = "", .samba = "valid users",
		.syntax = "ACCOUNT | @GROUP ...", .help = "who may use the share; empty: nobody",
		.more = "Somebody of a domain or another realm is named NAME@REALM, DOMAIN\\NAME or by SID, "
			"a "
			"domain's group by SID. A member of them who is not in write may only read." },
	{ SHARE(write), .name = "write", .type = CONFIG_USERS, .value = "", .samba = "write list",
		.syntax = "ACCOUNT | @GROUP ...",
		.help = "who of the users may change anything; empty: nobody" },
	{ SHARE(networks), .name = "networks", .type = CONFIG_NETWORKS, .value = "", .samba = "hosts allow",
		.syntax = "[!]ADDRESS[/PREFIX] ... | any",
		.help = "networks that this share can be used from, out of the server's",
		.more = "Without it, the server's networks alone decide." },
	{ SHARE(encryption), .name = "encryption", .type = CONFIG_CHOICE, .value = "required",
		.choices = encryption_choices, .samba = "smb encrypt", .syntax = PROTECTION_WORDS,
		.help = "whether requests for this share must be sealed",
		.more = "Anything but required has an effect only if the server's encryption is not required "
			"either, and is an error otherwise." },
	{ SHARE(hidden), .name = "hidden", .type = CONFIG_BOOL, .value = "no", .samba = "browseable",
		.syntax = "yes | no", .help = "left out of the list of shares" },
	{ SHARE(file_mode), .name = "file_mode", .type = CONFIG_MODE, .min = 0600, .max = 0777,
		.value = "0600", .samba = "create mask", .syntax = "OCTAL",
		.help = "permission bits of new files, for local users" },
	{ SHARE(directory_mode), .name = "directory_mode", .type = CONFIG_MODE, .min = 0700, .max = 0777,
		.value = "0700", .samba = "directory mask", .syntax = "OCTAL",
		.help = "permission bits of new directories, for local users" },

	{ SHARE(access_based_enumeration), .name = "access_based_enumeration", .type = CONFIG_BOOL,
		.value = "yes", .samba = "hide unreadable", .syntax = "yes | no",
		.help = "whether listings leave out what the user may not read",
		.more = "What an [access] section denies then does not exist for him at all; with no, it is "
			"listed and refused." },

	{ ACCESS(share), .name = "share", .type = CONFIG_TEXT, .max = 320, .value = NULL, .syntax = "NAME",
		.help = "the share that this is about" },
	{ ACCESS(users), .name = "users", .type = CONFIG_USERS, .value = "", .syntax = "ACCOUNT | @GROUP ...",
		.help = "whom it concerns; without it, all of the share's users" },
	{ ACCESS(except), .name = "except", .type = CONFIG_USERS, .value = "",
		.syntax = "ACCOUNT | @GROUP ...", .help = "who of these it does not concern",
		.more = "To keep a folder for a few, deny it to all except them: who is forgotten is then "
			"kept "
			"out." },
	{ ACCESS(read), .name = "read", .type = CONFIG_GLOBS, .value = "", .syntax = "PATTERN ...",
		.help = "what they may read: this and what write has, and nothing else",
		.more = "Folders on the way there can be passed and list only what leads there." },
	{ ACCESS(write), .name = "write", .type = CONFIG_GLOBS, .value = "", .syntax = "PATTERN ...",
		.help = "what they may read and change, as far as the share's write has them, and nothing "
			"else",
		.more = "The patterns of all sections that have read or write and concern a user count "
			"together." },
	{ ACCESS(deny), .name = "deny", .type = CONFIG_GLOBS, .value = "", .syntax = "PATTERN ...",
		.help = "what does not exist for them, whatever else is said of it" },

	{ GROUP(members), .name = "members", .type = CONFIG_ACCOUNTS, .value = NULL, .syntax = "ACCOUNT ...",
		.help = "the accounts that @GROUP stands for" },
};

const size_t config_key_count = ARRAY_LEN(config_keys);

const struct config_section_info config_sections[CONFIG_SECTION_COUNT] = {
	[CONFIG_SERVER] = { "server", "server", false,
		"The server as a whole. Given once, and may be left out." },
	[CONFIG_DETECT] = { "detect", "detect", false,
		"What detectors take for an attack. Given once, and may be left out. signet watch knows the "
		"same section, with the same keys; what needs packets, calls of other hosts or a baseline "
		"has "
		"a meaning there alone. On SIGHUP with other settings than before, the detectors "
		"begin anew: what they had counted is forgotten." },
	[CONFIG_SHARE] = { "share", "share NAME", true,
		"A folder that clients can connect to, by its name of at most 80 characters." },
	[CONFIG_ACCESS] = { "access", "access NAME", true,
		"Takes away from what some users may do in a share, by paths and on top of the files' own "
		"access control lists; it never gives more than the share's users and write. In a pattern, * "
		"stands for any characters of a name, ? for one, and ** for any number of folders, none "
		"included. It covers what it matches and everything in it, in any case; patterns with spaces "
		"go in \"double quotes\"." },
	[CONFIG_GROUP] = { "group", "group NAME", true,
		"Accounts that can be named together, as @NAME, in users, write and except." },
};
