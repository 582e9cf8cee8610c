// SPDX-License-Identifier: Apache-2.0
// A message of SMB1, as a request and as an answer: every block of its chain through every decoder.
#include <stdlib.h>

#include "wire/smb1/smb1_file.h"
#include "wire/smb1/smb1_logon.h"
#include "wire/smb1/smb1_transact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What is borrowed lies in the message.
static void require_inside(struct span message, struct span part)
{
	if (part.len != 0 && (part.data < message.data || part.len > message.len ||
				     part.data > message.data + (message.len - part.len)))
		abort();
}

static void use_logon(struct span message, const struct smb1_block *b, bool unicode)
{
	struct smb1_negotiate_answer n;
	struct smb1_session_setup s;
	struct smb1_session_setup_answer a;
	struct smb1_tree_connect t;
	if (smb1_negotiate_answer_decode(message, b, unicode, &n) == VERDICT_OK) {
		require_inside(message, n.challenge);
		require_inside(message, n.security_blob);
		require_inside(message, n.server);
	}
	if (smb1_session_setup_decode(message, b, unicode, &s) == VERDICT_OK) {
		require_inside(message, s.security_blob);
		require_inside(message, s.nt_response);
		require_inside(message, s.domain);
	}
	if (smb1_session_setup_answer_decode(message, b, &a) == VERDICT_OK)
		require_inside(message, a.security_blob);
	if (smb1_tree_connect_decode(message, b, unicode, &t) == VERDICT_OK)
		require_inside(message, t.path);
	require_inside(message, smb1_tree_connect_service(message, b));
}

static void use_files(struct span message, const struct smb1_block *b, bool unicode)
{
	struct smb1_create c;
	struct smb1_create_answer ca;
	struct smb1_transfer t;
	uint32_t count;
	uint16_t fid;
	if (smb1_nt_create_decode(message, b, unicode, &c) == VERDICT_OK)
		require_inside(message, c.name);
	if (smb1_open_decode(message, b, unicode, &c) == VERDICT_OK)
		require_inside(message, c.name);
	(void)!smb1_nt_create_answer_decode(b, &ca);
	(void)!smb1_open_answer_decode(b, &ca);
	(void)!smb1_read_decode(b, &t);
	if (smb1_read_answer_decode(message, b, &t) == VERDICT_OK)
		require_inside(message, t.data);
	if (smb1_write_decode(message, b, &t) == VERDICT_OK)
		require_inside(message, t.data);
	(void)!smb1_write_answer_decode(b, &count);
	(void)!smb1_close_decode(b, &fid);
}

static void use_old(struct span message, const struct smb1_block *b, bool unicode)
{
	struct smb1_create c;
	struct smb1_create_answer ca;
	struct smb1_transfer t;
	uint16_t level;
	if (smb1_old_open_decode(message, b, unicode, &c) == VERDICT_OK)
		require_inside(message, c.name);
	(void)!smb1_old_open_answer_decode(b, &ca);
	if (smb1_old_transfer_decode(message, b, &t) == VERDICT_OK)
		require_inside(message, t.data);
	if (smb1_old_transfer_answer_decode(message, b, &t) == VERDICT_OK)
		require_inside(message, t.data);
	(void)!smb1_nt_rename_level(b, &level);
}

// What a function's parameters and data say, whatever function it is.
static void use_part(struct span message, const struct smb1_part *p, bool unicode)
{
	struct smb1_create c;
	struct smb1_create_answer ca;
	struct span name;
	uint16_t fid, level;
	require_inside(message, p->parameters);
	require_inside(message, p->data);
	if (smb1_open2_decode(p->parameters, unicode, &c) == VERDICT_OK)
		require_inside(message, c.name);
	if (smb1_nt_transact_create_decode(p->parameters, unicode, &c) == VERDICT_OK)
		require_inside(message, c.name);
	(void)!smb1_open2_answer_decode(p->parameters, &ca);
	(void)!smb1_nt_transact_create_answer_decode(p->parameters, &ca);
	(void)!smb1_posix_open_decode(p->data, &c);
	(void)!smb1_posix_open_answer_decode(p->data, &ca);
	(void)!smb1_set_file_info_decode(p->parameters, &fid, &level);
	if (smb1_path_info_decode(p->parameters, unicode, &level, &name) == VERDICT_OK)
		require_inside(message, name);
	if (smb1_create_directory_decode(p->parameters, unicode, &name) == VERDICT_OK)
		require_inside(message, name);
	if (smb1_find_first_decode(p->parameters, unicode, &name) == VERDICT_OK)
		require_inside(message, name);
	if (smb1_rename_info_decode(p->data, unicode, &name) == VERDICT_OK)
		require_inside(message, name);
}

static void use_transactions(struct span message, const struct smb1_block *b, bool unicode)
{
	struct smb1_part p;
	if (smb1_trans2_decode(message, b, &p) == VERDICT_OK)
		use_part(message, &p, unicode);
	if (smb1_trans2_secondary_decode(message, b, &p) == VERDICT_OK)
		use_part(message, &p, unicode);
	if (smb1_trans2_answer_decode(message, b, &p) == VERDICT_OK)
		use_part(message, &p, unicode);
	if (smb1_nt_transact_decode(message, b, &p) == VERDICT_OK)
		use_part(message, &p, unicode);
	if (smb1_nt_transact_answer_decode(message, b, &p) == VERDICT_OK)
		use_part(message, &p, unicode);
}

static void use_names(struct span message, const struct smb1_block *b, bool unicode)
{
	struct span first, second;
	struct smb1_transaction t;
	if (smb1_names_decode(message, b, unicode, &first, &second) == VERDICT_OK) {
		require_inside(message, first);
		require_inside(message, second);
	}
	if (smb1_transaction_decode(message, b, &t) == VERDICT_OK)
		require_inside(message, t.data);
	if (smb1_transaction_secondary_decode(message, b, &first) == VERDICT_OK)
		require_inside(message, first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span message = span_make(data, size);
	struct smb1_header h;
	struct smb1_block b;
	unsigned int blocks = 0;
	if (smb1_header_decode(message, &h) != VERDICT_OK)
		return 0;
	bool unicode = (h.flags2 & SMB1_FLAGS2_UNICODE) != 0;
	struct smb1_chain chain = smb1_chain_make(message, &h);
	while (smb1_chain_next(&chain, &b)) {
		if (++blocks > SMB1_CHAIN_MAX)
			abort();
		require_inside(message, b.words);
		require_inside(message, b.bytes);
		use_logon(message, &b, unicode);
		use_files(message, &b, unicode);
		use_names(message, &b, unicode);
		use_old(message, &b, unicode);
		use_transactions(message, &b, unicode);
	}
	return 0;
}
