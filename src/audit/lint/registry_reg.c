// SPDX-License-Identifier: Apache-2.0
// .reg files, version 5.00 and REGEDIT4.
#include <string.h>

#include "audit/lint/registry_reader.h"

static void skip_blanks(struct registry_reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
		r->at++;
}

// "[KEY]" or "[-KEY]"; a key may have brackets in its name, the last one closes.
static void take_key(struct registry_reader *r)
{
	struct span line = registry_rest(r);
	const char *begin = r->at + 1;
	const char *close = memrchr(begin, ']', line.len - 1);
	if (close == NULL) {
		registry_fail(r, "a key needs the form [KEY]");
		return;
	}
	bool deleted = *begin == '-';
	begin += deleted;
	registry_enter(r, begin, (size_t)(close - begin), r->line, line);
	if (deleted && !r->failed)
		registry_add(r, REGISTRY_KEY_DELETED, REGISTRY_DELETED, r->line, line);
}

// "NAME"=DATA or @=DATA.
static void take_value(struct registry_reader *r)
{
	struct span line = registry_rest(r);
	unsigned number = r->line;
	const char *name = "@";
	if (*r->at == '"')
		name = registry_quoted(r);
	else
		r->at++;
	if (name == NULL)
		return;
	skip_blanks(r);
	if (r->at >= r->end || *r->at != '=') {
		registry_fail(r, "a value needs the form \"NAME\"=DATA");
		return;
	}
	r->at++;
	skip_blanks(r);
	const char *data = registry_data(r);
	if (data != NULL)
		registry_add(r, name, data, number, line);
	else if (!r->failed)
		r->settings->no_memory = r->failed = true;
}

static void take_line(struct registry_reader *r)
{
	skip_blanks(r);
	struct span rest = registry_rest(r);
	if (rest.len == 0 || *r->at == ';')
		return;
	if (*r->at == '[')
		take_key(r);
	else if (*r->at == '"' || *r->at == '@')
		take_value(r);
	else
		registry_fail(r, "neither [KEY], \"NAME\"=DATA nor a comment");
}

void registry_parse_reg(struct registry_reader *r)
{
	struct span head = registry_rest(r);
	r->unicode = head.len < 8 || memcmp(head.data, "REGEDIT4", 8) != 0;
	while (!r->failed && registry_next_line(r))
		take_line(r);
}
