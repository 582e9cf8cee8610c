// SPDX-License-Identifier: Apache-2.0
#include "server/state/notify_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "server/state/notify.h"

enum { MARK_BUCKETS = 1024 };

#define CONTENT_EVENTS (FAN_CREATE | FAN_DELETE | FAN_ATTRIB | FAN_MODIFY | FAN_ONDIR | FAN_EVENT_ON_CHILD)
#define EVENTS_WITH_RENAME (CONTENT_EVENTS | FAN_RENAME)
#define EVENTS_WITHOUT_RENAME (CONTENT_EVENTS | FAN_MOVED_FROM | FAN_MOVED_TO)

struct notify_source {
	int fd;
	uint64_t events; // what is asked of the kernel for each directory
	size_t mark_count;
	struct notify_mark *buckets[MARK_BUCKETS];
};

struct notify_source *notify_source_new(void)
{
	struct notify_source *source = calloc(1, sizeof(*source));
	if (source == NULL)
		return NULL;
	source->events = EVENTS_WITH_RENAME;
	source->fd = fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_DFID_NAME | FAN_NONBLOCK | FAN_CLOEXEC, 0);
	if (source->fd < 0) {
		free(source);
		return NULL;
	}
	return source;
}

void notify_source_free(struct notify_source *source)
{
	if (source == NULL)
		return;
	(void)close(source->fd);
	free(source);
}

int notify_source_fd(const struct notify_source *source)
{
	return source->fd;
}

static size_t bucket_of(const struct notify_mark *key)
{
	uint64_t hash = key->fsid;
	for (uint32_t i = 0; i < key->handle_len; i++)
		hash = (hash ^ key->handle[i]) * 0x100000001B3u;
	return (size_t)((hash ^ hash >> 32) % MARK_BUCKETS);
}

static struct notify_mark *mark_find(const struct notify_source *source, const struct notify_mark *key)
{
	for (struct notify_mark *m = source->buckets[bucket_of(key)]; m != NULL; m = m->next) {
		if (m->fsid == key->fsid && m->handle_type == key->handle_type &&
			m->handle_len == key->handle_len &&
			memcmp(m->handle, key->handle, m->handle_len) == 0)
			return m;
	}
	return NULL;
}

// The directory's identity as fanotify will name it.
static bool mark_identify(int dir_fd, struct notify_mark *out)
{
	union {
		struct file_handle h;
		uint8_t room[sizeof(struct file_handle) + sizeof(out->handle)];
	} u = { .h.handle_bytes = sizeof(out->handle) };
	struct statfs fs;
	int mount_id = 0;
	if (fstatfs(dir_fd, &fs) != 0 || name_to_handle_at(dir_fd, "", &u.h, &mount_id, AT_EMPTY_PATH) != 0)
		return false;
	memcpy(&out->fsid, &fs.f_fsid, sizeof(out->fsid));
	out->handle_type = u.h.handle_type;
	out->handle_len = u.h.handle_bytes;
	memcpy(out->handle, u.room + offsetof(struct file_handle, f_handle), out->handle_len);
	return true;
}

static bool kernel_mark(struct notify_source *source, unsigned int how, int fd)
{
	if (fanotify_mark(source->fd, how | FAN_MARK_ONLYDIR, source->events, fd, ".") == 0)
		return true;
	if (errno != EINVAL || source->events == EVENTS_WITHOUT_RENAME)
		return false;
	source->events = EVENTS_WITHOUT_RENAME; // Linux before 5.17
	return fanotify_mark(source->fd, how | FAN_MARK_ONLYDIR, source->events, fd, ".") == 0;
}

struct notify_mark *notify_source_mark(struct notify_source *source, int dir_fd)
{
	struct notify_mark key = { .fd = -1 };
	if (!mark_identify(dir_fd, &key))
		return NULL;
	struct notify_mark *mark = mark_find(source, &key);
	if (mark != NULL || source->mark_count == NOTIFY_MARKS_MAX)
		return mark;
	mark = malloc(sizeof(*mark));
	if (mark == NULL)
		return NULL;
	*mark = key;
	mark->fd = openat(dir_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (mark->fd < 0 || !kernel_mark(source, FAN_MARK_ADD, mark->fd)) {
		if (mark->fd >= 0)
			(void)close(mark->fd);
		free(mark);
		return NULL;
	}
	struct notify_mark **bucket = &source->buckets[bucket_of(mark)];
	mark->next = *bucket;
	*bucket = mark;
	source->mark_count++;
	return mark;
}

void notify_source_unmark(struct notify_source *source, struct notify_mark *mark)
{
	struct notify_mark **at = &source->buckets[bucket_of(mark)];
	while (*at != mark)
		at = &(*at)->next;
	*at = mark->next;
	source->mark_count--;
	// Fails for a directory that is gone, and then its mark is as well.
	(void)fanotify_mark(source->fd, FAN_MARK_REMOVE, source->events, mark->fd, ".");
	(void)close(mark->fd);
	free(mark);
}

size_t notify_source_read(const struct notify_source *source, void *buffer, size_t cap)
{
	ssize_t len = read(source->fd, buffer, cap);
	return len > 0 ? (size_t)len : 0;
}

// One information record: the directory's handle and a name in it (fanotify(7)).
static void parse_info(const struct notify_source *source, const uint8_t *info, size_t len,
	const struct notify_mark **mark, const char **name)
{
	struct fanotify_event_info_fid fid;
	struct notify_mark key = { .fd = -1 };
	const size_t head = sizeof(fid) + 8; // file_handle's handle_bytes and handle_type
	if (len < head)
		return;
	memcpy(&fid, info, sizeof(fid));
	memcpy(&key.fsid, &fid.fsid, sizeof(key.fsid));
	memcpy(&key.handle_len, info + sizeof(fid), 4);
	memcpy(&key.handle_type, info + sizeof(fid) + 4, 4);
	if (key.handle_len > sizeof(key.handle) || len - head <= key.handle_len)
		return;
	memcpy(key.handle, info + head, key.handle_len);
	const char *text = (const char *)info + head + key.handle_len;
	if (memchr(text, '\0', len - head - key.handle_len) == NULL)
		return;
	*mark = mark_find(source, &key);
	*name = text;
}

static void parse_infos(
	const struct notify_source *source, const uint8_t *infos, size_t len, struct notify_change *change)
{
	struct fanotify_event_info_header h;
	for (size_t pos = 0; pos + sizeof(h) <= len; pos += h.len) {
		memcpy(&h, infos + pos, sizeof(h));
		if (h.len < sizeof(h) || h.len > len - pos)
			return;
		if (h.info_type == FAN_EVENT_INFO_TYPE_NEW_DFID_NAME)
			parse_info(source, infos + pos, h.len, &change->new_mark, &change->new_name);
		else if (h.info_type == FAN_EVENT_INFO_TYPE_DFID_NAME ||
			 h.info_type == FAN_EVENT_INFO_TYPE_OLD_DFID_NAME)
			parse_info(source, infos + pos, h.len, &change->mark, &change->name);
	}
}

static bool is_own_name(const char *name)
{
	return name != NULL && strcmp(name, ".") == 0; // of the watched directory itself
}

void notify_source_parse(const struct notify_source *source, const void *buffer, size_t len,
	void (*report)(void *user, const struct notify_change *change), void *user)
{
	const uint8_t *bytes = buffer;
	struct fanotify_event_metadata m;
	const pid_t self = getpid();
	for (size_t pos = 0; pos + sizeof(m) <= len; pos += m.event_len) {
		memcpy(&m, bytes + pos, sizeof(m));
		if (m.event_len < sizeof(m) || m.event_len > len - pos || m.vers != FANOTIFY_METADATA_VERSION)
			return;
		struct notify_change change = { .mask = m.mask,
			.is_directory = (m.mask & FAN_ONDIR) != 0,
			.lost = (m.mask & FAN_Q_OVERFLOW) != 0 };
		if (m.pid == self && !change.lost)
			continue;
		parse_infos(source, bytes + pos + m.metadata_len, m.event_len - m.metadata_len, &change);
		if (!is_own_name(change.name))
			report(user, &change);
	}
}
