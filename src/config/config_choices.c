// SPDX-License-Identifier: Apache-2.0
#include "config/config_choices.h"
#include "config/detection_list.h"

#include "config/config.h"

const struct config_choice signing_choices[] = {
	{ "required", PROTECTION_REQUIRED, "what is neither signed nor sealed is refused", NULL },
	{ "desired", PROTECTION_DESIRED, "clients that do not insist on it go unsigned",
		"sessions without signing or sealing can be read and changed on their way" },
	{ NULL, 0, NULL, NULL },
};

const struct config_choice encryption_choices[] = {
	{ "required", PROTECTION_REQUIRED, "what is not sealed is refused", NULL },
	{ "desired", PROTECTION_DESIRED, "sealed with each client that can",
		"clients that cannot encrypt get in, and what they read and write can be read on its way" },
	{ "off", PROTECTION_OFF, "never sealed",
		"nothing is encrypted: files can be read on their way by whoever sees the network" },
	{ NULL, 0, NULL, NULL },
};

const struct config_choice dialect_choices[] = {
	{ "3.1.1", 0x0311, "the only one that protects the negotiation itself", NULL },
	{ "3.0.2", 0x0302, "encryption with AES-128-CCM",
		"the negotiation is not protected before authentication ends" },
	{ "3.0", 0x0300, "encryption with AES-128-CCM",
		"the negotiation is not protected before authentication ends" },
	{ "2.1", 0x0210, "no encryption", "the dialect has no encryption" },
	{ "2.0.2", 0x0202, "no encryption", "the dialect has no encryption" },
	{ NULL, 0, NULL, NULL },
};

const struct config_choice cipher_choices[] = {
	{ "aes-128-gcm", 2, "the fastest", NULL },
	{ "aes-256-gcm", 4, "for rules that ask for 256 bits", NULL },
	{ "aes-128-ccm", 1, "for dialects 3.0 and 3.0.2, which know nothing else", NULL },
	{ "aes-256-ccm", 3, "slow", NULL },
	{ NULL, 0, NULL, NULL },
};

const struct config_choice signing_algorithm_choices[] = {
	{ "aes-gmac", 2, "the fastest", NULL },
	{ "aes-cmac", 1, "what dialects 3.0 and 3.0.2 use", NULL },
	{ "hmac-sha256", 0, "what dialects 2.0.2 and 2.1 use", NULL },
	{ NULL, 0, NULL, NULL },
};

const struct config_choice ntlm_choices[] = {
	{ "accounts", NTLM_ACCOUNTS, "NTLMv2, for accounts made with --ntlm", NULL },
	{ "off", NTLM_OFF, "no NTLM at all", NULL },
	{ "winbind", NTLM_WINBIND,
		"NTLMv2, also for users of the domain that this machine joined, as its winbindd says",
		"every user of the domain may prove himself with NTLMv2, where a listener can guess "
		"passwords; Kerberos (keytab) does without" },
	{ NULL, 0, NULL, NULL },
};

const struct config_choice ntlm_demand_choices[] = {
	{ "if_sent", NTLM_IF_SENT, "it must be right where the client declares it", NULL },
	{ "always", NTLM_ALWAYS, "a client without it is refused", NULL },
	{ NULL, 0, NULL, NULL },
};

const struct config_choice walls_choices[] = {
	{ "required", WALLS_REQUIRED, "without one of them the server does not start", NULL },
	{ "available", WALLS_AVAILABLE, "those that the kernel has; what is missing is told of",
		"on a kernel without Landlock or seccomp, who breaks into the server reaches what its user "
		"can" },
	{ NULL, 0, NULL, NULL },
};

const struct config_choice detect_choices[] = {
	{ "on", DETECTION_ON, "alerts are among the events", NULL },
	{ "off", DETECTION_OFF, "events alone", "nobody is told of attacks on what the server holds" },
	{ NULL, 0, NULL, NULL },
};

#define X(name) { #name, 0, NULL, NULL },
const struct config_choice detection_choices[] = {
	// clang-format off
	DETECTION_LIST(X)
	// clang-format on
	{ NULL, 0, NULL, NULL },
};
#undef X

const struct config_choice identity_choices[] = {
	{ "server", FILES_OF_SERVER, "the server's own user, for all of them", NULL },
	{ "unix", FILES_OF_UNIX_USERS, "each account's own Unix user", NULL },
	{ NULL, 0, NULL, NULL },
};
