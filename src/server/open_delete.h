// SPDX-License-Identifier: Apache-2.0
// Deleting: asked for through an open, done when the last one of the file (or stream) is closed
// (MS-FSA 2.1.5.4, 2.1.5.15.3).
#ifndef SIGNET_SERVER_OPEN_DELETE_H
#define SIGNET_SERVER_OPEN_DELETE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nt_status.h"

struct open;

// Whether this object may be deleted at all: not read-only, no share's root, no directory with
// something in it. attributes are the file's. May block.
struct nt_status delete_check(const struct open *o, uint32_t attributes) WARN_UNUSED;
// FileDispositionInformation: marks what the open is of for deletion, or takes that back. May block.
struct nt_status open_set_delete(struct open *o, bool delete_pending) WARN_UNUSED;
// What the open is of was marked for deletion: who watches it as a directory is told. No lock held.
void open_tell_watchers(struct open *o);
// With file->lock held, after the open was detached: whether it was the last one of something that
// is to be deleted.
bool open_delete_is_due(const struct open *o);
// Deletes it and tells of it. May block; no lock held.
void open_delete(struct open *o);

#endif
