// SPDX-License-Identifier: Apache-2.0
// Private to this folder: an exchange's result while it is being filled in, with the memory for what the
// client claims.
#ifndef SIGNET_AUTH_AUTH_REPORT_H
#define SIGNET_AUTH_AUTH_REPORT_H

#include "auth/exchange.h"

struct auth_report {
	struct auth_result result; // its strings point here
	char account[AUTH_CLAIM_LEN_MAX + 1];
	char domain[AUTH_CLAIM_LEN_MAX + 1];
	char workstation[AUTH_CLAIM_LEN_MAX + 1];
	char target_name[AUTH_CLAIM_LEN_MAX + 1];
	char principal[AUTH_CLAIM_LEN_MAX + 1];
	char service[AUTH_CLAIM_LEN_MAX + 1];
};

void auth_report_init(struct auth_report *r);
// Copies text, cut to whole characters, control characters replaced: it ends up in logs.
void auth_claim_set(char claim[AUTH_CLAIM_LEN_MAX + 1], const char *text);
// The same from UTF-16LE; "" when that is not valid.
void auth_claim_set_utf16(char claim[AUTH_CLAIM_LEN_MAX + 1], struct span utf16);

#endif
