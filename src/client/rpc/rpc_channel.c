// SPDX-License-Identifier: Apache-2.0
#include "client/rpc/rpc_channel.h"

#include <errno.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "client/client_send.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

enum { PDU_LEN_MAX = RPC_CALL_LEN_MAX + 512 };

#define PIPE_ACCESS 0x0012019Fu // to read and write a pipe, as every RPC client opens it

int rpc_channel_open(struct rpc_channel *ch, struct client *c, uint32_t ipc_tree, const char *pipe,
	struct nt_status *status)
{
	uint8_t room[256];
	struct arena a;
	struct smb2_create_response out = { 0 };
	arena_init(&a, room, sizeof(room));
	*ch = (struct rpc_channel){ .client = c, .tree_id = ipc_tree };
	struct span name = utf16_from_utf8(&a, pipe);
	struct smb2_create_request m = client_open_request(name);
	m.desired_access = PIPE_ACCESS;
	int rc = name.data == NULL ? -EINVAL : client_create(c, ipc_tree, &m, &out, status);
	arena_reset(&a);
	if (rc < 0 || !nt_status_ok(*status))
		return rc;
	ch->file = out.file_id;
	ch->open = true;
	return 0;
}

void rpc_channel_close(struct rpc_channel *ch)
{
	struct nt_status status;
	if (ch->open && client_fault(ch->client) == 0) {
		int rc = client_close(ch->client, ch->tree_id, ch->file, &status);
		(void)rc; // a pipe that does not close is the server's matter
	}
	ch->open = false;
}

static bool has_data(struct nt_status status)
{
	return nt_status_ok(status) || nt_status_equal(status, STATUS(BUFFER_OVERFLOW));
}

static int answer_take(struct rpc_answer *answer, struct span bytes)
{
	return rpc_answer_add(answer, bytes) == VERDICT_OK ? 0 : -EPROTO;
}

// FSCTL_PIPE_TRANSCEIVE (MS-SMB2 3.3.5.15.10): the request goes there, the start of the answer comes back.
static int transceive(
	struct rpc_channel *ch, struct span pdu, struct rpc_answer *answer, struct nt_status *status)
{
	struct smb2_ioctl_response out = { 0 };
	const struct smb2_ioctl_request m = {
		.ctl_code = FSCTL_PIPE_TRANSCEIVE,
		.file_id = ch->file,
		.input = pdu,
		.max_output_response = DCERPC_FRAGMENT_LEN_MAX,
		.flags = SMB2_0_IOCTL_IS_FSCTL,
	};
	int rc = client_ioctl(ch->client, ch->tree_id, &m, &out, status);
	return rc < 0 || !has_data(*status) ? rc : answer_take(answer, out.output);
}

static int read_more(struct rpc_channel *ch, struct rpc_answer *answer, struct nt_status *status)
{
	struct span data = { 0 };
	const struct smb2_read_request m = { .length = DCERPC_FRAGMENT_LEN_MAX, .file_id = ch->file };
	int rc = client_read(ch->client, ch->tree_id, &m, &data, status);
	if (rc < 0 || !has_data(*status))
		return rc;
	return data.len == 0 ? -EPROTO : answer_take(answer, data);
}

static int exchange(
	struct rpc_channel *ch, struct span pdu, struct rpc_answer *answer, struct nt_status *status)
{
	if (!ch->open)
		return -EBADF;
	int rc = transceive(ch, pdu, answer, status);
	for (unsigned reads = 0; rc == 0 && has_data(*status) && answer->kind == RPC_ANSWER_UNFINISHED;
		reads++)
		rc = reads < RPC_READS_MAX ? read_more(ch, answer, status) : -EPROTO;
	return rc;
}

static struct span bind_write(struct writer *w, const struct dcerpc_syntax *interface, uint32_t call_id)
{
	struct dcerpc_bind b = {
		.max_xmit_frag = DCERPC_FRAGMENT_LEN_MAX,
		.max_recv_frag = DCERPC_FRAGMENT_LEN_MAX,
		.context_count = 1,
	};
	b.contexts[0] = (struct dcerpc_context){
		.transfer_syntax_count = 1,
		.abstract_syntax = *interface,
		.transfer_syntaxes = { dcerpc_syntax_ndr },
	};
	size_t start = dcerpc_pdu_begin(w, DCERPC_BIND, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, call_id);
	dcerpc_bind_encode(w, &b);
	dcerpc_pdu_end(w, start);
	return writer_since(w, start);
}

static struct rpc_bind_end bind_judge(const struct rpc_answer *answer)
{
	struct rpc_bind_end end = { .kind = answer->kind, .reason = answer->nak_reason };
	if (answer->kind != RPC_ANSWER_BIND_ACK)
		return end;
	bool has_result = answer->bind.result_count == 1;
	end.accepted = has_result && answer->bind.results[0].result == DCERPC_ACCEPTANCE;
	end.reason = has_result ? answer->bind.results[0].reason : 0;
	return end;
}

int rpc_channel_bind(struct rpc_channel *ch, const struct dcerpc_syntax *interface, struct rpc_bind_end *end,
	struct nt_status *status)
{
	uint8_t bytes[PDU_LEN_MAX];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct rpc_answer answer;
	*end = (struct rpc_bind_end){ 0 };
	rpc_answer_init(&answer, ++ch->call_id);
	struct span pdu = bind_write(&w, interface, ch->call_id);
	int rc = writer_ok(&w) ? exchange(ch, pdu, &answer, status) : -EMSGSIZE;
	if (rc == 0 && answer.kind == RPC_ANSWER_STUB)
		rc = -EPROTO;
	if (rc == 0)
		*end = bind_judge(&answer);
	rpc_answer_done(&answer);
	return rc;
}

static struct span request_write(struct writer *w, uint16_t opnum, struct span stub, uint32_t call_id)
{
	const struct dcerpc_request q = {
		.alloc_hint = (uint32_t)stub.len,
		.opnum = opnum,
		.stub = stub,
	};
	size_t start = dcerpc_pdu_begin(w, DCERPC_REQUEST, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, call_id);
	dcerpc_request_encode(w, &q);
	dcerpc_pdu_end(w, start);
	return writer_since(w, start);
}

int rpc_channel_call(struct rpc_channel *ch, uint16_t opnum, struct span stub, struct rpc_answer *answer,
	struct nt_status *status)
{
	uint8_t bytes[PDU_LEN_MAX];
	struct writer w = writer_make(bytes, sizeof(bytes));
	answer->call_id = ++ch->call_id;
	struct span pdu = request_write(&w, opnum, stub, ch->call_id);
	int rc = writer_ok(&w) ? exchange(ch, pdu, answer, status) : -EMSGSIZE;
	if (rc == 0 && (answer->kind == RPC_ANSWER_BIND_ACK || answer->kind == RPC_ANSWER_BIND_NAK))
		rc = -EPROTO;
	return rc;
}
