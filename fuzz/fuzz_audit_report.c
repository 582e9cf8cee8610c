// SPDX-License-Identifier: Apache-2.0
// Reports: any bytes as the texts of a host, in each form, where what is JSON must be read again; and any
// bytes as the files that a report is compared with.
#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "audit/report/report.h"

typedef int (*write_form)(FILE *out, const struct audit_report *r);

static int write_text(FILE *out, const struct audit_report *r)
{
	return report_write_text(out, r, false);
}

static void make(struct audit_report *r, const char *text)
{
	audit_report_init(r);
	struct audit_subject *s = report_add_subject(r, text, 445);
	struct audit_finding *f = s ? report_add_finding(r, s, "share_guest", text) : NULL;
	if (!f || !finding_add_evidence(r, f, text, text) || !report_add_note(r, text))
		abort();
	s->name = s->system = s->error = text;
	f->summary = f->file = text;
	r->command = text;
	r->begun_us = 1795000000000000;
	report_add_open(r, s, "lm_accepted", text);
	subject_conclude(s);
}

static void try_form(const struct audit_report *r, write_form form, bool is_json)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	if (!out || form(out, r) != 0 || fclose(out) != 0)
		abort();
	for (size_t i = 0; i < len; i++)
		assert((unsigned char)text[i] >= 0x20 || text[i] == '\n');
	if (is_json) {
		json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
		assert(value);
		json_decref(value);
	}
	free(text);
}

// A file without a name in the file system.
static int file_of(const char *bytes, size_t len, char path[64])
{
	int fd = memfd_create("report", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		abort();
	(void)snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

static void try_files(struct audit_report *r, const char *bytes, size_t len)
{
	char error[REPORT_ERROR_LEN] = "", path[64], *text = NULL;
	size_t text_len;
	char worst;
	int fd = file_of(bytes, len, path);
	FILE *out = open_memstream(&text, &text_len);
	if (!out)
		abort();
	if (report_apply_baseline(r, path, error) < 0)
		assert(error[0]);
	error[0] = 0;
	if (report_apply_waivers(r, path, error) < 0)
		assert(error[0]);
	(void)!report_diff(out, path, path, true, &worst, error);
	(void)fclose(out);
	free(text);
	(void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct audit_report r;
	char *text = malloc(len + 1);
	if (!text)
		return 0;
	memcpy(text, data, len);
	text[len] = 0;
	make(&r, text);
	r.is_lint = len & 1;
	try_form(&r, report_write_json, true);
	if (len % 8 < 2) // it has the whole catalogue each time
		try_form(&r, report_write_sarif, true);
	try_form(&r, report_write_junit, false);
	try_form(&r, report_write_html, false);
	try_form(&r, write_text, false);
	try_files(&r, text, len);
	audit_report_done(&r);
	free(text);
	return 0;
}
