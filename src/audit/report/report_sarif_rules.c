// SPDX-License-Identifier: Apache-2.0
#include "audit/report/report_sarif_rules.h"

#include <stdlib.h>

const char *sarif_level(enum audit_severity s)
{
	return s >= AUDIT_HIGH ? "error" : s == AUDIT_MEDIUM ? "warning" : "note";
}

// What code scanning services sort by: from 9.0 critical, from 7.0 high, from 4.0 medium, above 0 low.
static const char *security_severity(enum audit_severity s)
{
	static const char *const scores[] = {
		[AUDIT_INFO] = "0.0",
		[AUDIT_LOW] = "3.0",
		[AUDIT_MEDIUM] = "5.5",
		[AUDIT_HIGH] = "8.0",
		[AUDIT_CRITICAL] = "9.5",
	};

	return scores[s];
}

static json_t *message_value(struct value_builder *b, const char *text)
{
	json_t *o = value_object(b);

	value_set(b, o, "text", value_literal(b, text));
	return o;
}

static void help_add_remedies(FILE *out, const struct check *check, bool markdown)
{
	for (enum platform p = 0; p < PLATFORM_COUNT; p++) {
		if (!check->remedy[p])
			continue;
		if (markdown)
			fprintf(out, "\n**%s**\n\n```\n%s\n```\n", platform_name(p), check->remedy[p]);
		else
			fprintf(out, "\n%s:\n%s\n", platform_name(p), check->remedy[p]);
	}
	if (check->may_break)
		fprintf(out, markdown ? "\n*May break:* %s\n" : "\nMay break: %s\n", check->may_break);
}

static void help_add_references(FILE *out, const struct check *check)
{
	for (size_t i = 0; i < CHECK_REFERENCES_MAX && check->references[i].source; i++)
		fprintf(out, "%s%s %s", i == 0 ? "\nReferences: " : "; ", check->references[i].source,
			check->references[i].id);
	if (check->references[0].source)
		fputs(".\n", out);
}

static json_t *help_text(struct value_builder *b, const struct check *check, bool markdown)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	json_t *value = NULL;

	if (out) {
		fprintf(out, "%s\n", check->why);
		help_add_remedies(out, check, markdown);
		help_add_references(out, check);
		if (fclose(out) == 0)
			value = value_literal(b, text);
		free(text);
	}
	b->failed |= !value;
	return value;
}

static json_t *help_value(struct value_builder *b, const struct check *check)
{
	json_t *o = value_object(b);

	value_set(b, o, "text", help_text(b, check, false));
	value_set(b, o, "markdown", help_text(b, check, true));
	return o;
}

static json_t *rule_properties(struct value_builder *b, const struct check *check)
{
	json_t *o = value_object(b), *tags = value_array(b);

	value_append(b, tags, value_literal(b, "security"));
	value_append(b, tags, value_literal(b, "smb"));
	for (size_t i = 0; i < CHECK_REFERENCES_MAX && check->references[i].source; i++)
		value_append(b, tags,
			value_literal(b, arena_printf(&b->arena, "%s %s", check->references[i].source,
						 check->references[i].id)));
	value_set(b, o, "tags", tags);
	value_set(b, o, "security-severity", value_literal(b, security_severity(check->severity)));
	value_set(b, o, "precision", value_literal(b, "very-high"));
	value_set(b, o, "grade", value_char(b, check->grade));
	return o;
}

static json_t *rule_value(struct value_builder *b, const struct check *check)
{
	json_t *o = value_object(b), *configuration = value_object(b);

	value_set(b, o, "id", value_literal(b, check->id));
	value_set(b, o, "shortDescription", message_value(b, check->title));
	value_set(b, o, "fullDescription", message_value(b, check->why));
	value_set(b, o, "help", help_value(b, check));
	value_set(b, configuration, "level", value_literal(b, sarif_level(check->severity)));
	value_set(b, o, "defaultConfiguration", configuration);
	value_set(b, o, "properties", rule_properties(b, check));
	return o;
}

json_t *sarif_rules(struct value_builder *b)
{
	json_t *all = value_array(b);

	for (size_t i = 0; i < audit_check_count; i++)
		value_append(b, all, rule_value(b, &audit_checks[i]));
	return all;
}
