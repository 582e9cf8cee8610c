// SPDX-License-Identifier: Apache-2.0
#include "storage/streams.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "storage/fd_xattr.h"
#include "wire/fscc/name_upcase.h"
#include "wire/fscc/name_valid.h"

#define PREFIX_LEN (sizeof(STREAM_XATTR_PREFIX) - 1)
#define SUFFIX_LEN (sizeof(STREAM_XATTR_SUFFIX) - 1)
// NTFS keeps small streams in the file's own record, in units of 8 bytes.
#define ALLOCATION_UNIT 8u

_Static_assert(PREFIX_LEN + STREAM_NAME_MAX + SUFFIX_LEN == FD_XATTR_NAME_MAX, "a name that fits");

struct xattr_name {
	char text[FD_XATTR_NAME_MAX + 1];
};

int stream_name_check(const char *name)
{
	size_t len = strlen(name);
	if (nt_status_is_error(name_stream_check(name, len)))
		return -EINVAL;
	return len > STREAM_NAME_MAX ? -ENAMETOOLONG : 0;
}

static int xattr_name_of(const char *name, struct xattr_name *out)
{
	int err = stream_name_check(name);
	if (err)
		return err;
	(void)snprintf(out->text, sizeof(out->text), STREAM_XATTR_PREFIX "%s" STREAM_XATTR_SUFFIX, name);
	return 0;
}

uint64_t stream_allocation(uint64_t size)
{
	return (size + ALLOCATION_UNIT - 1) / ALLOCATION_UNIT * ALLOCATION_UNIT;
}

// A stream that is not there is a name that is not found; everything else stays what it is.
static int error_of_xattr(ssize_t err)
{
	return err == -ENODATA ? -ENOENT : (int)err;
}

static uint64_t size_of_value(size_t len)
{
	return len ? len - 1 : 0; // less the NUL that Samba puts behind the data
}

// Loads a stream into value (zeros before), so that behind its data there are zeros only, whatever the
// byte in the NUL's place was. Its size or a negative errno.
static int load_for_change(int fd, const char *xattr, uint8_t value[FD_XATTR_VALUE_MAX])
{
	ssize_t got = fd_xattr_get(fd, xattr, value, FD_XATTR_VALUE_MAX);
	if (got < 0)
		return error_of_xattr(got);
	uint64_t size = size_of_value((size_t)got);
	value[size] = 0;
	return (int)size;
}

// The stream's name inside of an attribute's name, cut free in the arena; NULL when it is no stream's.
static const char *name_of_xattr(const char *full, size_t len, struct arena *a)
{
	if (len <= PREFIX_LEN + SUFFIX_LEN || memcmp(full, STREAM_XATTR_PREFIX, PREFIX_LEN) != 0 ||
		memcmp(full + len - SUFFIX_LEN, STREAM_XATTR_SUFFIX, SUFFIX_LEN) != 0)
		return NULL;
	char *name = arena_strndup(a, full + PREFIX_LEN, len - PREFIX_LEN - SUFFIX_LEN);
	// A name that no client can have asked for (not UTF-8, a colon inside) is not shown to any.
	return name && stream_name_check(name) == 0 ? name : NULL;
}

// The next stream's name in the list of attributes; NULL at its end. *names moves on.
static const char *next_name(struct span *names, struct arena *a)
{
	while (names->len) {
		const char *full = (const char *)names->data;
		size_t len = strnlen(full, names->len);
		if (len == names->len)
			break;
		*names = span_make(names->data + len + 1, names->len - len - 1);
		const char *name = name_of_xattr(full, len, a);
		if (name)
			return name;
	}
	return NULL;
}

int stream_size(int fd, const char *name, uint64_t *size)
{
	struct xattr_name full;
	int err = xattr_name_of(name, &full);
	if (err)
		return err;
	ssize_t len = fd_xattr_get(fd, full.text, NULL, 0);
	if (len < 0)
		return error_of_xattr(len);
	*size = size_of_value((size_t)len);
	return 0;
}

static int load_entry(int fd, const char *name, struct stream *out)
{
	uint64_t size = 0;
	int err = stream_size(fd, name, &size);
	if (!err)
		*out = (struct stream){ .name = name, .size = size, .allocation = stream_allocation(size) };
	return err;
}

static size_t count_names(struct span names)
{
	size_t count = 0;
	for (size_t i = 0; i < names.len; i++)
		count += names.data[i] == '\0';
	return count < STREAM_COUNT_MAX ? count : STREAM_COUNT_MAX;
}

int stream_list(int fd, struct arena *a, struct stream_list *out)
{
	struct span names;
	struct stream_list list = { 0 };
	int err = fd_xattr_names(fd, a, &names);
	if (err)
		return err;
	size_t cap = count_names(names);
	list.entries = cap ? arena_alloc(a, cap * sizeof(*list.entries)) : NULL;
	if (cap && !list.entries)
		return -ENOMEM;
	const char *name;
	while (list.count < cap && (name = next_name(&names, a))) {
		err = load_entry(fd, name, &list.entries[list.count]);
		if (err && err != -ENOENT) // that one was removed meanwhile
			return err;
		list.count += !err;
	}
	*out = list;
	return 0;
}

int stream_find(int fd, const char *name, struct arena *a, struct stream *out)
{
	int err = stream_name_check(name);
	if (err)
		return err;
	struct span names;
	err = fd_xattr_names(fd, a, &names);
	if (err)
		return err;
	const char *found = NULL;
	const char *each;
	while ((each = next_name(&names, a))) {
		if (strcmp(each, name) == 0) {
			found = each; // the exact one, should there be several
			break;
		}
		if (!found && name_equal(each, name))
			found = each;
	}
	return found ? load_entry(fd, found, out) : -ENOENT;
}

int stream_create(int fd, const char *name)
{
	struct xattr_name full;
	int err = xattr_name_of(name, &full);
	return err ? err : fd_xattr_set(fd, full.text, span_make("", 1), XATTR_CREATE);
}

ssize_t stream_read(int fd, const char *name, uint64_t offset, void *buf, size_t len)
{
	uint8_t value[FD_XATTR_VALUE_MAX];
	struct xattr_name full;
	int err = xattr_name_of(name, &full);
	if (err)
		return err;
	ssize_t got = fd_xattr_get(fd, full.text, value, sizeof(value));
	if (got < 0)
		return error_of_xattr(got);
	uint64_t size = size_of_value((size_t)got);
	if (offset >= size)
		return 0;
	size_t n = len < size - offset ? len : (size_t)(size - offset);
	memcpy(buf, value + offset, n);
	return (ssize_t)n;
}

int stream_write(int fd, const char *name, uint64_t offset, struct span data)
{
	uint8_t value[FD_XATTR_VALUE_MAX] = { 0 };
	struct xattr_name full;
	int err = xattr_name_of(name, &full);
	if (err)
		return err;
	if (data.len > STREAM_SIZE_MAX || offset > STREAM_SIZE_MAX - data.len)
		return -ENOSPC;
	int size = load_for_change(fd, full.text, value);
	if (size < 0)
		return size;
	if (data.len == 0)
		return 0; // does not extend, wherever it is (MS-FSA 2.1.5.4)
	size_t end = (size_t)offset + data.len;
	memcpy(value + offset, data.data, data.len);
	if (end < (size_t)size)
		end = (size_t)size;
	return error_of_xattr(fd_xattr_set(fd, full.text, span_make(value, end + 1), XATTR_REPLACE));
}

int stream_truncate(int fd, const char *name, uint64_t size)
{
	uint8_t value[FD_XATTR_VALUE_MAX] = { 0 };
	struct xattr_name full;
	int err = xattr_name_of(name, &full);
	if (err)
		return err;
	if (size > STREAM_SIZE_MAX)
		return -ENOSPC;
	err = load_for_change(fd, full.text, value);
	if (err < 0)
		return err;
	value[size] = 0;
	return error_of_xattr(fd_xattr_set(fd, full.text, span_make(value, size + 1), XATTR_REPLACE));
}

int stream_remove(int fd, const char *name)
{
	struct xattr_name full;
	int err = xattr_name_of(name, &full);
	return err ? err : error_of_xattr(fd_xattr_remove(fd, full.text));
}

int stream_remove_all(int fd)
{
	struct arena a;
	struct span names;
	uint8_t first[4096];
	arena_init(&a, first, sizeof(first));
	int err = fd_xattr_names(fd, &a, &names);
	const char *name;
	while (!err && (name = next_name(&names, &a))) {
		err = stream_remove(fd, name);
		if (err == -ENOENT)
			err = 0;
	}
	arena_reset(&a);
	return err;
}

// Puts from's value under the name to. Both exist for a moment: better than neither when the file
// system fails in between.
static int copy_value(int fd, const char *from, const char *to, struct arena *a)
{
	struct xattr_name full;
	struct span value = { 0 };
	int err = xattr_name_of(from, &full);
	if (!err)
		err = error_of_xattr(fd_xattr_load(fd, full.text, a, &value));
	if (!err)
		err = xattr_name_of(to, &full);
	return err ? err : fd_xattr_set(fd, full.text, value, 0);
}

static int rename_in(int fd, const char *from, const char *to, bool replace, struct arena *a)
{
	struct stream target;
	int err = stream_find(fd, to, a, &target);
	if (err && err != -ENOENT)
		return err;
	bool other = !err && strcmp(target.name, from) != 0;
	if (other && !replace)
		return -EEXIST;
	err = copy_value(fd, from, to, a);
	if (!err && other && strcmp(target.name, to) != 0)
		err = stream_remove(fd, target.name);
	return err ? err : stream_remove(fd, from);
}

int stream_rename(int fd, const char *from, const char *to, bool replace)
{
	struct arena a;
	uint8_t first[4096];
	uint64_t size;
	if (strcmp(from, to) == 0)
		return stream_size(fd, from, &size);
	arena_init(&a, first, sizeof(first));
	int err = rename_in(fd, from, to, replace, &a);
	arena_reset(&a);
	return err;
}
