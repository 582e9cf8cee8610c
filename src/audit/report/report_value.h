// SPDX-License-Identifier: Apache-2.0
// JSON values from a report's texts, with one place that remembers that memory went out.
#ifndef SIGNET_AUDIT_REPORT_REPORT_VALUE_H
#define SIGNET_AUDIT_REPORT_REPORT_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "audit/catalogue.h"
#include "base/arena.h"

struct value_builder {
	struct arena arena; // of the cleaned texts
	bool failed;        // sticky; what is built then is not written
};

void value_builder_init(struct value_builder *b);
void value_builder_done(struct value_builder *b);

// Never NULL unless the builder has failed; NULL texts are null.
json_t *value_text(struct value_builder *b, const char *text);
json_t *value_literal(struct value_builder *b, const char *text); // the program's own: lines stay lines
json_t *value_char(struct value_builder *b, char c);
json_t *value_time(struct value_builder *b, uint64_t us); // RFC 3339 in UTC, milliseconds; 0 is null
json_t *value_object(struct value_builder *b);
json_t *value_array(struct value_builder *b);
// A check's references: source and id of each.
json_t *value_references(struct value_builder *b, const struct check *check);
// These take value, whatever becomes of it.
void value_set(struct value_builder *b, json_t *object, const char *key, json_t *value);
void value_append(struct value_builder *b, json_t *array, json_t *value);
// On one line, and frees it. 0 or a negative errno.
int value_write(struct value_builder *b, FILE *out, json_t *value);

enum { VALUE_TIME_LEN = 32 };
void value_format_time(uint64_t us, char out[VALUE_TIME_LEN]);

#endif
