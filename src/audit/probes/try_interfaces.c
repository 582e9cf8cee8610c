// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/try_interfaces.h"

#include <arpa/inet.h>
#include <string.h>

#include "client/client_send.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

enum {
	OUTPUT_LEN_MAX = 65536,
	INTERFACES_MAX = 1024,   // looked at
	ADDRESSES_LEN_MAX = 400, // bytes of the evidence
};

static const char *address_text(const struct smb2_network_interface *i, char *text, size_t size)
{
	int family = i->family == SMB2_ADDRESS_INET6 ? AF_INET6 : AF_INET;
	const char *done = inet_ntop(family, i->address, text, (socklen_t)size);
	return done != NULL ? done : "?";
}

// The addresses but the one that is known already, as many as fit; an entry that cannot be read ends it.
static unsigned addresses_write(struct span output, const char *known, struct writer *w)
{
	unsigned count = 0;
	for (unsigned i = 0; output.len > 0 && i < INTERFACES_MAX; i++) {
		char room[INET6_ADDRSTRLEN];
		struct smb2_network_interface interface;
		if (smb2_network_interface_next(&output, &interface) != VERDICT_OK)
			break;
		const char *text = address_text(&interface, room, sizeof(room));
		if (strcmp(text, known) == 0)
			continue;
		size_t before = w->pos;
		writer_span(w, span_of_str(count == 0 ? "" : ", "));
		writer_span(w, span_of_str(text));
		if (!writer_ok(w))
			writer_rewind(w, before);
		count++;
	}
	return count;
}

static void told(struct exposure *e, struct fact *f, const char *sent, struct span output)
{
	char text[ADDRESSES_LEN_MAX];
	struct writer w = writer_make(text, sizeof(text) - 1);
	unsigned count = addresses_write(output, e->p->address, &w);
	text[w.pos] = '\0';
	const char *received = count > 0 ? exposure_text(e, "%u more than the one asked: %s", count, text)
					 : "STATUS_SUCCESS, no address but the one asked";
	fact_set(e->p->facts, f, count > 0 ? ANSWER_YES : ANSWER_NO, sent, received);
}

void exposure_try_interfaces(struct exposure *e, struct fact *f)
{
	struct nt_status status = STATUS(SUCCESS);
	struct smb2_ioctl_response out = { 0 };
	const struct smb2_ioctl_request m = {
		.ctl_code = FSCTL_QUERY_NETWORK_INTERFACE_INFO,
		.file_id = { UINT64_MAX, UINT64_MAX },
		.max_output_response = OUTPUT_LEN_MAX,
		.flags = SMB2_0_IOCTL_IS_FSCTL,
	};
	if (!exposure_ipc(e)) {
		exposure_denied(e, f);
		return;
	}
	const char *sent = exposure_text(e, "FSCTL_QUERY_NETWORK_INTERFACE_INFO %s", e->as);
	int rc = client_ioctl(e->client, e->ipc, &m, &out, &status);
	if (!exposure_answered(e, rc))
		fact_unknown(e->p->facts, f, exposure_words(e, rc, status));
	else if (nt_status_ok(status))
		told(e, f, sent, out.output);
	else
		fact_set(e->p->facts, f, ANSWER_NO, sent, exposure_words(e, rc, status));
}
