// SPDX-License-Identifier: Apache-2.0
// Proves the client against a real server: every cipher and signing algorithm, each command, many
// requests in flight, and that a wrong password is refused.
//
//     client_check HOST PORT USER PASSWORD SHARE [PREFIX]
//
// With a prefix only the postures whose name starts with it ("3.1.1 sealed"). Prints a line a posture; exit 1
// at the first thing that is not as it should be.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "client/client_send.h"
#include "wire/fscc/dir_info.h"
#include "wire/fscc/file_set_info.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

enum {
	BLOCK_LEN = 1 << 20,
	BLOCKS = 8,
	QUERY_LEN = 65536,
	MANY_ECHOES = 200,
};

struct place {
	const char *host;
	uint16_t port;
	struct client_credentials who;
	const char *share;
};

struct posture {
	const char *name;
	uint16_t dialect;
	uint16_t cipher; // NONE: signed only
	uint16_t signing;
};

static const struct posture postures[] = {
	{ "3.1.1 sealed AES-128-GCM", SMB2_DIALECT_311, SMB2_CIPHER_AES_128_GCM, SMB2_SIGNING_AES_GMAC },
	{ "3.1.1 sealed AES-256-GCM", SMB2_DIALECT_311, SMB2_CIPHER_AES_256_GCM, SMB2_SIGNING_AES_GMAC },
	{ "3.1.1 sealed AES-128-CCM", SMB2_DIALECT_311, SMB2_CIPHER_AES_128_CCM, SMB2_SIGNING_AES_CMAC },
	{ "3.1.1 sealed AES-256-CCM", SMB2_DIALECT_311, SMB2_CIPHER_AES_256_CCM, SMB2_SIGNING_HMAC_SHA256 },
	{ "3.1.1 signed AES-GMAC", SMB2_DIALECT_311, SMB2_CIPHER_NONE, SMB2_SIGNING_AES_GMAC },
	{ "3.1.1 signed AES-CMAC", SMB2_DIALECT_311, SMB2_CIPHER_NONE, SMB2_SIGNING_AES_CMAC },
	{ "3.1.1 signed HMAC-SHA256", SMB2_DIALECT_311, SMB2_CIPHER_NONE, SMB2_SIGNING_HMAC_SHA256 },
	{ "3.0.2 sealed AES-128-CCM", SMB2_DIALECT_302, SMB2_CIPHER_AES_128_CCM, SMB2_SIGNING_AES_CMAC },
	{ "2.1 signed HMAC-SHA256", SMB2_DIALECT_210, SMB2_CIPHER_NONE, SMB2_SIGNING_HMAC_SHA256 },
};

NORETURN PRINTF_LIKE(1, 2) static void give_up(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	(void)fprintf(stderr, "client_check: ");
	(void)vfprintf(stderr, fmt, args);
	(void)fprintf(stderr, "\n");
	va_end(args);
	exit(1);
}

// The blocking calls' two results at once: neither a fault nor another answer than the one wanted.
static void want(const char *what, int fault, struct nt_status got, struct nt_status wanted)
{
	if (fault < 0)
		give_up("%s: %s", what, strerror(-fault));
	if (!nt_status_equal(got, wanted))
		give_up("%s: %s (0x%08x)", what, nt_status_name(got), got.code);
}

static void require(const char *what, bool condition)
{
	if (!condition)
		give_up("%s", what);
}

// The call says where its answer goes by naming status.
#define ANSWERS(wanted, what, call)                                                                          \
	do {                                                                                                 \
		struct nt_status status = { 0 };                                                             \
		int fault = call;                                                                            \
		want(what, fault, status, STATUS(wanted));                                                   \
	} while (0)
#define SUCCEEDS(what, call) ANSWERS(SUCCESS, what, call)

static struct span name_of(struct arena *a, const char *name)
{
	struct span s = utf16_from_utf8(a, name);
	require("a name in UTF-16", s.data != NULL);
	return s;
}

static uint8_t pattern_at(size_t i)
{
	return (uint8_t)(i * 131 + (i >> 8) * 7 + (i >> 16));
}

struct blocks {
	uint8_t *data;
	int left;
	int wrong;
};

static void block_written(void *context, const struct client_reply *reply)
{
	struct blocks *b = context;
	struct smb2_write_response m = { 0 };
	if (reply->fault < 0 || !nt_status_equal(reply->header.status, STATUS(SUCCESS)) ||
		smb2_write_response_decode(reply->message, &m) != VERDICT_OK || m.count != BLOCK_LEN)
		b->wrong++;
	b->left--;
}

struct block_read {
	struct blocks *blocks;
	size_t offset;
};

static void block_was_read(void *context, const struct client_reply *reply)
{
	struct block_read *r = context;
	struct smb2_read_response m = { 0 };
	bool ok = reply->fault == 0 && nt_status_equal(reply->header.status, STATUS(SUCCESS)) &&
		  smb2_read_response_decode(reply->message, &m) == VERDICT_OK &&
		  span_equal(m.data, span_make(r->blocks->data + r->offset, BLOCK_LEN));
	if (!ok)
		r->blocks->wrong++;
	r->blocks->left--;
}

static void wait_for(struct client_loop *loop, const int *left)
{
	while (*left > 0) {
		if (client_loop_step(loop, 10000) < 0)
			give_up("the loop");
	}
}

// 8 MiB in eight requests at once, there and back.
static void check_bulk(struct client_loop *loop, struct client *c, uint32_t tree, struct smb2_file_id id)
{
	struct blocks b = { .data = malloc((size_t)BLOCKS * BLOCK_LEN), .left = BLOCKS };
	struct block_read reads[BLOCKS];
	require("memory", b.data != NULL);
	for (size_t i = 0; i < (size_t)BLOCKS * BLOCK_LEN; i++)
		b.data[i] = pattern_at(i);
	for (size_t i = 0; i < BLOCKS; i++) {
		struct smb2_write_request m = { .offset = i * BLOCK_LEN,
			.file_id = id,
			.data = span_make(b.data + i * BLOCK_LEN, BLOCK_LEN) };
		require("send write", client_send_write(c, tree, &m, block_written, &b) == 0);
	}
	wait_for(loop, &b.left);
	require("written as it should be", b.wrong == 0);
	b.left = BLOCKS;
	for (size_t i = 0; i < BLOCKS; i++) {
		struct smb2_read_request m = { .length = BLOCK_LEN, .offset = i * BLOCK_LEN, .file_id = id };
		reads[i] = (struct block_read){ &b, i * BLOCK_LEN };
		require("send read", client_send_read(c, tree, &m, block_was_read, &reads[i]) == 0);
	}
	wait_for(loop, &b.left);
	require("read what was written", b.wrong == 0);
	free(b.data);
}

static void check_lock(struct client *c, uint32_t tree, struct smb2_file_id id)
{
	uint8_t element[SMB2_LOCK_ELEMENT_LEN];
	struct writer w = writer_make(element, sizeof(element));
	struct smb2_lock_element lock = { 10, 20,
		SMB2_LOCKFLAG_EXCLUSIVE_LOCK | SMB2_LOCKFLAG_FAIL_IMMEDIATELY };
	smb2_lock_element_encode(&w, &lock);
	struct smb2_lock_request m = {
		.lock_count = 1, .file_id = id, .locks = span_make(element, sizeof(element))
	};
	SUCCEEDS("lock", client_lock(c, tree, &m, &status));
	w = writer_make(element, sizeof(element));
	lock.flags = SMB2_LOCKFLAG_UNLOCK;
	smb2_lock_element_encode(&w, &lock);
	SUCCEEDS("unlock", client_lock(c, tree, &m, &status));
	ANSWERS(RANGE_NOT_LOCKED, "unlock again", client_lock(c, tree, &m, &status));
}

static void set_info(
	struct client *c, uint32_t tree, struct smb2_file_id id, const struct file_set_info *info)
{
	uint8_t buf[512];
	struct writer w = writer_make(buf, sizeof(buf));
	require("encode", file_set_info_encode(info, &w));
	struct smb2_set_info_request m = { .info_type = SMB2_0_INFO_FILE,
		.file_info_class = info->level,
		.file_id = id,
		.buffer = writer_since(&w, 0) };
	SUCCEEDS("set info", client_set_info(c, tree, &m, &status));
}

static void check_info(struct client *c, uint32_t tree, struct smb2_file_id id)
{
	uint8_t room[4096];
	struct arena a;
	arena_init(&a, room, sizeof(room));
	struct smb2_query_info_request m = { .info_type = SMB2_0_INFO_FILE,
		.file_info_class = FILE_ALL_INFORMATION,
		.output_buffer_length = QUERY_LEN,
		.file_id = id };
	struct span output = { 0 };
	struct fscc_file_info info = { 0 };
	SUCCEEDS("query info", client_query_info(c, tree, &m, &output, &status));
	require("decode", file_info_decode(FILE_ALL_INFORMATION, output, &a, &info) == VERDICT_OK);
	require("the size", info.end_of_file == (uint64_t)BLOCKS * BLOCK_LEN);
	struct file_set_info rename = { .level = FILE_RENAME_INFORMATION, .u.rename.name = "renamed.bin" };
	rename.u.rename.replace_if_exists = true;
	set_info(c, tree, id, &rename);
	m.output_buffer_length = 8;
	ANSWERS(INFO_LENGTH_MISMATCH, "query info of too little",
		client_query_info(c, tree, &m, &output, &status));
	arena_reset(&a);
}

static void check_ioctl(struct client *c, uint32_t tree, struct smb2_file_id id)
{
	struct smb2_ioctl_request m = { .ctl_code = FSCTL_SRV_REQUEST_RESUME_KEY,
		.file_id = id,
		.max_output_response = SMB2_RESUME_KEY_RESPONSE_LEN,
		.flags = SMB2_0_IOCTL_IS_FSCTL };
	struct smb2_ioctl_response out = { 0 };
	uint8_t key[SMB2_RESUME_KEY_LEN];
	SUCCEEDS("resume key", client_ioctl(c, tree, &m, &out, &status));
	require("decode", smb2_resume_key_response_decode(out.output, key) == VERDICT_OK);
}

static void check_file(struct client_loop *loop, struct client *c, uint32_t tree, struct arena *a)
{
	struct smb2_create_request m = client_overwrite_request(name_of(a, "client_check.bin"));
	struct smb2_create_response created = { 0 };
	SUCCEEDS("create", client_create(c, tree, &m, &created, &status));
	struct smb2_file_id id = created.file_id;
	check_bulk(loop, c, tree, id);
	SUCCEEDS("flush", client_flush(c, tree, id, &status));
	check_lock(c, tree, id);
	check_ioctl(c, tree, id);
	check_info(c, tree, id);
	struct file_set_info disposition = { .level = FILE_DISPOSITION_INFORMATION };
	disposition.u.disposition.delete_pending = true;
	set_info(c, tree, id, &disposition);
	SUCCEEDS("close", client_close(c, tree, id, &status));

	m = client_open_request(name_of(a, "renamed.bin"));
	ANSWERS(OBJECT_NAME_NOT_FOUND, "open what was deleted",
		client_create(c, tree, &m, &created, &status));
}

static void check_directory(struct client *c, uint32_t tree, struct arena *a)
{
	struct smb2_create_request root = client_open_request(span_make(NULL, 0));
	struct smb2_create_response opened = { 0 };
	SUCCEEDS("open the root", client_create(c, tree, &root, &opened, &status));
	struct smb2_query_directory_request m = { .file_information_class =
							  FILE_ID_BOTH_DIRECTORY_INFORMATION,
		.file_id = opened.file_id,
		.search_pattern = name_of(a, "*"),
		.output_buffer_length = QUERY_LEN };
	struct span output = { 0 };
	SUCCEEDS("list", client_query_directory(c, tree, &m, &output, &status));
	struct dir_walk walk = dir_walk_begin(output, FILE_ID_BOTH_DIRECTORY_INFORMATION);
	struct dir_info entry;
	size_t dots = 0;
	while (dir_walk_next(&walk, a, &entry))
		dots += strcmp(entry.name, ".") == 0 || strcmp(entry.name, "..") == 0;
	require("walk the list", reader_verdict(&walk.r) == VERDICT_OK && dots == 2);
	ANSWERS(NO_MORE_FILES, "list on", client_query_directory(c, tree, &m, &output, &status));
	SUCCEEDS("close the root", client_close(c, tree, opened.file_id, &status));
}

struct answers {
	int left;
	struct nt_status status[CLIENT_COMPOUND_MAX];
	int count;
};

static void note_answer(void *context, const struct client_reply *reply)
{
	struct answers *s = context;
	if (reply->fault < 0)
		give_up("an answer: %s", strerror(-reply->fault));
	if (s->count < CLIENT_COMPOUND_MAX)
		s->status[s->count++] = reply->header.status;
	s->left--;
}

static void check_compound(struct client_loop *loop, struct client *c, uint32_t tree)
{
	struct smb2_create_request create = client_open_request(span_make(NULL, 0));
	struct smb2_query_info_request query = { .info_type = SMB2_0_INFO_FILE,
		.file_info_class = FILE_BASIC_INFORMATION,
		.output_buffer_length = QUERY_LEN,
		.file_id = smb2_file_id_previous() };
	struct smb2_close_request close = { .file_id = smb2_file_id_previous() };
	struct answers s = { .left = 3 };
	client_compound_begin(c);
	require("create", client_send_create(c, tree, &create, note_answer, &s) == 0);
	require("query", client_send_query_info(c, tree, &query, note_answer, &s) == 0);
	require("close", client_send_close(c, tree, &close, note_answer, &s) == 0);
	require("compound", client_compound_end(c) == 0);
	wait_for(loop, &s.left);
	for (int i = 0; i < s.count; i++)
		want("compound", 0, s.status[i], STATUS(SUCCESS));
}

// More at once than there are credits: they wait, and all are answered.
static void check_many(struct client_loop *loop, struct client *c)
{
	struct answers s = { .left = MANY_ECHOES };
	for (int i = 0; i < MANY_ECHOES; i++)
		require("send echo", client_send_echo(c, note_answer, &s) == 0);
	require("in flight", client_in_flight(c) == MANY_ECHOES);
	wait_for(loop, &s.left);
	require("none in flight", client_in_flight(c) == 0);
}

static void check_cancel(struct client_loop *loop, struct client *c, uint32_t tree)
{
	struct smb2_create_request root = client_open_request(span_make(NULL, 0));
	struct smb2_create_response opened = { 0 };
	SUCCEEDS("open the root", client_create(c, tree, &root, &opened, &status));
	struct smb2_change_notify_request m = { .output_buffer_length = 4096,
		.file_id = opened.file_id,
		.completion_filter = FILE_NOTIFY_CHANGE_FILE_NAME };
	struct answers s = { .left = 1 };
	require("send notify", client_send_change_notify(c, tree, &m, note_answer, &s) == 0);
	SUCCEEDS("echo", client_echo(c, &status));
	require("still open", s.left == 1);
	require("cancel", client_send_cancel(c, &s));
	wait_for(loop, &s.left);
	want("cancelled", 0, s.status[0], STATUS(CANCELLED));
	SUCCEEDS("close the root", client_close(c, tree, opened.file_id, &status));
}

static struct client_options options_of(const struct posture *p)
{
	struct client_options o = client_options_default();
	o.dialects[0] = p->dialect;
	o.dialect_count = 1;
	o.seal = p->cipher != SMB2_CIPHER_NONE;
	o.ciphers.count = 0;
	if (o.seal)
		smb2_negotiate_ids_add(&o.ciphers, p->cipher);
	o.signing.count = 0;
	smb2_negotiate_ids_add(&o.signing, p->signing);
	return o;
}

static struct client *connect_as(struct client_loop *loop, const struct place *at, const struct posture *p)
{
	struct client_options o = options_of(p);
	struct client *c = NULL;
	SUCCEEDS("connect", client_connect(loop, &o, at->host, at->port, &c, &status));
	return c;
}

static void check_posture(struct client_loop *loop, const struct place *at, const struct posture *p)
{
	uint8_t room[65536];
	struct arena a;
	uint32_t tree = 0;
	arena_init(&a, room, sizeof(room));
	struct client *c = connect_as(loop, at, p);
	const struct client_facts *facts = client_facts(c);
	require("the dialect", facts->dialect == p->dialect);
	require("the cipher", p->cipher == SMB2_CIPHER_NONE || facts->cipher == p->cipher);
	require("the signing algorithm", facts->signing_algorithm == p->signing);
	SUCCEEDS("log in", client_log_in(c, &at->who, &status));
	SUCCEEDS("tree connect", client_tree_connect(c, at->share, &tree, NULL, &status));
	check_file(loop, c, tree, &a);
	check_directory(c, tree, &a);
	check_compound(loop, c, tree);
	check_many(loop, c);
	check_cancel(loop, c, tree);
	SUCCEEDS("tree disconnect", client_tree_disconnect(c, tree, &status));
	SUCCEEDS("log off", client_log_off(c, &status));
	client_free(c);
	arena_reset(&a);
	(void)printf("ok %s\n", p->name);
}

static void check_wrong_password(struct client_loop *loop, const struct place *at)
{
	struct client_credentials who = at->who;
	struct client *c = connect_as(loop, at, &postures[0]);
	who.password = "not the password";
	ANSWERS(LOGON_FAILURE, "a wrong password", client_log_in(c, &who, &status));
	client_free(c);
	(void)printf("ok a wrong password is refused\n");
}

int main(int argc, char **argv)
{
	if (argc != 6 && argc != 7) {
		(void)fprintf(stderr, "usage: %s HOST PORT USER PASSWORD SHARE [PREFIX]\n", argv[0]);
		return 2;
	}
	struct place at = { argv[1], (uint16_t)strtoul(argv[2], NULL, 10),
		{ .user = argv[3], .password = argv[4] }, argv[5] };
	struct client_loop *loop = client_loop_new();
	require("a loop", loop != NULL);
	const char *prefix = argc == 7 ? argv[6] : "";
	for (size_t i = 0; i < ARRAY_LEN(postures); i++) {
		if (strncmp(postures[i].name, prefix, strlen(prefix)) == 0)
			check_posture(loop, &at, &postures[i]);
	}
	check_wrong_password(loop, &at);
	client_loop_free(loop);
	return 0;
}
