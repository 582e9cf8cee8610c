// SPDX-License-Identifier: Apache-2.0
// A client that does as it is told, line by line, for tests of who may do what: it cleans up no name and
// keeps handles over reloads of the server.
//
//     access_probe PORT USER PASSWORD SHARE
//
// Lines of words with tabs between them; each is answered with one line that begins with a status.
//     open SLOT NAME ACCESS DISPOSITION OPTIONS    the status, and of a success MxAc's maximal access
//     read SLOT | write SLOT TEXT | list SLOT PATTERN | all SLOT | delete SLOT | close SLOT
//     rename SLOT NAME | link SLOT NAME            replacing
//     copy FROM_SLOT TO_SLOT                       FSCTL_SRV_COPYCHUNK of a few bytes
//     protect SLOT                                 its owner alone may do anything from now on
//     notify SLOT | heard                          begins to watch a tree; what came within a second
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "client/client_call.h"
#include "client/client_send.h"
#include "wire/dtyp/access_mask.h"
#include "wire/dtyp/security_descriptor.h"
#include "wire/fscc/dir_info.h"
#include "wire/fscc/file_set_info.h"
#include "wire/fscc/fsctl.h"
#include "wire/fscc/notify_info.h"
#include "wire/smb2/smb2_create_contexts.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

enum { SLOTS = 16, WORDS = 6, LINE_LEN = 9000, OUTPUT_LEN = 60000, COPY_LEN = 4 };

struct probe {
	struct client_loop *loop;
	struct client *client;
	uint32_t tree;
	struct smb2_file_id slots[SLOTS];
	struct arena a;
	char *words[WORDS];
	struct client_call notify;
};

static void give_up(const char *what, int fault, struct nt_status status)
{
	(void)fprintf(stderr, "access_probe: %s: %d %s\n", what, fault, nt_status_name(status));
	exit(1);
}

static void answer(int fault, struct nt_status status)
{
	if (fault != 0)
		give_up("a request", fault, status);
	(void)fputs(nt_status_name(status), stdout);
}

static struct smb2_file_id *slot(struct probe *p, int word)
{
	return &p->slots[(unsigned)atoi(p->words[word]) % SLOTS];
}

static uint32_t number(const struct probe *p, int word)
{
	return (uint32_t)strtoul(p->words[word], NULL, 0);
}

static void do_open(struct probe *p)
{
	uint8_t bytes[64];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct smb2_create_context_builder b = smb2_create_context_builder_make(&w);
	smb2_create_context_add(&b, SMB2_CREATE_MXAC, span_make(NULL, 0));
	struct smb2_create_request m = client_open_request(utf16_from_utf8(&p->a, p->words[2]));
	struct smb2_create_response opened;
	struct smb2_create_contexts contexts;
	struct smb2_maximal_access_response maximal;
	struct nt_status status;
	m.desired_access = number(p, 3);
	m.create_disposition = number(p, 4);
	m.create_options = number(p, 5);
	m.create_contexts = writer_since(&w, 0);
	int rc = client_create(p->client, p->tree, &m, &opened, &status);
	answer(rc, status);
	if (!nt_status_ok(status))
		return;
	*slot(p, 1) = opened.file_id;
	if (smb2_create_contexts_find(opened.create_contexts, &contexts) == VERDICT_OK &&
		smb2_create_contexts_has(&contexts, SMB2_CREATE_MXAC) &&
		smb2_maximal_access_response_decode(contexts.data[SMB2_CREATE_MXAC], &maximal) == VERDICT_OK)
		(void)printf("\t0x%08x", (unsigned)maximal.maximal_access);
}

static void do_read(struct probe *p)
{
	struct smb2_read_request m = { .file_id = *slot(p, 1), .length = 4096 };
	struct span data = { 0 };
	struct nt_status status;
	answer(client_read(p->client, p->tree, &m, &data, &status), status);
	if (nt_status_ok(status))
		(void)printf("\t%.*s", (int)data.len, (const char *)data.data);
}

static void do_write(struct probe *p)
{
	struct smb2_write_request m = { .file_id = *slot(p, 1),
		.data = span_make(p->words[2], strlen(p->words[2])) };
	uint32_t count;
	struct nt_status status;
	answer(client_write(p->client, p->tree, &m, &count, &status), status);
}

static void print_entries(struct span output)
{
	struct dir_walk walk = dir_walk_begin(output, FILE_BOTH_DIRECTORY_INFORMATION);
	struct arena a;
	struct dir_info info;
	arena_init(&a, NULL, 0);
	while (dir_walk_next(&walk, &a, &info))
		(void)printf("\t%s", info.name);
	arena_reset(&a);
}

static void do_list(struct probe *p)
{
	struct smb2_query_directory_request m = {
		.file_information_class = FILE_BOTH_DIRECTORY_INFORMATION,
		.flags = SMB2_REOPEN,
		.file_id = *slot(p, 1),
		.search_pattern = utf16_from_utf8(&p->a, p->words[2]),
		.output_buffer_length = OUTPUT_LEN,
	};
	struct span output = { 0 };
	struct nt_status status;
	answer(client_query_directory(p->client, p->tree, &m, &output, &status), status);
	if (nt_status_ok(status))
		print_entries(output);
}

static void do_all(struct probe *p)
{
	struct smb2_query_info_request m = { .info_type = SMB2_0_INFO_FILE,
		.file_info_class = FILE_ALL_INFORMATION,
		.output_buffer_length = OUTPUT_LEN,
		.file_id = *slot(p, 1) };
	struct span output = { 0 };
	struct nt_status status;
	answer(client_query_info(p->client, p->tree, &m, &output, &status), status);
}

static void set(struct probe *p, const struct file_set_info *info)
{
	uint8_t bytes[LINE_LEN * 2];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct nt_status status;
	if (!file_set_info_encode(info, &w))
		give_up("encoding", 0, STATUS(SUCCESS));
	struct smb2_set_info_request m = { .info_type = SMB2_0_INFO_FILE,
		.file_info_class = info->level,
		.file_id = *slot(p, 1),
		.buffer = writer_since(&w, 0) };
	answer(client_set_info(p->client, p->tree, &m, &status), status);
}

static void do_rename(struct probe *p)
{
	struct file_set_info info = { .level = FILE_RENAME_INFORMATION };
	info.u.rename = (struct file_rename_info){ .replace_if_exists = true, .name = p->words[2] };
	set(p, &info);
}

static void do_link(struct probe *p)
{
	struct file_set_info info = { .level = FILE_LINK_INFORMATION };
	info.u.rename = (struct file_rename_info){ .replace_if_exists = true, .name = p->words[2] };
	set(p, &info);
}

static void do_delete(struct probe *p)
{
	struct file_set_info info = { .level = FILE_DISPOSITION_INFORMATION };
	info.u.disposition.delete_pending = true;
	set(p, &info);
}

static void do_close(struct probe *p)
{
	struct nt_status status;
	answer(client_close(p->client, p->tree, *slot(p, 1), &status), status);
}

static void copy_chunk(struct probe *p, const uint8_t key[SMB2_RESUME_KEY_LEN])
{
	uint8_t bytes[128];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct smb2_copychunk_request c = { .chunk_count = 1 };
	memcpy(c.source_key, key, sizeof(c.source_key));
	smb2_copychunk_request_encode(&w, &c);
	smb2_copychunk_encode(&w, &(struct smb2_copychunk){ .length = COPY_LEN });
	struct smb2_ioctl_request m = { .ctl_code = FSCTL_SRV_COPYCHUNK,
		.file_id = *slot(p, 2),
		.flags = SMB2_0_IOCTL_IS_FSCTL,
		.input = writer_since(&w, 0),
		.max_output_response = 64 };
	struct smb2_ioctl_response out;
	struct nt_status status;
	answer(client_ioctl(p->client, p->tree, &m, &out, &status), status);
}

static void do_copy(struct probe *p)
{
	struct smb2_ioctl_request m = { .ctl_code = FSCTL_SRV_REQUEST_RESUME_KEY,
		.file_id = *slot(p, 1),
		.flags = SMB2_0_IOCTL_IS_FSCTL,
		.max_output_response = 64 };
	struct smb2_ioctl_response out;
	struct nt_status status;
	uint8_t key[SMB2_RESUME_KEY_LEN];
	int rc = client_ioctl(p->client, p->tree, &m, &out, &status);
	if (rc != 0 || !nt_status_ok(status) ||
		smb2_resume_key_response_decode(out.output, key) != VERDICT_OK)
		answer(rc, status);
	else
		copy_chunk(p, key);
}

// The owner as the server has it.
static bool owner_of(struct probe *p, struct sid *out)
{
	struct smb2_query_info_request m = { .info_type = SMB2_0_INFO_SECURITY,
		.additional_information = SECURITY_INFO_OWNER,
		.output_buffer_length = OUTPUT_LEN,
		.file_id = *slot(p, 1) };
	struct span output = { 0 };
	struct nt_status status;
	struct security_descriptor sd;
	int rc = client_query_info(p->client, p->tree, &m, &output, &status);
	bool fine = rc == 0 && nt_status_ok(status) &&
		    security_descriptor_decode(output, &p->a, &sd) == VERDICT_OK && sd.owner != NULL;
	if (fine)
		*out = *sd.owner;
	return fine;
}

static void do_protect(struct probe *p)
{
	uint8_t bytes[256];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct sid owner;
	struct acl *dacl = acl_new(&p->a);
	if (!owner_of(p, &owner) || dacl == NULL ||
		!acl_add_simple(dacl, &p->a, ACE_ACCESS_ALLOWED, 0, FILE_ALL_ACCESS, &owner))
		give_up("the owner", 0, STATUS(SUCCESS));
	const struct security_descriptor sd = { .control = SD_DACL_PRESENT | SD_DACL_PROTECTED,
		.dacl = dacl };
	security_descriptor_encode(&sd, &w);
	struct smb2_set_info_request m = { .info_type = SMB2_0_INFO_SECURITY,
		.additional_information = SECURITY_INFO_DACL,
		.file_id = *slot(p, 1),
		.buffer = writer_since(&w, 0) };
	struct nt_status status;
	answer(client_set_info(p->client, p->tree, &m, &status), status);
}

static void do_notify(struct probe *p)
{
	struct smb2_change_notify_request m = { .flags = SMB2_WATCH_TREE,
		.output_buffer_length = OUTPUT_LEN,
		.file_id = *slot(p, 1),
		.completion_filter = 0xFFF };
	memset(&p->notify, 0, sizeof(p->notify));
	answer(client_send_change_notify(p->client, p->tree, &m, client_call_done, &p->notify),
		STATUS(SUCCESS));
}

static void print_changes(struct span output)
{
	struct notify_walk walk = notify_walk_begin(output);
	struct arena a;
	uint32_t action;
	const char *name;
	arena_init(&a, NULL, 0);
	while (notify_walk_next(&walk, &a, &action, &name))
		(void)printf("\t%u %s", (unsigned)action, name);
	arena_reset(&a);
}

static void do_heard(struct probe *p)
{
	struct smb2_change_notify_response m;
	for (int i = 0; i < 10 && !p->notify.done; i++) {
		int rc = client_loop_step(p->loop, 100);
		if (rc != 0)
			give_up("waiting", rc, STATUS(SUCCESS));
	}
	if (!p->notify.done) {
		(void)fputs("STATUS_PENDING", stdout);
		return;
	}
	answer(p->notify.reply.fault, p->notify.reply.header.status);
	if (nt_status_ok(p->notify.reply.header.status) &&
		smb2_change_notify_response_decode(p->notify.reply.message, &m) == VERDICT_OK)
		print_changes(m.output);
}

static const struct {
	const char *word;
	int words;
	void (*run)(struct probe *p);
} commands[] = {
	{ "open", 6, do_open },
	{ "read", 2, do_read },
	{ "write", 3, do_write },
	{ "list", 3, do_list },
	{ "all", 2, do_all },
	{ "rename", 3, do_rename },
	{ "link", 3, do_link },
	{ "delete", 2, do_delete },
	{ "close", 2, do_close },
	{ "copy", 3, do_copy },
	{ "protect", 2, do_protect },
	{ "notify", 2, do_notify },
	{ "heard", 1, do_heard },
};

static void run_line(struct probe *p, char *line)
{
	int count = 0;
	line[strcspn(line, "\n")] = '\0';
	for (char *word = strsep(&line, "\t"); word != NULL && count < WORDS; word = strsep(&line, "\t"))
		p->words[count++] = word;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (strcmp(commands[i].word, p->words[0]) == 0 && commands[i].words == count) {
			commands[i].run(p);
			(void)putchar('\n');
			(void)fflush(stdout);
			return;
		}
	}
	give_up(p->words[0], 0, STATUS(INVALID_PARAMETER));
}

static void begin(struct probe *p, char **argv)
{
	struct nt_status status = STATUS(SUCCESS);
	struct client_options options = client_options_default();
	const struct client_credentials who = { .user = argv[2], .password = argv[3] };
	arena_init(&p->a, NULL, 0);
	p->loop = client_loop_new();
	int rc = client_connect(p->loop, &options, "127.0.0.1", (uint16_t)atoi(argv[1]), &p->client, &status);
	if (rc == 0 && nt_status_ok(status))
		rc = client_log_in(p->client, &who, &status);
	if (rc != 0 || !nt_status_ok(status))
		give_up("log in", rc, status);
	rc = client_tree_connect(p->client, argv[4], &p->tree, NULL, &status);
	answer(rc, status);
	(void)putchar('\n');
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	static char line[LINE_LEN];
	static struct probe p;
	if (argc != 5)
		return 2;
	begin(&p, argv);
	while (fgets(line, sizeof(line), stdin) != NULL)
		run_line(&p, line);
	client_free(p.client);
	client_loop_free(p.loop);
	arena_reset(&p.a);
	return 0;
}
