// SPDX-License-Identifier: Apache-2.0
// Events in SQLite, for `signet alerts`, `signet sessions` and who else wants to ask: DIR/signet.db, with
// tables of sessions, alerts and all events. Written in batches; a reader is never in the way (WAL).
#ifndef SIGNET_SINK_DATABASE_H
#define SIGNET_SINK_DATABASE_H

#include <stdbool.h>
#include <stdint.h>
#include <sqlite3.h>

#include "sink/outlet.h"

enum {
	DATABASE_VERSION = 1,     // of its schema: user_version
	DATABASE_BATCH = 2048,    // events that are written together, at most
	DATABASE_BUSY_MS = 10000, // how long to wait for another who writes
};

// Makes the directory (0700) and the database (0600) if they are missing. False: what is wrong was said on
// standard error.
bool database_open(const char *directory, struct outlet *out) WARN_UNUSED;
// For questions. NULL: there is none, or it is of another version; that was said on standard error.
sqlite3 *database_open_for_reading(const char *directory) WARN_UNUSED;

// The highest number of an incident in it; 0: none, or it cannot be asked.
uint64_t database_last_incident(const char *directory) WARN_UNUSED;

#endif
