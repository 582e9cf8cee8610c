// SPDX-License-Identifier: Apache-2.0
// Who watches which directory: MS-SMB2 3.3.5.19 and MS-FSA 2.1.5.11 (server requests change
// notifications), for all connections of the server.
//
// A watch belongs to an open directory handle and starts with its first CHANGE_NOTIFY; from then on
// changes are collected, and requests take what was collected. The server's own operations report
// what they did; what other processes do in a watched directory itself (not below it, for a watch
// of a tree) comes from the kernel (notify_source.h). Thread-safe throughout; completions are called
// without any lock held.
#ifndef SIGNET_SERVER_STATE_NOTIFY_H
#define SIGNET_SERVER_STATE_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/nt_status.h"
#include "base/span.h"

enum {
	NOTIFY_BUFFER_LEN_MAX = 64 * 1024, // encoded records that one watch keeps at most
	NOTIFY_REQUESTS_PER_WATCH_MAX = 512,
	NOTIFY_PATH_DEPTH_MAX = 256, // ancestors looked up for one report
	NOTIFY_PATH_LEN_MAX = 4096,  // bytes of a path, for external changes
	NOTIFY_MARKS_MAX = 4096,     // directories watched for external changes
};

// CompletionFilter (MS-SMB2 2.2.35)
enum {
	NOTIFY_CHANGE_FILE_NAME = 0x001,
	NOTIFY_CHANGE_DIR_NAME = 0x002,
	NOTIFY_CHANGE_ATTRIBUTES = 0x004,
	NOTIFY_CHANGE_SIZE = 0x008,
	NOTIFY_CHANGE_LAST_WRITE = 0x010,
	NOTIFY_CHANGE_LAST_ACCESS = 0x020,
	NOTIFY_CHANGE_CREATION = 0x040,
	NOTIFY_CHANGE_EA = 0x080,
	NOTIFY_CHANGE_SECURITY = 0x100,
	NOTIFY_CHANGE_STREAM_NAME = 0x200,
	NOTIFY_CHANGE_STREAM_SIZE = 0x400,
	NOTIFY_CHANGE_STREAM_WRITE = 0x800,
	NOTIFY_CHANGE_ALL = 0xFFF,
};

// FILE_NOTIFY_INFORMATION.Action (MS-FSCC 2.7.1)
enum notify_action {
	NOTIFY_ADDED = 1,
	NOTIFY_REMOVED = 2,
	NOTIFY_MODIFIED = 3,
	NOTIFY_RENAMED_OLD_NAME = 4,
	NOTIFY_RENAMED_NEW_NAME = 5,
	NOTIFY_ADDED_STREAM = 6,
	NOTIFY_REMOVED_STREAM = 7,
	NOTIFY_MODIFIED_STREAM = 8,
};

struct notify_registry;
struct notify_watch;

// One pending CHANGE_NOTIFY, embedded in the server's request. It must stay where it is until it was
// completed or cancelled.
struct notify_request {
	uint32_t output_len_max; // OutputBufferLength
	// Called once, from any thread, without locks, when the request ends other than by
	// notify_request_cancel() or at once in notify_request_start(); the request is the callee's
	// again. The result is in status and records.
	void (*complete)(struct notify_request *request);
	void *user;

	// The result. SUCCESS with records; NOTIFY_ENUM_DIR, NOTIFY_CLEANUP, DELETE_PENDING or another
	// error without.
	struct nt_status status;
	uint8_t *records; // encoded FILE_NOTIFY_INFORMATION list, malloc'ed, may be NULL; see
			  // notify_request_done()
	size_t records_len;

	struct notify_watch *watch; // private from here on
	struct notify_request *next;
	struct notify_request *prev;
};

// external: also hear of what other processes change (needs the kernel's help; without it the
// registry works for the server's own changes alone). NULL when memory is out.
struct notify_registry *notify_registry_new(bool external) WARN_UNUSED;
// No watch may be left.
void notify_registry_free(struct notify_registry *reg);

// For the loop that feeds external changes in: a descriptor that becomes readable, -1 when there is
// none. Dispatch does not block; it may call completions; one thread at a time.
int notify_registry_fd(const struct notify_registry *reg);
void notify_registry_dispatch(struct notify_registry *reg);

struct notify_watch_config {
	uint64_t share_id; // names a tree of paths
	const char
		*path;  // of the directory: share-relative, '/' between components, real case; "" is the root
	bool recursive; // SMB2_WATCH_TREE
	uint32_t filter;         // NOTIFY_CHANGE_*
	uint32_t buffer_len_max; // OutputBufferLength of the first request; clipped to NOTIFY_BUFFER_LEN_MAX
	int dir_fd;              // the directory for external changes, borrowed for the call; -1: none
	// Whether the watch may hear of this path (with ":stream" for streams). Called under the registry's
	// lock as long as there is the watch; NULL: of all.
	bool (*may_hear)(void *user, const char *path);
	void *may_hear_user;
};

// The watch of a handle, from its first CHANGE_NOTIFY on; what later requests of that handle say about
// filter and tree is ignored, as Windows does. NULL when memory is out.
struct notify_watch *notify_watch_add(
	struct notify_registry *reg, const struct notify_watch_config *config) WARN_UNUSED;
// The handle closes: pending requests complete with status (NOTIFY_CLEANUP for a close or log-off),
// the watch is gone.
void notify_watch_remove(struct notify_registry *reg, struct notify_watch *watch, struct nt_status status);
// Keeps the watch's memory while somebody starts a request on it that its handle may be closed under.
struct notify_watch *notify_watch_ref(struct notify_registry *reg, struct notify_watch *watch);
void notify_watch_unref(struct notify_registry *reg, struct notify_watch *watch);
// Completes what is pending with status and keeps the watch: DELETE_PENDING when the watched directory
// was marked for deletion.
void notify_watch_flush(struct notify_registry *reg, struct notify_watch *watch, struct nt_status status);
// The same for all watches of a directory: when its delete disposition was set.
void notify_path_flush(
	struct notify_registry *reg, uint64_t share_id, const char *path, struct nt_status status);

// PENDING: queued, complete() follows. Anything else is the result, also found in the request, and
// complete() is not called. INSUFFICIENT_RESOURCES beyond NOTIFY_REQUESTS_PER_WATCH_MAX.
struct nt_status notify_request_start(
	struct notify_registry *reg, struct notify_watch *watch, struct notify_request *request) WARN_UNUSED;
// True: taken out of the queue, the caller completes it with CANCELLED and complete() is not called.
// False: complete() was or is being called.
bool notify_request_cancel(struct notify_registry *reg, struct notify_request *request) WARN_UNUSED;
// Frees the records of a completed request.
void notify_request_done(struct notify_request *request);

// What the server did itself. path: share-relative as above, of the object itself; for streams
// "dir/file:stream" (with the actions *_STREAM). filter: the NOTIFY_CHANGE_* bits that this change
// counts as: FILE_NAME or DIR_NAME for names, ...; a watch hears of it when one bit is in its filter.
void notify_report(struct notify_registry *reg, uint64_t share_id, const char *path,
	enum notify_action action, uint32_t filter);
// A rename: a watch that sees both names in one directory gets OLD_NAME and NEW_NAME together, one
// that sees them in two directories (or one of them alone) REMOVED and ADDED. filter: FILE_NAME or
// DIR_NAME; with DIR_NAME, watches on and below the old path follow it to the new one.
void notify_report_rename(struct notify_registry *reg, uint64_t share_id, const char *old_path,
	const char *new_path, uint32_t filter);

#endif
