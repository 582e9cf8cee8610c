// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_ini.h"

#include <string.h>
#include <strings.h>

#include "audit/fix/fix_text.h"

static void write_heading(FILE *out, const struct fix_platform *p, const char *share)
{
	if (share == NULL)
		fprintf(out, "\n[%s]\n", p->global);
	else
		fprintf(out, "\n[%s%s]\n", p->share_prefix, share); // fix_share_name_ok
}

// Whether the row makes sense without the file: lines of it cannot be changed here.
static bool is_written(const struct fix_item *i)
{
	return i->row->where == FIX_GLOBAL || i->row->where == FIX_SHARE;
}

static bool same_section(const struct fix_item *a, const struct fix_item *b)
{
	if (a->share == NULL || b->share == NULL)
		return a->share == b->share;
	return strcasecmp(a->share, b->share) == 0;
}

void fix_write_ini(FILE *out, const struct fix_plan *plan)
{
	const struct fix_item *previous = NULL;
	fix_comment(out, plan->platform, "for %s", plan->platform->file);
	for (const struct fix_item *i = plan->items; i != NULL; i = i->next) {
		if (!is_written(i))
			continue;
		if (previous == NULL || !same_section(previous, i))
			write_heading(out, plan->platform, i->share);
		fix_comment_item(out, plan->platform, i);
		if (i->row->value != NULL)
			fprintf(out, "%s = %s\n", i->row->name, i->row->value);
		else
			fix_comment(out, plan->platform, "take it out if it is there: %s", i->row->name);
		previous = i;
	}
}
