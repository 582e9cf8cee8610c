// SPDX-License-Identifier: Apache-2.0
// The table of events for people (docs/events.md) and for programs.
#include <string.h>

#include "event/event_reasons.h"
#include "event/event_schema.h"

static const char introduction[] =
	"<!-- Generated from src/event by `signet help events-markdown`; a test compares the two. -->\n"
	"# Events\n"
	"\n"
	"`signet serve` writes one JSON object a line, to the file that `[server] events` names or to\n"
	"standard output. An object is flat: its `kind` says what happened and which other fields it can\n"
	"have. Fields marked *always* are there in every event of the kind; others only when they are known\n"
	"or not zero. New fields and kinds may be added; readers should pass over what they do not know.\n"
	"\n"
	"- Text is always valid UTF-8. Bytes from a client that are no Unicode text, lone surrogates\n"
	"  included, appear as `\\xHH` (in JSON: `\\\\xHH`), so that no client can make a line unreadable.\n"
	"  What is too long ends in `…`.\n"
	"- Names that a client gave (`domain`, `workstation`, `client_guid`, and `account` before success)\n"
	"  are claims.\n"
	"- Numbers that tie events together (`connection`, `session`, `file`) are unique for a server's "
	"run.\n"
	"- Writing never holds up a client. Lines wait in a buffer of 4 MiB; if the disk is so slow that it\n"
	"  fills, further events are dropped, and an `events_lost` with their `count` follows.\n"
	"- A line reaches the file within 20 ms. SIGHUP opens the file anew, for log rotation.\n"
	"\n"
	"Mappings: `kind` to [ECS](https://www.elastic.co/guide/en/ecs/current/) `event.category` and\n"
	"`event.type` and to an [OCSF](https://schema.ocsf.io/) class, and each field to its counterparts\n"
	"where there are any.\n";

static void print_kinds(FILE *out)
{
	fputs("\n## Kinds\n\n| kind | severity | what happened | ECS category / type | OCSF class |\n"
	      "| --- | --- | --- | --- | --- |\n",
		out);
	for (size_t i = 0; i < EVENT_KIND_COUNT; i++) {
		const struct event_kind_info *k = &event_kind_infos[i];
		fprintf(out, "| `%s` | %s | %s | %s / %s | %s |\n", k->name, event_severity_name(k->severity),
			k->help, k->ecs_category, k->ecs_type, k->ocsf_class);
	}
	fputs("\nSeverity is higher than that where something failed: `warning` for a failed "
	      "authentication,\n"
	      "`notice` for other failures.\n",
		out);
}

static void print_fields(FILE *out)
{
	fputs("\n## Fields\n\n| field | type | meaning | ECS | OCSF |\n| --- | --- | --- | --- | --- |\n",
		out);
	for (size_t i = 0; i < event_field_count; i++) {
		const struct event_field *f = &event_fields[i];
		fprintf(out, "| `%s` | %s%s%s | %s | %s | %s |\n", f->name, event_type_name(f->type),
			f->unit != NULL ? ", " : "", f->unit != NULL ? f->unit : "", f->help, f->ecs,
			f->ocsf);
	}
	fputs("\n`time` is RFC 3339 in UTC with microseconds; `hex` is a string such as `\"0x0012019f\"`;\n"
	      "`status` is an NTSTATUS by name, or in hex if it has none.\n",
		out);
}

static void print_part(FILE *out, const char *title, enum event_part part)
{
	fprintf(out, "\n%s:", title);
	for (size_t i = 0; i < event_field_count; i++) {
		if (event_fields[i].part == part)
			fprintf(out, " `%s`", event_fields[i].name);
	}
	fputs(".\n", out);
}

// Those that come of a connection or session and are not always there are told once, above.
static bool is_told_above(const struct event_field *f, size_t kind)
{
	bool common = f->part == EVENT_PART_CONNECTION || f->part == EVENT_PART_SESSION;
	return common && (f->always >> kind & 1) == 0;
}

static void print_fields_of_kind(FILE *out, size_t kind, bool always)
{
	const char *separator = "";
	for (size_t i = 0; i < event_field_count; i++) {
		const struct event_field *f = &event_fields[i];
		bool chosen = (f->may >> kind & 1) != 0 && (f->always >> kind & 1) == (always ? 1 : 0);
		if (!chosen || is_told_above(f, kind))
			continue;
		fprintf(out, "%s`%s`", separator, f->name);
		separator = " ";
	}
}

static void print_kinds_fields(FILE *out)
{
	fputs("\n## Which kind has which fields\n", out);
	print_part(out, "Events of a connection also have, when known", EVENT_PART_CONNECTION);
	print_part(out, "Events of a session also have, when known", EVENT_PART_SESSION);
	fputs("\n| kind | always | when known |\n| --- | --- | --- |\n", out);
	for (size_t i = 0; i < EVENT_KIND_COUNT; i++) {
		fprintf(out, "| `%s` | ", event_kind_infos[i].name);
		print_fields_of_kind(out, i, true);
		fputs(" | ", out);
		print_fields_of_kind(out, i, false);
		fputs(" |\n", out);
	}
}

static void print_reasons_of_kind(FILE *out, enum event_kind kind)
{
	const char *separator = "";
	for (size_t i = 0; i < event_reason_count; i++) {
		const struct event_reason *r = &event_reasons[i];
		if (r->kind != kind || strcmp(r->name, "other") == 0)
			continue;
		fprintf(out, "%s`%s`", separator, r->name);
		if (*r->help != 0)
			fprintf(out, " (%s)", r->help);
		separator = ", ";
	}
}

static void print_reasons(FILE *out)
{
	fputs("\n## Reasons\n\nThe words that `reason` (of `limit`: the field `limit`) can have. They are "
	      "also the\n"
	      "labels of the counters in [metrics.md](metrics.md).\n\n| kind | reasons |\n| --- | --- |\n",
		out);
	for (size_t i = 0; i < event_reason_count; i++) {
		if (i > 0 && event_reasons[i].kind == event_reasons[i - 1].kind)
			continue;
		fprintf(out, "| `%s` | ", event_kind_name(event_reasons[i].kind));
		print_reasons_of_kind(out, event_reasons[i].kind);
		fputs(" |\n", out);
	}
}

void event_schema_print_markdown(FILE *out)
{
	fputs(introduction, out);
	print_kinds(out);
	print_fields(out);
	print_kinds_fields(out);
	print_reasons(out);
}

static void print_kind_names(FILE *out, const char *name, event_kinds kinds)
{
	const char *separator = "";
	fprintf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < EVENT_KIND_COUNT; i++) {
		if ((kinds >> i & 1) == 0)
			continue;
		fprintf(out, "%s\"%s\"", separator, event_kind_infos[i].name);
		separator = ",";
	}
	fputs("]", out);
}

static void print_json_reasons(FILE *out)
{
	fputs("\n],\n\"reasons\":[\n", out);
	for (size_t i = 0; i < event_reason_count; i++)
		fprintf(out, "%s{\"kind\":\"%s\",\"name\":\"%s\"}", i == 0 ? "" : ",\n",
			event_kind_name(event_reasons[i].kind), event_reasons[i].name);
}

// The table's own texts need no escaping; a test parses this.
void event_schema_print_json(FILE *out)
{
	fputs("{\"kinds\":[", out);
	for (size_t i = 0; i < EVENT_KIND_COUNT; i++)
		fprintf(out, "%s\"%s\"", i == 0 ? "" : ",", event_kind_infos[i].name);
	fputs("],\n\"fields\":[\n", out);
	for (size_t i = 0; i < event_field_count; i++) {
		const struct event_field *f = &event_fields[i];
		fprintf(out, "%s{\"name\":\"%s\",\"type\":\"%s\"", i == 0 ? "" : ",\n", f->name,
			event_type_name(f->type));
		print_kind_names(out, "may", f->may);
		print_kind_names(out, "always", f->always);
		fputs("}", out);
	}
	print_json_reasons(out);
	fputs("\n]}\n", out);
}
