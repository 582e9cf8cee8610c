// SPDX-License-Identifier: Apache-2.0
// GUID (MS-DTYP 2.3.4.2), kept as its 16 bytes on the wire: copied and compared, seldom looked into.
#ifndef SIGNET_WIRE_DTYP_GUID_H
#define SIGNET_WIRE_DTYP_GUID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	GUID_LEN = 16,
	GUID_TEXT_SIZE = 37, // "01234567-89ab-cdef-0123-456789abcdef" and its terminator
};

struct guid {
	uint8_t bytes[GUID_LEN];
};

struct guid reader_guid(struct reader *r);
void writer_guid(struct writer *w, const struct guid *g);

bool guid_equal(const struct guid *a, const struct guid *b);
bool guid_is_null(const struct guid *g);
// A random one (version 4).
struct guid guid_random(void);
// Lower case, without braces.
void guid_to_text(const struct guid *g, char out[GUID_TEXT_SIZE]);
// The form of guid_to_text, in either case, with or without braces; false leaves *out alone.
bool guid_from_text(const char *text, struct guid *out) WARN_UNUSED;

#endif
