// SPDX-License-Identifier: Apache-2.0
// Text between and inside of tags, of XML and of HTML.
#ifndef SIGNET_AUDIT_REPORT_REPORT_XML_H
#define SIGNET_AUDIT_REPORT_REPORT_XML_H

#include <stdio.h>

#include "base/arena.h"

struct xml_writer {
	FILE *out;
	struct arena arena; // of cleaned texts, reset now and then
};

void xml_init(struct xml_writer *w, FILE *out);
void xml_done(struct xml_writer *w);

// Cleaned (report_clean.h) and escaped; fits between tags and between double or single quotes. NULL: nothing.
void xml_put_text(struct xml_writer *w, const char *text);
// The program's own text: escaped, lines stay lines.
void xml_put_literal(struct xml_writer *w, const char *text);
// ` name="text"`
void xml_put_attribute(struct xml_writer *w, const char *name, const char *text);

#endif
