// SPDX-License-Identifier: Apache-2.0
// Static Analysis Results Interchange Format 2.1.0. A finding of a file has its place there; one of a host
// has the host and share as logical location, and smb://host:port as artifact, which viewers group by.
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "audit/report/report.h"
#include "audit/report/report_clean.h"
#include "audit/report/report_sarif_rules.h"
#include "audit/report/report_summary.h"
#include "audit/report/report_value.h"

enum { URI_MAX = 3 * 4096 + 64 };

// RFC 3986: unreserved characters and the path's slashes stay, each other byte is %XX.
static const char *uri_escape(struct arena *a, const char *prefix, const char *text)
{
	char out[URI_MAX];
	size_t used = 0;

	for (; *text && used + 4 < sizeof(out); text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~/", *text))
			out[used++] = *text;
		else
			used += (size_t)snprintf(out + used, 4, "%%%02X", (unsigned char)*text);
	}
	out[used] = 0;
	return arena_printf(a, "%s%s", prefix, out);
}

static const char *host_uri(struct value_builder *b, const struct audit_subject *s, const char *subject)
{
	bool is_ipv6 = address_is_ipv6(s->address);
	const char *host = is_ipv6 ? s->address : uri_escape(&b->arena, "", s->address);
	const char *path = subject ? uri_escape(&b->arena, "/", subject) : "";
	const char *uri = NULL;

	if (host && path)
		uri = arena_printf(
			&b->arena, is_ipv6 ? "smb://[%s]:%u%s" : "smb://%s:%u%s", host, s->port, path);
	b->failed |= !uri;
	return uri;
}

static json_t *artifact_value(struct value_builder *b, const char *uri)
{
	json_t *physical = value_object(b), *artifact = value_object(b);

	value_set(b, artifact, "uri", value_text(b, uri));
	value_set(b, physical, "artifactLocation", artifact);
	return physical;
}

static json_t *file_location(struct value_builder *b, const char *file, unsigned line)
{
	json_t *location = value_object(b), *region = value_object(b), *physical;

	physical = artifact_value(b, uri_escape(&b->arena, *file == '/' ? "file://" : "", file));
	// A setting that is not there is wanting in the whole file; services want a line to show it at.
	value_set(b, region, "startLine", json_integer(line ? line : 1));
	value_set(b, physical, "region", region);
	value_set(b, location, "physicalLocation", physical);
	return location;
}

static json_t *host_location(struct value_builder *b, const struct audit_subject *s, const char *subject)
{
	json_t *location = value_object(b), *logical = value_object(b), *all = value_array(b);

	value_set(b, location, "physicalLocation", artifact_value(b, host_uri(b, s, NULL)));
	value_set(b, logical, "name", value_text(b, subject ? subject : s->address));
	value_set(b, logical, "fullyQualifiedName", value_text(b, host_uri(b, s, subject)));
	value_set(b, logical, "kind", value_literal(b, "resource"));
	value_append(b, all, logical);
	value_set(b, location, "logicalLocations", all);
	return location;
}

static json_t *locations_value(struct value_builder *b, const struct audit_report *r,
	const struct audit_subject *s, const struct audit_finding *f)
{
	json_t *all = value_array(b);

	value_append(b, all,
		r->is_lint ? file_location(b, f->file ? f->file : s->address, f->line)
			   : host_location(b, s, f->subject));
	return all;
}

static const char *message_text(struct value_builder *b, const struct audit_finding *f)
{
	const char *text = finding_message(f);

	for (const struct evidence *e = f->evidence; e && text; e = e->next)
		text = arena_printf(&b->arena, "%s | %s -> %s", text, e->sent, e->received);
	b->failed |= !text;
	return text;
}

static json_t *fingerprints_value(
	struct value_builder *b, const struct audit_subject *s, const struct audit_finding *f)
{
	json_t *o = value_object(b);
	const char *text = arena_printf(
		&b->arena, "%s:%u/%s/%s", s->address, s->port, f->check->id, f->subject ? f->subject : "");

	b->failed |= !text;
	value_set(b, o, "findingIdentity/v1", value_text(b, text));
	return o;
}

static json_t *suppressions_value(struct value_builder *b, const char *waiver)
{
	json_t *all = value_array(b), *one;

	if (waiver) {
		one = value_object(b);
		value_set(b, one, "kind", value_literal(b, "external"));
		value_set(b, one, "status", value_literal(b, "accepted"));
		value_set(b, one, "justification", value_text(b, waiver));
		value_append(b, all, one);
	}
	return all;
}

static json_t *result_value(struct value_builder *b, const struct audit_report *r,
	const struct audit_subject *s, const struct audit_finding *f)
{
	json_t *o = value_object(b), *message = value_object(b), *properties = value_object(b);

	value_set(b, o, "ruleId", value_literal(b, f->check->id));
	value_set(b, o, "ruleIndex", json_integer((json_int_t)(f->check - audit_checks)));
	value_set(b, o, "level", value_literal(b, sarif_level(f->severity)));
	value_set(b, message, "text", value_text(b, message_text(b, f)));
	value_set(b, o, "message", message);
	value_set(b, o, "locations", locations_value(b, r, s, f));
	value_set(b, o, "partialFingerprints", fingerprints_value(b, s, f));
	value_set(b, o, "suppressions", suppressions_value(b, f->waiver));
	if (r->has_baseline)
		value_set(b, o, "baselineState", value_literal(b, f->known ? "unchanged" : "new"));
	value_set(b, properties, "severity", value_literal(b, audit_severity_name(f->severity)));
	value_set(b, properties, "grade", value_char(b, f->grade));
	value_set(b, o, "properties", properties);
	return o;
}

static json_t *notification_value(struct value_builder *b, const struct audit_subject *s, const char *level,
	const char *text, const struct check *about)
{
	json_t *o = value_object(b), *message = value_object(b), *rule;
	const char *line = s ? arena_printf(&b->arena, "%s: %s", s->address, text) : text;

	b->failed |= !line;
	value_set(b, o, "level", value_literal(b, level));
	value_set(b, message, "text", value_text(b, line));
	value_set(b, o, "message", message);
	if (about) {
		rule = value_object(b);
		value_set(b, rule, "id", value_literal(b, about->id));
		value_set(b, o, "associatedRule", rule);
	}
	return o;
}

static json_t *notifications_value(struct value_builder *b, const struct audit_report *r)
{
	json_t *all = value_array(b);

	for (const struct report_note *n = r->notes; n; n = n->next)
		value_append(b, all, notification_value(b, NULL, "warning", n->text, NULL));
	for (const struct audit_subject *s = r->subjects; s; s = s->next) {
		if (s->outcome != AUDIT_DONE)
			value_append(b, all,
				notification_value(b, s, s->outcome == AUDIT_PARTIAL ? "warning" : "error",
					s->error ? s->error : outcome_name(s->outcome), NULL));
		for (const struct open_question *q = s->open; q; q = q->next)
			value_append(b, all, notification_value(b, s, "note", q->reason, q->check));
	}
	return all;
}

static json_t *invocations_value(struct value_builder *b, const struct audit_report *r)
{
	json_t *all = value_array(b), *o = value_object(b);

	value_set(b, o, "executionSuccessful", json_boolean(report_summarise(r).answered > 0));
	if (r->command)
		value_set(b, o, "commandLine", value_text(b, r->command));
	if (r->begun_us)
		value_set(b, o, "startTimeUtc", value_time(b, r->begun_us));
	if (r->ended_us)
		value_set(b, o, "endTimeUtc", value_time(b, r->ended_us));
	value_set(b, o, "toolExecutionNotifications", notifications_value(b, r));
	value_append(b, all, o);
	return all;
}

static json_t *tool_value(struct value_builder *b)
{
	json_t *tool = value_object(b), *driver = value_object(b);

	value_set(b, driver, "name", value_literal(b, "Signet"));
	value_set(b, driver, "version", value_literal(b, SIGNET_VERSION));
	value_set(b, driver, "rules", sarif_rules(b));
	value_set(b, tool, "driver", driver);
	return tool;
}

static int write_results(struct value_builder *b, FILE *out, const struct audit_report *r)
{
	bool first = true;

	for (const struct audit_subject *s = r->subjects; s; s = s->next) {
		for (const struct audit_finding *f = s->findings; f; f = f->next, first = false) {
			int result;

			fputs(first ? "\n" : ",\n", out);
			result = value_write(b, out, result_value(b, r, s, f));
			if (result != 0)
				return result;
		}
	}
	return 0;
}

int report_write_sarif(FILE *out, const struct audit_report *r)
{
	struct value_builder b;
	int result;

	value_builder_init(&b);
	fputs("{\"$schema\":\"https://json.schemastore.org/"
	      "sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n\"tool\":",
		out);
	result = value_write(&b, out, tool_value(&b));
	fprintf(out, ",\n\"automationDetails\":{\"id\":\"signet/%s/\"},\n\"invocations\":",
		r->is_lint ? "lint" : "audit");
	if (result == 0)
		result = value_write(&b, out, invocations_value(&b, r));
	fputs(",\n\"columnKind\":\"unicodeCodePoints\",\n\"results\":[", out);
	if (result == 0)
		result = write_results(&b, out, r);
	fputs("\n]}]}\n", out);
	value_builder_done(&b);
	return result == 0 && ferror(out) ? -EIO : result;
}
