// SPDX-License-Identifier: Apache-2.0
// What comes out of a ticket's PAC, and what is read of a token before the library sees it.
#include <stdlib.h>

#include "wire/kerberos/ap_req.h"
#include "wire/kerberos/pac_logon_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use_pac(const struct pac_logon_info *info)
{
	char text[SID_TEXT_SIZE];
	if (info->effective_name == NULL || info->logon_domain_name == NULL)
		abort();
	for (size_t i = 0; i < info->group_count; i++)
		sid_to_text(&info->groups[i].sid, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct pac_logon_info info;
	struct kerberos_ap_req req;
	arena_init(&a, NULL, 0);
	if (pac_logon_info_decode(span_make(data, size), &a, &info) == VERDICT_OK)
		use_pac(&info);
	if (kerberos_ap_req_decode(span_make(data, size), &req) == VERDICT_OK && req.component_count == 0)
		abort();
	arena_reset(&a);
	return 0;
}
