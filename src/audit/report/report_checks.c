// SPDX-License-Identifier: Apache-2.0
// The catalogue, for people and programs.
#include <errno.h>

#include "audit/report/report.h"
#include "audit/report/report_value.h"
#include "audit/report/report_wrap.h"

enum { CHECKS_WIDTH = 100 };

static const struct {
	unsigned bit;
	const char *name;
} ways[] = {
	{ CHECK_OBSERVED, "observed" },
	{ CHECK_OBSERVED_AUTH, "observed with credentials" },
	{ CHECK_LINT, "lint" },
};

static void put_check(FILE *out, const struct check *check)
{
	const char *separator = "";

	fprintf(out, "%s\n    %s (%s, grade %c; ", check->id, check->title,
		audit_severity_name(check->severity), check->grade);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		if (!(check->how & ways[i].bit))
			continue;
		fprintf(out, "%s%s", separator, ways[i].name);
		separator = ", ";
	}
	fputs(")\n", out);
	report_wrap(out, (struct wrap_shape){ .indent = 4, .width = CHECKS_WIDTH }, check->why);
}

static json_t *how_values(struct value_builder *b, const struct check *check)
{
	json_t *all = value_array(b);

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		if (check->how & ways[i].bit)
			value_append(b, all, value_literal(b, ways[i].name));
	}
	return all;
}

static json_t *remedy_values(struct value_builder *b, const struct check *check)
{
	json_t *o = value_object(b);

	for (enum platform p = 0; p < PLATFORM_COUNT; p++) {
		if (check->remedy[p])
			value_set(b, o, platform_name(p), value_literal(b, check->remedy[p]));
	}
	return o;
}

static json_t *check_value(struct value_builder *b, const struct check *check)
{
	json_t *o = value_object(b);

	value_set(b, o, "id", value_literal(b, check->id));
	value_set(b, o, "title", value_literal(b, check->title));
	value_set(b, o, "severity", value_literal(b, audit_severity_name(check->severity)));
	value_set(b, o, "grade", value_char(b, check->grade));
	value_set(b, o, "how", how_values(b, check));
	value_set(b, o, "why", value_literal(b, check->why));
	value_set(b, o, "references", value_references(b, check));
	value_set(b, o, "remedies", remedy_values(b, check));
	value_set(b, o, "may_break", value_literal(b, check->may_break));
	return o;
}

static int list_json(FILE *out)
{
	struct value_builder b;
	int result = 0;

	value_builder_init(&b);
	fputs("{\"format\":\"signet-checks\",\"version\":1,\"checks\":[", out);
	for (size_t i = 0; i < audit_check_count && result == 0; i++) {
		fputs(i == 0 ? "\n" : ",\n", out);
		result = value_write(&b, out, check_value(&b, &audit_checks[i]));
	}
	fputs("\n]}\n", out);
	value_builder_done(&b);
	return result;
}

int report_list_checks(FILE *out, bool json)
{
	int result = 0;

	if (json) {
		result = list_json(out);
	} else {
		for (size_t i = 0; i < audit_check_count; i++)
			put_check(out, &audit_checks[i]);
	}
	return result == 0 && ferror(out) ? -EIO : result;
}
