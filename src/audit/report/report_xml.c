// SPDX-License-Identifier: Apache-2.0
#include "audit/report/report_xml.h"

#include "audit/report/report_clean.h"

void xml_init(struct xml_writer *w, FILE *out)
{
	w->out = out;
	arena_init(&w->arena, NULL, 0);
}

void xml_done(struct xml_writer *w)
{
	arena_reset(&w->arena);
}

void xml_put_literal(struct xml_writer *w, const char *text)
{
	for (; text && *text; text++) {
		switch (*text) {
		case '<':
			fputs("&lt;", w->out);
			break;
		case '>':
			fputs("&gt;", w->out);
			break;
		case '&':
			fputs("&amp;", w->out);
			break;
		case '"':
			fputs("&quot;", w->out);
			break;
		case '\'':
			fputs("&#39;", w->out);
			break;
		default:
			fputc(*text, w->out);
		}
	}
}

void xml_put_text(struct xml_writer *w, const char *text)
{
	xml_put_literal(w, report_clean(&w->arena, text));
	arena_reset(&w->arena);
}

void xml_put_attribute(struct xml_writer *w, const char *name, const char *text)
{
	fprintf(w->out, " %s=\"", name);
	xml_put_text(w, text);
	fputc('"', w->out);
}
