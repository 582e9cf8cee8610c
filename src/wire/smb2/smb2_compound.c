// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_compound.h"

enum { MESSAGE_ALIGNMENT = 8 };

struct smb2_compound smb2_compound_make(struct span frame)
{
	return (struct smb2_compound){ .rest = frame };
}

enum verdict smb2_compound_verdict(const struct smb2_compound *c)
{
	return c->verdict;
}

bool smb2_compound_at_end(const struct smb2_compound *c)
{
	return c->rest.len == 0;
}

// MS-SMB2 3.3.5.2.7: a chain that does not lead to an aligned header within the frame ends it all.
static enum verdict judge_next(uint32_t next_command, size_t left)
{
	if (next_command == 0)
		return VERDICT_OK;
	if (next_command % MESSAGE_ALIGNMENT != 0)
		return VERDICT_MISALIGNED;
	if (next_command < SMB2_HEADER_LEN || left < SMB2_HEADER_LEN || next_command > left - SMB2_HEADER_LEN)
		return VERDICT_BAD_OFFSET;
	return VERDICT_OK;
}

bool smb2_compound_next(struct smb2_compound *c, struct span *message, struct smb2_header *header)
{
	if (c->verdict != VERDICT_OK || (smb2_compound_at_end(c) && c->seen != 0))
		return false;
	struct smb2_header h;
	c->verdict =
		c->seen < SMB2_COMPOUND_MESSAGES_MAX ? smb2_header_decode(c->rest, &h) : VERDICT_TOO_LONG;
	if (c->verdict == VERDICT_OK)
		c->verdict = judge_next(h.next_command, c->rest.len);
	if (c->verdict != VERDICT_OK)
		return false;
	size_t len = h.next_command != 0 ? h.next_command : c->rest.len;
	*message = span_make(c->rest.data, len);
	*header = h;
	c->rest = span_make(c->rest.data + len, c->rest.len - len);
	c->seen++;
	return true;
}
