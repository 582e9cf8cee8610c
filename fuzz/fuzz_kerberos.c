// SPDX-License-Identifier: Apache-2.0
// What comes out of a ticket's PAC, what is read of a token before the library sees it, what a KDC is asked
// and answers, and what was sealed in an AP exchange.
#include <stdlib.h>

#include "wire/kerberos/ap_exchange.h"
#include "wire/kerberos/ap_req.h"
#include "wire/kerberos/kdc_message.h"
#include "wire/kerberos/pac_delegation_info.h"
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

static void use_kdc_message(const struct kdc_message *m)
{
	if (m->client.count > KERBEROS_NAME_COMPONENTS_MAX || m->encryption_count > KDC_ENCRYPTIONS_MAX)
		abort();
}

static void use_ap_exchange(struct span bytes)
{
	struct kerberos_ap_req_parts parts;
	struct kerberos_encrypted sealed;
	struct kerberos_ticket ticket;
	struct kerberos_key key;
	if (kerberos_ap_req_parts_decode(bytes, &parts) == VERDICT_OK &&
		parts.ticket.cipher.len + parts.authenticator.cipher.len > bytes.len)
		abort();
	if (kerberos_ap_rep_decode(bytes, &sealed) == VERDICT_OK && sealed.cipher.len > bytes.len)
		abort();
	if (kerberos_ticket_decode(bytes, &ticket) == VERDICT_OK && ticket.component_count == 0)
		abort();
	if (kerberos_authenticator_decode(bytes, &key) == VERDICT_OK && key.bytes.len > bytes.len)
		abort();
	if (kerberos_ap_rep_part_decode(bytes, &key) == VERDICT_OK && key.bytes.len > bytes.len)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct pac_logon_info info;
	struct kerberos_ap_req req;
	struct kdc_message kdc;
	const char *target;
	arena_init(&a, NULL, 0);
	if (pac_logon_info_decode(span_make(data, size), &a, &info) == VERDICT_OK)
		use_pac(&info);
	if (pac_delegation_info_decode(span_make(data, size), &a, &target) == VERDICT_OK && *target == '\0')
		abort();
	if (kerberos_ap_req_decode(span_make(data, size), &req) == VERDICT_OK && req.component_count == 0)
		abort();
	if (kdc_message_decode(span_make(data, size), &kdc) == VERDICT_OK)
		use_kdc_message(&kdc);
	use_ap_exchange(span_make(data, size));
	arena_reset(&a);
	return 0;
}
