// SPDX-License-Identifier: Apache-2.0
#include "wire/smb1/smb1_message.h"

#include <string.h>

#include "wire/smb1/smb1_negotiate.h"

const char *smb1_command_name(uint8_t command)
{
	switch (command) {
	case SMB1_CREATE_DIRECTORY:
		return "SMB1_CREATE_DIRECTORY";
	case SMB1_DELETE_DIRECTORY:
		return "SMB1_DELETE_DIRECTORY";
	case SMB1_CLOSE:
		return "SMB1_CLOSE";
	case SMB1_DELETE:
		return "SMB1_DELETE";
	case SMB1_RENAME:
		return "SMB1_RENAME";
	case SMB1_TRANSACTION:
		return "SMB1_TRANSACTION";
	case SMB1_OPEN_ANDX:
		return "SMB1_OPEN_ANDX";
	case SMB1_READ_ANDX:
		return "SMB1_READ_ANDX";
	case SMB1_WRITE_ANDX:
		return "SMB1_WRITE_ANDX";
	case SMB1_TRANSACTION2:
		return "SMB1_TRANSACTION2";
	case SMB1_NEGOTIATE:
		return "SMB1_NEGOTIATE";
	case SMB1_SESSION_SETUP_ANDX:
		return "SMB1_SESSION_SETUP_ANDX";
	case SMB1_LOGOFF_ANDX:
		return "SMB1_LOGOFF_ANDX";
	case SMB1_TREE_CONNECT_ANDX:
		return "SMB1_TREE_CONNECT_ANDX";
	case SMB1_NT_TRANSACT:
		return "SMB1_NT_TRANSACT";
	case SMB1_NT_RENAME:
		return "SMB1_NT_RENAME";
	case SMB1_NT_CREATE_ANDX:
		return "SMB1_NT_CREATE_ANDX";
	default:
		return "SMB1";
	}
}

// Error classes and codes before NT (MS-CIFS 2.2.2.4).
static struct nt_status status_of_dos(uint8_t class, uint16_t code)
{
	enum { ERRDOS = 1, ERRSRV = 2 };
	static const struct {
		uint8_t class;
		uint16_t code;
		uint32_t status;
	} known[] = {
		{ ERRDOS, 2, (uint32_t)NT_STATUS_OBJECT_NAME_NOT_FOUND },
		{ ERRDOS, 3, (uint32_t)NT_STATUS_OBJECT_PATH_NOT_FOUND },
		{ ERRDOS, 5, (uint32_t)NT_STATUS_ACCESS_DENIED },
		{ ERRDOS, 32, (uint32_t)NT_STATUS_SHARING_VIOLATION },
		{ ERRDOS, 80, (uint32_t)NT_STATUS_OBJECT_NAME_COLLISION },
		{ ERRDOS, 234, (uint32_t)NT_STATUS_BUFFER_OVERFLOW },
		{ ERRSRV, 2, (uint32_t)NT_STATUS_LOGON_FAILURE },
		{ ERRSRV, 4, (uint32_t)NT_STATUS_NETWORK_ACCESS_DENIED },
		{ ERRSRV, 6, (uint32_t)NT_STATUS_BAD_NETWORK_NAME },
	};
	if (class == 0)
		return STATUS(SUCCESS);
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].class == class && known[i].code == code)
			return (struct nt_status){ known[i].status };
	return STATUS(UNSUCCESSFUL);
}

static struct nt_status status_of(uint32_t field, uint16_t flags2)
{
	if ((flags2 & SMB1_FLAGS2_NT_STATUS) != 0)
		return (struct nt_status){ field };
	return status_of_dos((uint8_t)(field & 0xff), (uint16_t)(field >> 16));
}

enum verdict smb1_header_decode(struct span message, struct smb1_header *out)
{
	struct reader r = reader_make(message);
	struct smb1_header h = { 0 };
	reader_require(&r, smb1_is_message(message), VERDICT_BAD_VALUE);
	reader_skip(&r, 4);
	h.command = reader_u8(&r);
	uint32_t status = reader_u32(&r);
	h.flags = reader_u8(&r);
	h.flags2 = reader_u16(&r);
	h.status = status_of(status, h.flags2);
	reader_skip(&r, 2); // the high half of the PID
	reader_copy(&r, h.signature, sizeof(h.signature));
	reader_skip(&r, 2);
	h.tid = reader_u16(&r);
	h.pid = reader_u16(&r);
	h.uid = reader_u16(&r);
	h.mid = reader_u16(&r);
	if (reader_ok(&r))
		*out = h;
	return reader_verdict(&r);
}

struct smb1_chain smb1_chain_make(struct span message, const struct smb1_header *h)
{
	return (struct smb1_chain){ .message = message, .command = h->command, .offset = SMB1_HEADER_LEN };
}

static bool is_andx(uint8_t command)
{
	return command == SMB1_LOCKING_ANDX || (command >= SMB1_OPEN_ANDX && command <= SMB1_WRITE_ANDX) ||
	       (command >= SMB1_SESSION_SETUP_ANDX && command <= SMB1_TREE_CONNECT_ANDX) ||
	       command == SMB1_NT_CREATE_ANDX;
}

// Where the chain goes on (MS-CIFS 2.2.3.4). Only forward: a loop is refused.
static void follow(struct smb1_chain *c, const struct smb1_block *b)
{
	struct reader words = reader_make(b->words);
	size_t here = c->offset;
	uint8_t command = reader_u8(&words);
	reader_skip(&words, 1);
	size_t offset = reader_u16(&words);
	c->offset = 0;
	// Some end a chain with zeros.
	bool ends = command == SMB1_NO_ANDX || (command == 0 && offset == 0);
	if (!is_andx(b->command) || !reader_ok(&words) || ends)
		return;
	if (offset <= here || offset >= c->message.len)
		c->verdict = VERDICT_BAD_OFFSET;
	else if (c->count >= SMB1_CHAIN_MAX)
		c->verdict = VERDICT_TOO_LONG;
	else
		c->offset = offset;
	c->command = command;
}

bool smb1_chain_next(struct smb1_chain *c, struct smb1_block *out)
{
	struct reader r = reader_make(c->message);
	if (c->offset == 0)
		return false;
	struct smb1_block b = { .command = c->command };
	reader_seek(&r, c->offset);
	size_t word_count = reader_u8(&r);
	b.words = reader_bytes(&r, 2 * word_count);
	size_t byte_count = reader_u16(&r);
	b.bytes_offset = r.pos;
	if (!reader_ok(&r)) {
		c->verdict = reader_verdict(&r);
		c->offset = 0;
		return false;
	}
	size_t left = reader_left(&r);
	b.bytes = reader_bytes(&r, byte_count < left ? byte_count : left);
	c->count++;
	follow(c, &b);
	*out = b;
	return true;
}

struct reader smb1_bytes_reader(struct span message, const struct smb1_block *b)
{
	struct reader r = reader_make(span_make(message.data, b->bytes_offset + b->bytes.len));
	reader_seek(&r, b->bytes_offset);
	return r;
}

static size_t text_len(const uint8_t *p, size_t len, size_t unit)
{
	size_t at = 0;
	for (; at + unit <= len; at += unit)
		if (p[at] == 0 && (unit == 1 || p[at + 1] == 0))
			break;
	return at;
}

struct span smb1_read_text(struct reader *r, bool unicode)
{
	size_t unit = unicode ? 2 : 1;
	if (reader_left(r) > 0)
		reader_align(r, unit);
	size_t left = reader_left(r);
	size_t len = left > 0 ? text_len(r->base + r->pos, left, unit) : 0;
	struct span text = reader_bytes(r, len);
	reader_skip(r, left - len < unit ? left - len : unit);
	return text;
}
