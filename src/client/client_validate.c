// SPDX-License-Identifier: Apache-2.0
// FSCTL_VALIDATE_NEGOTIATE_INFO (MS-SMB2 3.2.5.5, 3.2.5.14.12): before 3.1.1 a negotiation is in the clear
// and bound to nothing, so both sides compare what they saw of it once there are keys.
#include <errno.h>
#include <string.h>

#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "session/signing.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

enum { REQUEST_LEN_MAX = 64 };

static struct span question(const struct client *c, uint8_t *bytes)
{
	struct writer w = writer_make(bytes, REQUEST_LEN_MAX);
	struct smb2_validate_negotiate_request m = {
		.capabilities = c->capabilities,
		.security_mode = c->options.security_mode,
		.dialect_count = c->options.dialect_count,
	};
	memcpy(m.guid, c->facts.client_guid, sizeof(m.guid));
	memcpy(m.dialects, c->options.dialects, sizeof(c->options.dialects));
	smb2_validate_negotiate_request_encode(&w, &m);
	return writer_since(&w, 0);
}

static bool is_what_was_negotiated(const struct client *c, struct span output)
{
	struct smb2_validate_negotiate_response m;
	const struct client_facts *f = &c->facts;
	return smb2_validate_negotiate_response_decode(output, &m) == VERDICT_OK &&
	       m.capabilities == f->capabilities && m.security_mode == f->security_mode &&
	       m.dialect == f->dialect && memcmp(m.guid, f->server_guid, sizeof(m.guid)) == 0;
}

// Servers of 2.x need not know the control. That they do not is worth something only when it is signed.
static int answer_judge(const struct client *c, const struct client_reply *reply, bool has_body)
{
	struct smb2_ioctl_response m;
	if (!c->sealing && message_verify(c->sign_key, SENT_BY_SERVER, reply->message) != 0)
		return -EPROTO;
	if (!has_body)
		return c->facts.dialect < SMB2_DIALECT_300 ? 0 : -EPROTO;
	if (smb2_ioctl_response_decode(reply->message, &m) != VERDICT_OK)
		return -EPROTO;
	return is_what_was_negotiated(c, m.output) ? 0 : -EPROTO;
}

static int ask(struct client *c, uint32_t tree_id, struct client_call *call, bool *has_body)
{
	uint8_t bytes[REQUEST_LEN_MAX];
	struct nt_status status;
	const struct smb2_ioctl_request m = {
		.ctl_code = FSCTL_VALIDATE_NEGOTIATE_INFO,
		.file_id = { UINT64_MAX, UINT64_MAX },
		.input = question(c, bytes),
		.max_output_response = SMB2_VALIDATE_NEGOTIATE_RESPONSE_LEN,
		.flags = SMB2_0_IOCTL_IS_FSCTL,
	};
	c->validating = true;
	int rc = client_call_wait(
		c, client_send_ioctl(c, tree_id, &m, client_call_done, call), call, &status, has_body);
	c->validating = false;
	return rc;
}

int client_negotiation_validate(struct client *c, uint32_t tree_id)
{
	struct client_call call = { 0 };
	bool has_body = false;
	if (c->validated || c->options.lenient || !c->established || c->facts.dialect == SMB2_DIALECT_311)
		return 0;
	int rc = ask(c, tree_id, &call, &has_body);
	if (rc == 0)
		rc = answer_judge(c, &call.reply, has_body);
	c->validated = rc == 0;
	return rc;
}
