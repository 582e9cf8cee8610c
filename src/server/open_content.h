// SPDX-License-Identifier: Apache-2.0
// What the bytes of an open file look like, for the detectors: a few hundred bytes out of its first reads and
// writes, and of what the writes found there. Whoever encrypts files over a sealed session is seen by that.
//
// Nothing is looked at where detectors are off. Thread-safe: o->lock is taken.
#ifndef SIGNET_SERVER_OPEN_CONTENT_H
#define SIGNET_SERVER_OPEN_CONTENT_H

#include <stdint.h>

#include "base/span.h"
#include "event/event_watch.h"

enum {
	OPEN_CONTENTS_MAX = 32768,    // opens at once that have samples, of about 1 KiB; others go without
	OPEN_CONTENT_SLICE = 256,     // bytes that are looked at in one place
	OPEN_CONTENT_SLICES = 4,      // such places, spread over a read or write
	OPEN_CONTENT_BYTES_MAX = 4096 // that are looked at until its close, of what was read and written each
};

struct open;
struct open_content;

// The data of a READ.
void open_content_read(struct open *o, uint64_t offset, struct span data);
// The same for data that was not copied: what is in memory of that range is looked at in the file.
void open_content_read_in_place(struct open *o, uint64_t offset, uint64_t len);
// Before a WRITE: what it will replace, unless something was read or written before. Waits only if it may.
void open_content_before_write(struct open *o, uint64_t offset, uint64_t len, bool may_block);
// The data of a WRITE that was done.
void open_content_written(struct open *o, uint64_t offset, struct span data);
// Before the file is emptied. May wait.
void open_content_before_replace(struct open *o);
// What is known of it; false: nothing.
bool open_content_tell(struct open *o, struct event_content *out);
// With the open; NULL content is fine.
void open_content_free(struct open *o);

#endif
