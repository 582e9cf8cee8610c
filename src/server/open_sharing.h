// SPDX-License-Identifier: Apache-2.0
// What the opens of one file are to each other: the list of them, sharing modes, byte-range locks, and the
// name of the stream that they have in common.
#ifndef SIGNET_SERVER_OPEN_SHARING_H
#define SIGNET_SERVER_OPEN_SHARING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/nt_status.h"

struct file;
struct file_stream;
struct open;

// With file->lock held. Into the file's list of opens, and out of it; the stream stays the caller's to put.
void open_attach(struct open *o, struct file *f, struct file_stream *s);
void open_detach(struct open *o);
// With file->lock held. SHARING_VIOLATION where access and sharing conflict with what others have open.
// (MS-FSA 2.1.5.1.2.2)
struct nt_status open_check_sharing(
	struct file *f, const struct file_stream *s, uint32_t access, uint32_t share_access) WARN_UNUSED;

// Whether others' byte-range locks forbid it to read (or write) there; also when it is closed. Takes
// file->lock.
bool open_range_is_locked(struct open *o, uint64_t offset, uint64_t length, bool writes);

// What its stream is called from now on, by all who have it open; false when that was changed too often, or
// memory is out. Takes file->lock.
bool open_rename_stream(struct open *o, const char *name) WARN_UNUSED;

#endif
