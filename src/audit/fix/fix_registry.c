// SPDX-License-Identifier: Apache-2.0
#include <strings.h>

#include "audit/fix/fix_text.h"
#include "audit/fix/fix_windows.h"

void fix_begin_registry(FILE *out)
{
	fputs("Windows Registry Editor Version 5.00\r\n\r\n", out);
}

// A name in double quotes, as regedit escapes it.
static void put_name(FILE *out, const char *name)
{
	fputc('"', out);
	for (; *name != '\0'; name++)
		fprintf(out, "%s%c", *name == '"' || *name == '\\' ? "\\" : "", *name);
	fputc('"', out);
}

static bool same_key(const struct fix_item *a, const struct fix_item *b)
{
	return strcasecmp(a->row->key, b->row->key) == 0;
}

static bool is_first_of_key(const struct fix_plan *plan, const struct fix_item *item)
{
	const struct fix_item *i = plan->items;
	while (i != item && !same_key(i, item))
		i = i->next;
	return i == item;
}

static void write_key(FILE *out, const struct fix_plan *plan, const struct fix_item *first)
{
	fprintf(out, "\r\n[%s]\r\n", first->row->key);
	for (const struct fix_item *i = first; i != NULL; i = i->next) {
		if (!same_key(i, first))
			continue;
		fix_comment_item(out, plan->platform, i);
		put_name(out, i->row->name);
		fprintf(out, "=%s\r\n", i->row->value);
	}
}

void fix_write_registry(FILE *out, const struct fix_plan *plan)
{
	for (const struct fix_item *i = plan->items; i != NULL; i = i->next) {
		if (is_first_of_key(plan, i))
			write_key(out, plan, i);
	}
}
