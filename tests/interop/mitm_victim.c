// SPDX-License-Identifier: Apache-2.0
// A careful client: logs on, writes a file and reads it back, and says how far it came.
//
//     mitm_victim HOST PORT USER PASSWORD SHARE FILE [OPTION]...
//
// Options: signed (no cipher is offered), legacy (also offers 3.0.2), careless (wants no protection of its
// own accord). Prints "done", or "STEP: what came". Exit status 0 only for the former.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"
#include "client/client_send.h"

enum { TIMEOUT_MS = 2500, CONTENT_LEN = 3000 };

struct victim {
	struct client *c;
	uint32_t tree_id;
	struct smb2_file_id file;
	const char *share;
	const char *name;
	struct client_credentials who;
	uint8_t content[CONTENT_LEN];
};

static int step_log_in(struct victim *v, struct nt_status *status)
{
	return client_log_in(v->c, &v->who, status);
}

static int step_tree_connect(struct victim *v, struct nt_status *status)
{
	return client_tree_connect(v->c, v->share, &v->tree_id, NULL, status);
}

static int step_create(struct victim *v, struct nt_status *status)
{
	uint8_t bytes[256];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct smb2_create_response made = { 0 };
	if (!writer_utf16(&w, v->name))
		return -EINVAL;
	struct smb2_create_request m = client_overwrite_request(writer_since(&w, 0));
	m.desired_access |= 0x120089; // FILE_GENERIC_READ
	int rc = client_create(v->c, v->tree_id, &m, &made, status);
	v->file = made.file_id;
	return rc;
}

static int step_write(struct victim *v, struct nt_status *status)
{
	uint32_t count = 0;
	struct smb2_write_request m = { .file_id = v->file, .data = span_make(v->content, CONTENT_LEN) };
	int rc = client_write(v->c, v->tree_id, &m, &count, status);
	return rc == 0 && nt_status_ok(*status) && count != CONTENT_LEN ? -EIO : rc;
}

static int step_read(struct victim *v, struct nt_status *status)
{
	struct span data = span_make(NULL, 0);
	struct smb2_read_request m = { .file_id = v->file, .length = CONTENT_LEN };
	int rc = client_read(v->c, v->tree_id, &m, &data, status);
	bool same = span_equal(data, span_make(v->content, CONTENT_LEN));
	return rc == 0 && nt_status_ok(*status) && !same ? -EIO : rc;
}

static int step_close(struct victim *v, struct nt_status *status)
{
	return client_close(v->c, v->tree_id, v->file, status);
}

static int step_tree_disconnect(struct victim *v, struct nt_status *status)
{
	return client_tree_disconnect(v->c, v->tree_id, status);
}

static int step_log_off(struct victim *v, struct nt_status *status)
{
	return client_log_off(v->c, status);
}

static const struct {
	const char *name;
	int (*run)(struct victim *v, struct nt_status *status);
} steps[] = {
	{ "log in", step_log_in },
	{ "tree connect", step_tree_connect },
	{ "create", step_create },
	{ "write", step_write },
	{ "read", step_read },
	{ "close", step_close },
	{ "tree disconnect", step_tree_disconnect },
	{ "log off", step_log_off },
};

static bool went_well(const char *step, int rc, struct nt_status status)
{
	if (rc < 0)
		(void)printf("%s: %s\n", step, strerror(-rc));
	else if (!nt_status_ok(status))
		(void)printf("%s: %s\n", step, nt_status_name(status));
	return rc >= 0 && nt_status_ok(status);
}

static bool run_steps(struct victim *v)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct nt_status status = STATUS(SUCCESS);
		int rc = steps[i].run(v, &status);
		if (!went_well(steps[i].name, rc, status))
			return false;
	}
	(void)printf("done\n");
	return true;
}

static bool option_set(struct client_options *o, const char *name)
{
	if (strcmp(name, "signed") == 0) {
		o->ciphers.count = 0;
		o->seal = false;
	} else if (strcmp(name, "legacy") == 0) {
		o->dialects[o->dialect_count++] = SMB2_DIALECT_302;
	} else if (strcmp(name, "careless") == 0) {
		o->seal = false;
	} else {
		return false;
	}
	return true;
}

static bool run(struct victim *v, struct client_loop *loop, const struct client_options *o, char **argv)
{
	struct nt_status status = STATUS(SUCCESS);
	int rc = client_connect(loop, o, argv[1], (uint16_t)atoi(argv[2]), &v->c, &status);
	bool well = went_well("negotiate", rc, status) && run_steps(v);
	client_free(v->c);
	return well;
}

int main(int argc, char **argv)
{
	struct client_options o = client_options_default();
	struct victim v = { 0 };
	bool fine = argc >= 7;
	o.timeout_ms = TIMEOUT_MS;
	for (int i = 7; i < argc; i++)
		fine &= option_set(&o, argv[i]);
	struct client_loop *loop = fine ? client_loop_new() : NULL;
	if (loop == NULL) {
		(void)fprintf(stderr, "usage: mitm_victim HOST PORT USER PASSWORD SHARE FILE [OPTION]...\n");
		return 2;
	}
	v.who = (struct client_credentials){ .user = argv[3], .password = argv[4] };
	v.share = argv[5];
	v.name = argv[6];
	for (size_t i = 0; i < CONTENT_LEN; i++)
		v.content[i] = (uint8_t)(i * 7);
	bool well = run(&v, loop, &o, argv);
	client_loop_free(loop);
	return well ? 0 : 1;
}
