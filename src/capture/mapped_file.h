// SPDX-License-Identifier: Apache-2.0
// A part of a file, mapped: its bytes are looked at where the kernel keeps them, and those that nobody looks
// at are never fetched. Of a file that somebody cuts short, or that cannot be read, what is gone reads as
// zeros instead of ending the process with SIGBUS. One thread.
#ifndef SIGNET_CAPTURE_MAPPED_FILE_H
#define SIGNET_CAPTURE_MAPPED_FILE_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct mapped_file {
	const uint8_t *bytes; // NULL: nothing is mapped
	size_t len;
	size_t page_len;
	volatile sig_atomic_t is_cut; // some of it was gone when it was looked at
	struct mapped_file *next;     // of all that are mapped
};

// Takes SIGBUS over; a fault elsewhere ends the process as before. 0 or a negative errno.
int mapped_file_init(struct mapped_file *w) WARN_UNUSED;
// Maps the file from offset (a multiple of the page size) to its end, at most max bytes of it; none at its
// end. 0 or a negative errno.
int mapped_file_move(struct mapped_file *w, int fd, uint64_t offset, size_t max) WARN_UNUSED;
void mapped_file_done(struct mapped_file *w);

#endif
