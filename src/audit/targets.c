// SPDX-License-Identifier: Apache-2.0
#include "audit/targets.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/target_index.h"
#include "audit/target_parse.h"

enum {
	LINE_MAX_LEN = 1024,
	SHOWN_LEN = 81,              // of a text, in an error
	LINES_MAX = 4 * TARGETS_MAX, // of all files, comments too
	FIRST_CAP = 16,
	IPV4_BITS = 32,
	IPV6_BITS = 128,
	HOST_BITS_MAX = 20,      // TARGETS_MAX
	POINT_TO_POINT_BITS = 1, // RFC 3021: both addresses are hosts
};

// Where a target's text stands.
struct place {
	const char *path; // NULL: it was given as it is
	size_t line;
	unsigned depth; // of files that name files
};

// Lists come from elsewhere, and the error goes to a terminal: what is not ASCII is no target either.
static void make_plain(char *text)
{
	for (; *text != '\0'; text++)
		if (!isascii(*text) || iscntrl((unsigned char)*text))
			*text = '?';
}

static int fail(struct targets *t, const struct place *at, const char *text, const char *wrong)
{
	char shown[SHOWN_LEN];
	(void)snprintf(shown, sizeof(shown), "%s", text);
	make_plain(shown);
	if (at->path == NULL)
		(void)snprintf(t->error, sizeof(t->error), "%s: %s", shown, wrong);
	else
		(void)snprintf(
			t->error, sizeof(t->error), "%.60s:%zu: %s: %s", at->path, at->line, shown, wrong);
	return -EINVAL;
}

static int memory_out(struct targets *t)
{
	(void)snprintf(t->error, sizeof(t->error), "memory is out");
	return -ENOMEM;
}

// --- the list ---------------------------------------------------------------------------------------

static int reserve(struct targets *t)
{
	if (t->index == NULL)
		t->index = target_index_new();
	if (t->index == NULL)
		return -ENOMEM;
	if (t->count < t->cap)
		return 0;
	size_t cap = t->cap == 0 ? FIRST_CAP : 2 * t->cap;
	struct target *all = realloc(t->all, cap * sizeof(*all));
	if (all == NULL)
		return -ENOMEM;
	t->all = all;
	t->cap = cap;
	return 0;
}

static int append(struct targets *t, const struct place *at, const char *host, uint16_t port)
{
	struct target new = { .host = (char *)(uintptr_t)host, .port = port };
	if (reserve(t) < 0)
		return memory_out(t);
	if (target_index_has(t->index, t->all, &new))
		return 0;
	if (t->count == TARGETS_MAX)
		return fail(t, at, host, "there are too many targets; 1048576 is the most");
	new.host = strdup(host);
	if (new.host == NULL)
		return memory_out(t);
	t->all[t->count] = new;
	if (target_index_add(t->index, t->all, t->count) < 0) {
		free(new.host);
		return memory_out(t);
	}
	t->count++;
	return 0;
}

void targets_done(struct targets *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->all[i].host);
	free(t->all);
	target_index_free(t->index);
	*t = (struct targets){ 0 };
}

// --- networks ---------------------------------------------------------------------------------------

// The last four bytes count up; the network has no more bits than that for its hosts.
static uint32_t low_get(const uint8_t *address, size_t len)
{
	uint32_t low = 0;
	for (size_t i = len - 4; i < len; i++)
		low = low << 8 | address[i];
	return low;
}

static void low_put(uint8_t *address, size_t len, uint32_t low)
{
	for (size_t i = len; i-- > len - 4; low >>= 8)
		address[i] = (uint8_t)low;
}

static int add_network(struct targets *t, const struct place *at, const char *text, struct target_text *n)
{
	size_t len = n->family == AF_INET ? 4 : 16;
	unsigned host_bits = (n->family == AF_INET ? IPV4_BITS : IPV6_BITS) - n->prefix;
	if (host_bits > HOST_BITS_MAX)
		return fail(t, at, text,
			n->family == AF_INET ? "the network is too large; /12 is the largest"
					     : "the network is too large; /108 is the largest");
	uint32_t count = (uint32_t)1 << host_bits;
	uint32_t first = low_get(n->address, len) & ~(count - 1);
	bool has_ends = n->family == AF_INET && host_bits > POINT_TO_POINT_BITS;
	int rc = 0;
	for (uint32_t i = has_ends ? 1 : 0; rc == 0 && i < (has_ends ? count - 1 : count); i++) {
		low_put(n->address, len, first + i);
		(void)inet_ntop(n->family, n->address, n->host, sizeof(n->host));
		rc = append(t, at, n->host, n->port);
	}
	return rc;
}

// --- texts and files --------------------------------------------------------------------------------

static int add_text(struct targets *t, const struct place *at, const char *text);

// Without the white space around it.
static char *trim(char *line)
{
	static const char white[] = " \t\r\n";
	line += strspn(line, white);
	size_t len = strlen(line);
	while (len > 0 && strchr(white, line[len - 1]) != NULL)
		len--;
	line[len] = '\0';
	return line;
}

// The buffer may be too short for the line, and a NUL byte ends the text sooner.
static bool line_whole(const char *line, FILE *in)
{
	size_t len = strlen(line);
	return len > 0 && (line[len - 1] == '\n' || feof(in));
}

static int add_line(struct targets *t, const struct place *at, char *line, FILE *in)
{
	bool whole = line_whole(line, in);
	char *comment = strchr(line, '#');
	if (comment != NULL && comment > line && strchr(" \t", comment[-1]) != NULL)
		*comment = '\0';
	char *text = trim(line);
	if (++t->lines > LINES_MAX)
		return fail(t, at, text, "there are too many lines in all files");
	if (!whole)
		return fail(t, at, text, "this is no line of text, or too long for a target");
	return *text == '\0' || *text == '#' ? 0 : add_text(t, at, text);
}

static int add_file(struct targets *t, const struct place *at, const char *path)
{
	char line[LINE_MAX_LEN];
	struct place here = { .path = path, .depth = at->depth + 1 };
	int rc = 0;
	if (at->depth == TARGET_FILE_DEPTH_MAX)
		return fail(t, at, path, "files name files too deep; does one name itself?");
	FILE *in = fopen(strcmp(path, "-") == 0 ? "/dev/stdin" : path, "re");
	if (in == NULL)
		return fail(t, at, path, strerror(errno));
	while (rc == 0 && fgets(line, sizeof(line), in) != NULL) {
		here.line++;
		rc = add_line(t, &here, line, in);
	}
	if (rc == 0 && ferror(in))
		rc = fail(t, at, path, "the file cannot be read");
	(void)fclose(in);
	return rc;
}

static int add_text(struct targets *t, const struct place *at, const char *text)
{
	struct target_text one;
	if (text[0] == '@')
		return add_file(t, at, text + 1);
	const char *wrong = target_text_parse(text, &one);
	if (wrong != NULL)
		return fail(t, at, text, wrong);
	return one.is_network ? add_network(t, at, text, &one) : append(t, at, one.host, one.port);
}

int targets_add(struct targets *t, const char *text)
{
	const struct place here = { 0 };
	t->error[0] = '\0';
	return add_text(t, &here, text);
}
