// SPDX-License-Identifier: Apache-2.0
// LOCK (MS-SMB2 3.3.5.14).
#include "wire/smb2/smb2_lock.h"

#include "server/command_rules.h"
#include "server/connection.h"
#include "server/file_table.h"
#include "server/lock_wait.h"
#include "server/open.h"
#include "server/park.h"
#include "server/request.h"
#include "wire/dtyp/access_mask.h"

enum { LOCK_ELEMENTS_MAX = 1024 };

void lock_waiters_wake(struct range_lock_waiter *list, struct nt_status status)
{
	struct range_lock_waiter *next;
	for (struct range_lock_waiter *w = list; w != NULL; w = next) {
		next = w->next; // gone with its request once that is woken
		request_wake(w->user, status);
	}
}

static void cancel_lock(struct request *req)
{
	struct range_lock_waiter *w = req->waiting_on;
	struct open *o = req->open;
	pthread_mutex_lock(&o->file->lock);
	bool waited = o->stream != NULL && range_locks_cancel(&o->stream->locks, w);
	pthread_mutex_unlock(&o->file->lock);
	if (waited)
		request_wake(req, STATUS(CANCELLED));
}

static struct nt_status respond(struct request *req, struct nt_status status)
{
	if (nt_status_ok(status))
		smb2_lock_response_encode(req->out, &(struct smb2_lock_response){ 0 });
	return status;
}

static bool is_unlock(const struct smb2_lock_request *m)
{
	return (smb2_lock_element_at(m, 0).flags & SMB2_LOCKFLAG_UNLOCK) != 0;
}

// Flags may only be these, and all of one kind (MS-SMB2 3.3.5.14.1, .2).
static bool element_flags_fine(uint32_t flags, bool unlock, bool alone)
{
	if (unlock)
		return flags == SMB2_LOCKFLAG_UNLOCK;
	switch (flags) {
	case SMB2_LOCKFLAG_SHARED_LOCK:
	case SMB2_LOCKFLAG_EXCLUSIVE_LOCK:
		return alone; // who waits, waits for one
	case SMB2_LOCKFLAG_SHARED_LOCK | SMB2_LOCKFLAG_FAIL_IMMEDIATELY:
	case SMB2_LOCKFLAG_EXCLUSIVE_LOCK | SMB2_LOCKFLAG_FAIL_IMMEDIATELY:
		return true;
	default:
		return false;
	}
}

// The elements up to the first whose flags are not fine: *count of them.
static struct nt_status decode_elements(struct request *req, const struct smb2_lock_request *m,
	struct range_lock_element **out, uint16_t *count)
{
	if (m->lock_count == 0 || m->lock_count > LOCK_ELEMENTS_MAX)
		return STATUS(INVALID_PARAMETER);
	bool unlock = is_unlock(m);
	*count = 0;
	*out = arena_alloc(req->arena, m->lock_count * sizeof(**out));
	if (*out == NULL)
		return STATUS(NO_MEMORY);
	for (uint16_t i = 0; i < m->lock_count; i++, (*count)++) {
		struct smb2_lock_element e = smb2_lock_element_at(m, i);
		if (!element_flags_fine(e.flags, unlock, m->lock_count == 1))
			return STATUS(SUCCESS);
		(*out)[i] = (struct range_lock_element){
			.offset = e.offset,
			.length = e.length,
			.exclusive = (e.flags & SMB2_LOCKFLAG_EXCLUSIVE_LOCK) != 0,
		};
	}
	return STATUS(SUCCESS);
}

// Elements are unlocked in turn until one is wrong, and stay so (MS-SMB2 3.3.5.14.1). all: they are all
// that the request had.
static struct nt_status unlock(
	struct request *req, const struct range_lock_element *elements, size_t count, bool all)
{
	struct open *o = req->open;
	struct nt_status status = STATUS(FILE_CLOSED);
	struct range_lock_waiter *granted = NULL;
	pthread_mutex_lock(&o->file->lock);
	if (o->stream != NULL) {
		status = range_locks_unlock(&o->stream->locks, &o->locks, elements, count);
		granted = range_locks_grant(&o->stream->locks);
	}
	pthread_mutex_unlock(&o->file->lock);
	lock_waiters_wake(granted, STATUS(SUCCESS));
	if (nt_status_ok(status) && !all)
		status = STATUS(INVALID_PARAMETER);
	return respond(req, status);
}

static struct nt_status lock(
	struct request *req, const struct range_lock_element *elements, size_t count, bool waits)
{
	struct open *o = req->open;
	struct range_lock_waiter *waiter = waits ? arena_zalloc(req->arena, sizeof(*waiter)) : NULL;
	if (waits && waiter == NULL)
		return STATUS(NO_MEMORY);
	if (waits) {
		waiter->user = req;
		req->waiting_on = waiter;
		request_park(req, cancel_lock, respond); // before it can be granted on another thread
	}
	struct nt_status status = STATUS(FILE_CLOSED);
	pthread_mutex_lock(&o->file->lock);
	if (o->stream != NULL)
		status = range_locks_lock(&o->stream->locks, &o->locks, elements, count, waiter);
	pthread_mutex_unlock(&o->file->lock);
	if (nt_status_equal(status, STATUS(PENDING)))
		return status;
	if (waits)
		request_unpark(req);
	return respond(req, status);
}

struct nt_status serve_lock(struct request *req)
{
	struct smb2_lock_request m;
	struct range_lock_element *elements = NULL;
	if (smb2_lock_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if (req->open->file == NULL || req->open->is_directory)
		return STATUS(INVALID_DEVICE_REQUEST);
	if ((req->open->granted_access & (FILE_READ_DATA | FILE_WRITE_DATA)) == 0)
		return STATUS(ACCESS_DENIED);
	uint16_t count = 0;
	struct nt_status status = decode_elements(req, &m, &elements, &count);
	if (!nt_status_ok(status))
		return status;
	if (is_unlock(&m))
		return unlock(req, elements, count, count == m.lock_count);
	if (count != m.lock_count) // before anything is locked (MS-SMB2 3.3.5.14.2)
		return STATUS(INVALID_PARAMETER);
	bool waits = (smb2_lock_element_at(&m, 0).flags & SMB2_LOCKFLAG_FAIL_IMMEDIATELY) == 0;
	if (waits && !request_may_park(req))
		return STATUS(INSUFFICIENT_RESOURCES);
	return lock(req, elements, m.lock_count, waits);
}
