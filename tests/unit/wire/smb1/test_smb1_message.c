// SPDX-License-Identifier: Apache-2.0
// Messages of smbclient and Samba speaking NT LM 0.12 (fuzz/corpus/smb1), and chains that are hostile.
#include "../../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/smb1/smb1_file.h"
#include "wire/smb1/smb1_logon.h"
#include "wire/smb1/smb1_transact.h"

enum { CAPTURED_MAX = 2048 };

struct captured {
	uint8_t bytes[CAPTURED_MAX];
	size_t len;
	struct smb1_header header;
	struct smb1_block block;
	bool unicode;
};

static struct span all_of(const struct captured *c)
{
	return span_make(c->bytes, c->len);
}

static void load(const char *name, struct captured *c)
{
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/%s", CORPUS_DIR, name);
	FILE *in = fopen(path, "re");
	assert_non_null(in);
	c->len = fread(c->bytes, 1, sizeof(c->bytes), in);
	(void)fclose(in);
	assert_int_equal(smb1_header_decode(all_of(c), &c->header), VERDICT_OK);
	struct smb1_chain chain = smb1_chain_make(all_of(c), &c->header);
	assert_true(smb1_chain_next(&chain, &c->block));
	c->unicode = (c->header.flags2 & SMB1_FLAGS2_UNICODE) != 0;
}

static void reads_a_negotiation(void **state)
{
	(void)state;
	struct captured c;
	struct smb1_negotiate_answer a;
	load("negotiate_answer", &c);
	assert_int_equal(c.header.flags & SMB1_FLAGS_REPLY, SMB1_FLAGS_REPLY);
	assert_int_equal(smb1_negotiate_answer_decode(all_of(&c), &c.block, c.unicode, &a), VERDICT_OK);
	assert_int_equal(a.dialect_index, 0);
	assert_int_equal(a.security_mode & SMB1_SECURITY_ENCRYPT_PASSWORDS, SMB1_SECURITY_ENCRYPT_PASSWORDS);
	assert_int_equal(a.server_guid.len, SMB1_GUID_LEN);
	assert_true(a.security_blob.len > 0 && a.security_blob.data[0] == 0x60);
}

static void reads_a_logon(void **state)
{
	(void)state;
	struct captured c;
	struct smb1_session_setup s;
	struct smb1_session_setup_answer a;
	load("session_setup_request", &c);
	assert_int_equal(smb1_session_setup_decode(all_of(&c), &c.block, c.unicode, &s), VERDICT_OK);
	assert_true(s.extended);
	assert_int_equal(s.security_blob.data[0], 0x60);
	load("session_setup_answer", &c);
	assert_true(nt_status_equal(c.header.status, STATUS(MORE_PROCESSING_REQUIRED)));
	assert_int_equal(smb1_session_setup_answer_decode(all_of(&c), &c.block, &a), VERDICT_OK);
	assert_int_equal(a.security_blob.data[0], 0xa1);
}

static void reads_what_is_done(void **state)
{
	(void)state;
	struct captured c;
	struct smb1_create create;
	struct smb1_create_answer created;
	struct smb1_transfer t;
	load("nt_create_request", &c);
	assert_int_equal(smb1_nt_create_decode(all_of(&c), &c.block, c.unicode, &create), VERDICT_OK);
	static const uint8_t name[] = "\\\0h\0e\0l\0l\0o\0"
				      "1\0.\0t\0x\0t";
	assert_true(span_equal(create.name, span_make(name, sizeof(name))));
	load("nt_create_answer", &c);
	assert_int_equal(smb1_nt_create_answer_decode(&c.block, &created), VERDICT_OK);
	assert_int_equal(created.fid, 0x9125);
	assert_int_equal(created.action, 1);
	assert_false(created.directory);
	load("read_answer", &c);
	assert_int_equal(smb1_read_answer_decode(all_of(&c), &c.block, &t), VERDICT_OK);
	assert_int_equal(t.len, 27);
	assert_int_equal(t.data.len, 27);
	load("close_request", &c);
	uint16_t fid = 0;
	assert_int_equal(smb1_close_decode(&c.block, &fid), VERDICT_OK);
	assert_int_equal(fid, 0x9125);
}

// A message of LOGOFF_ANDX blocks, each of which says where the next one is.
struct chain {
	uint8_t bytes[512];
	size_t len;
};

static void put_block(struct chain *c, uint8_t next, uint16_t offset)
{
	const uint8_t block[7] = { 2, next, 0, (uint8_t)offset, (uint8_t)(offset >> 8), 0, 0 };
	memcpy(c->bytes + c->len, block, sizeof(block));
	c->len += sizeof(block);
}

static unsigned int blocks_of(const struct chain *c, enum verdict *v)
{
	struct smb1_header h;
	struct smb1_block b;
	unsigned int count = 0;
	assert_int_equal(smb1_header_decode(span_make(c->bytes, c->len), &h), VERDICT_OK);
	struct smb1_chain chain = smb1_chain_make(span_make(c->bytes, c->len), &h);
	while (smb1_chain_next(&chain, &b))
		assert_true(++count < 100);
	*v = chain.verdict;
	return count;
}

static struct chain chain_make(void)
{
	struct chain c = { .bytes = { 0xff, 'S', 'M', 'B', SMB1_LOGOFF_ANDX }, .len = 32 };
	return c;
}

static struct span name_of(const struct captured *c, enum verdict (*decode)(struct span, bool, struct span *))
{
	struct smb1_part p;
	struct span name = span_make(NULL, 0);
	assert_int_equal(smb1_trans2_decode(all_of(c), &c->block, &p), VERDICT_OK);
	assert_int_equal(decode(p.parameters, c->unicode, &name), VERDICT_OK);
	return name;
}

static void reads_transactions(void **state)
{
	(void)state;
	struct captured c;
	struct smb1_part p;
	struct span name;
	uint16_t fid, level;
	load("trans2_find_first", &c);
	name = name_of(&c, smb1_find_first_decode);
	assert_memory_equal(name.data, "\\\0d\0\\\0*\0", name.len);
	load("trans2_set_path_rename", &c);
	assert_int_equal(smb1_trans2_decode(all_of(&c), &c.block, &p), VERDICT_OK);
	assert_int_equal(p.function, SMB1_TRANS2_SET_PATH_INFO);
	assert_int_equal(smb1_path_info_decode(p.parameters, c.unicode, &level, &name), VERDICT_OK);
	assert_int_equal(level, SMB1_SET_CLASS_RENAME);
	assert_int_equal(smb1_rename_info_decode(p.data, c.unicode, &name), VERDICT_OK);
	assert_true(name.len > 0);
	load("trans2_set_file_rename", &c);
	assert_int_equal(smb1_trans2_decode(all_of(&c), &c.block, &p), VERDICT_OK);
	assert_int_equal(smb1_set_file_info_decode(p.parameters, &fid, &level), VERDICT_OK);
	assert_int_equal(level, SMB1_SET_CLASS_RENAME);
}

static void reads_opens_of_transactions(void **state)
{
	(void)state;
	struct captured c;
	struct smb1_part p;
	struct smb1_create create;
	struct smb1_create_answer answer;
	load("trans2_open2", &c);
	assert_int_equal(smb1_trans2_decode(all_of(&c), &c.block, &p), VERDICT_OK);
	assert_int_equal(smb1_open2_decode(p.parameters, c.unicode, &create), VERDICT_OK);
	assert_true(create.name.len > 2 && create.name.data[0] == '\\');
	load("trans2_open2_answer", &c);
	assert_int_equal(smb1_trans2_answer_decode(all_of(&c), &c.block, &p), VERDICT_OK);
	assert_int_equal(smb1_open2_answer_decode(p.parameters, &answer), VERDICT_OK);
	load("nt_transact_create", &c);
	assert_int_equal(smb1_nt_transact_decode(all_of(&c), &c.block, &p), VERDICT_OK);
	assert_int_equal(p.function, SMB1_NT_TRANSACT_CREATE);
	assert_int_equal(smb1_nt_transact_create_decode(p.parameters, c.unicode, &create), VERDICT_OK);
	assert_true(create.name.len > 2 && create.name.data[0] == '\\');
	load("nt_transact_create_answer", &c);
	assert_int_equal(smb1_nt_transact_answer_decode(all_of(&c), &c.block, &p), VERDICT_OK);
	assert_int_equal(smb1_nt_transact_create_answer_decode(p.parameters, &answer), VERDICT_OK);
	assert_int_not_equal(answer.fid, 0);
	load("trans2_posix_open_answer", &c);
	assert_int_equal(smb1_trans2_answer_decode(all_of(&c), &c.block, &p), VERDICT_OK);
	assert_int_equal(smb1_posix_open_answer_decode(p.data, &answer), VERDICT_OK);
	assert_int_not_equal(answer.fid, 0);
}

static void chains_only_go_forward(void **state)
{
	(void)state;
	enum verdict v;
	const uint16_t wrong[] = { 0, 1, 31, 32, 46, 0xffff };
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct chain c = chain_make();
		put_block(&c, SMB1_LOGOFF_ANDX, wrong[i]);
		put_block(&c, SMB1_NO_ANDX, 0);
		assert_int_equal(blocks_of(&c, &v), 1);
		assert_int_equal(v, VERDICT_BAD_OFFSET);
	}
	struct chain c = chain_make();
	put_block(&c, SMB1_LOGOFF_ANDX, 39);
	put_block(&c, SMB1_NO_ANDX, 0);
	assert_int_equal(blocks_of(&c, &v), 2);
	assert_int_equal(v, VERDICT_OK);
}

static void chains_are_short(void **state)
{
	(void)state;
	enum verdict v;
	struct chain c = chain_make();
	for (uint16_t i = 1; i <= 20; i++)
		put_block(&c, SMB1_LOGOFF_ANDX, (uint16_t)(32 + 7 * i));
	put_block(&c, SMB1_NO_ANDX, 0);
	assert_int_equal(blocks_of(&c, &v), SMB1_CHAIN_MAX);
	assert_int_equal(v, VERDICT_TOO_LONG);
}

static void errors_of_dos_have_a_status(void **state)
{
	(void)state;
	struct smb1_header h;
	struct chain c = chain_make();
	c.bytes[5] = 2; // ERRSRV
	c.bytes[7] = 2; // ERRbadpw
	assert_int_equal(smb1_header_decode(span_make(c.bytes, c.len), &h), VERDICT_OK);
	assert_true(nt_status_equal(h.status, STATUS(LOGON_FAILURE)));
	c.bytes[7] = 99;
	assert_int_equal(smb1_header_decode(span_make(c.bytes, c.len), &h), VERDICT_OK);
	assert_true(nt_status_is_error(h.status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_negotiation),
		cmocka_unit_test(reads_a_logon),
		cmocka_unit_test(reads_what_is_done),
		cmocka_unit_test(reads_transactions),
		cmocka_unit_test(reads_opens_of_transactions),
		cmocka_unit_test(chains_only_go_forward),
		cmocka_unit_test(chains_are_short),
		cmocka_unit_test(errors_of_dos_have_a_status),
	};
	return RUN_TESTS(tests);
}
