// SPDX-License-Identifier: Apache-2.0
// The end of an open, whoever asks for it: CLOSE, the end of its tree or session, or of the connection
// (MS-SMB2 3.3.5.10).
#ifndef SIGNET_SERVER_OPEN_CLOSE_H
#define SIGNET_SERVER_OPEN_CLOSE_H

#include <stdbool.h>

struct open;
struct session;
struct tree;

// Lets go of locks and watches, deletes the file if that was due, tells of it, and takes it out of its
// session; the caller's reference stays his. May block. Idempotent. reason: for the event; it must live for
// ever.
void open_close(struct open *o, const char *reason);
void opens_close_of_tree(struct session *s, struct tree *t);
// Whether closing it is more than letting go of a descriptor, so that it belongs on a worker.
bool open_close_blocks(struct open *o);

#endif
