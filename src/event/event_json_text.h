// SPDX-License-Identifier: Apache-2.0
// Private to this folder: values as JSON, straight into a writer.
#ifndef SIGNET_EVENT_EVENT_JSON_TEXT_H
#define SIGNET_EVENT_EVENT_JSON_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/nt_status.h"
#include "base/writer.h"

// As it is. Inline, as the length of most is known.
static inline void json_put_text(struct writer *w, const char *text)
{
	writer_bytes(w, text, strlen(text));
}

void json_put_word(struct writer *w, const char *word); // a string of the program's own: nothing is escaped
// A string of at most max bytes between its quotes; what is too long ends in an ellipsis.
void json_put_string(struct writer *w, const char *text, size_t max);
void json_put_decimal(struct writer *w, uint64_t value);
void json_put_hex(struct writer *w, uint64_t value, unsigned digits); // "0x..."
void json_put_bytes(struct writer *w, const uint8_t *bytes, size_t len);
void json_put_time(struct writer *w, uint64_t us); // RFC 3339: "2026-01-31T12:00:00.000001Z"
void json_put_status(struct writer *w, struct nt_status status);
const char *json_dialect_text(uint16_t dialect);

#endif
