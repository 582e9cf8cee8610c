// SPDX-License-Identifier: Apache-2.0
#include "auth/auth_report.h"

#include "base/utf16.h"

enum { CLAIM_UTF16_LEN_MAX = 2 * AUTH_CLAIM_LEN_MAX };

void auth_report_init(struct auth_report *r)
{
	*r = (struct auth_report){};
	r->result.account = r->account;
	r->result.domain = r->domain;
	r->result.workstation = r->workstation;
	r->result.target_name = r->target_name;
	r->result.principal = r->principal;
	r->result.service = r->service;
	r->result.encryption = "";
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == UTF8_INVALID || (c >= 0xD800 && c <= 0xDFFF);
}

void auth_claim_set(char claim[AUTH_CLAIM_LEN_MAX + 1], const char *text)
{
	size_t used = 0;
	uint32_t c;

	while ((c = utf8_next(&text)) != 0) {
		char bytes[4];
		size_t len = utf8_put(bytes, is_control(c) ? '?' : c);
		if (used + len > AUTH_CLAIM_LEN_MAX)
			break;
		memcpy(claim + used, bytes, len);
		used += len;
		if (c == UTF8_INVALID)
			break;
	}
	claim[used] = 0;
}

void auth_claim_set_utf16(char claim[AUTH_CLAIM_LEN_MAX + 1], struct span utf16)
{
	uint8_t first[1024];
	struct arena a;

	if (utf16.len > CLAIM_UTF16_LEN_MAX)
		utf16.len = CLAIM_UTF16_LEN_MAX;
	arena_init(&a, first, sizeof(first));
	const char *text = utf16_to_utf8(&a, utf16);
	auth_claim_set(claim, text != NULL ? text : "");
	arena_reset(&a);
}
