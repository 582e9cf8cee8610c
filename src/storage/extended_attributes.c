// SPDX-License-Identifier: Apache-2.0
#include "storage/extended_attributes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "storage/fd_xattr.h"

#define USER_PREFIX "user."
#define USER_PREFIX_LEN (sizeof(USER_PREFIX) - 1)

// Below user.: what Samba and we keep there, and what Samba's vfs_fruit and netatalk keep for macOS.
static const char *const private_names[] = {
	"DOSATTRIB",
	"NTACL",
	"SAMBA_PAI",
	"SAMBA_STREAMS",
	"SmbReparse",
	"org.netatalk.Metadata",
	"org.netatalk.ResourceFork",
};
static const char *const private_prefixes[] = { "DosStream." };

static bool name_is_private(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(private_names); i++) {
		if (strcasecmp(name, private_names[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(private_prefixes); i++) {
		if (strncasecmp(name, private_prefixes[i], strlen(private_prefixes[i])) == 0)
			return true;
	}
	return false;
}

bool extended_attribute_name_ok(const char *name)
{
	return ea_name_valid(name) && strlen(name) <= EA_NAME_MAX && !name_is_private(name);
}

struct xattr_name {
	char text[FD_XATTR_NAME_MAX + 1];
};

static struct xattr_name xattr_name_of(const char *name)
{
	struct xattr_name full;
	(void)snprintf(full.text, sizeof(full.text), USER_PREFIX "%s", name);
	return full;
}

// The next attribute a client may see in the list of names; NULL at its end. *names moves on.
static const char *next_name(struct span *names)
{
	while (names->len) {
		const char *full = (const char *)names->data;
		size_t len = strnlen(full, names->len);
		if (len == names->len)
			break; // without its NUL; the kernel does not do that
		*names = span_make(names->data + len + 1, names->len - len - 1);
		if (strncmp(full, USER_PREFIX, USER_PREFIX_LEN) == 0 &&
			extended_attribute_name_ok(full + USER_PREFIX_LEN))
			return full + USER_PREFIX_LEN;
	}
	return NULL;
}

static size_t count_names(struct span names)
{
	size_t count = 0;
	while (count < EA_LIST_MAX && next_name(&names))
		count++;
	return count;
}

static int load_value(int fd, const char *name, struct arena *a, struct span *out)
{
	struct xattr_name full = xattr_name_of(name);
	return fd_xattr_load(fd, full.text, a, out);
}

// An empty one is none to a client: setting an empty value removes (MS-FSA 2.1.5.15.6).
static bool value_is_shown(struct span value)
{
	return value.len > 0 && value.len <= EA_VALUE_MAX;
}

static int load_all(int fd, struct span names, struct arena *a, struct ea *items, size_t cap, size_t *count)
{
	struct ea ea = { 0 };
	size_t bytes = 0;
	size_t found = 0;
	while (found < cap && (ea.name = next_name(&names))) {
		int err = load_value(fd, ea.name, a, &ea.value);
		if (err && err != -ENODATA) // that one was removed meanwhile
			return err;
		if (err || !value_is_shown(ea.value))
			continue;
		bytes += ea.value.len;
		if (bytes > EA_LIST_BYTES_MAX)
			break;
		items[found++] = ea;
	}
	*count = found;
	return 0;
}

int extended_attribute_list(int fd, struct arena *a, struct ea_list *out)
{
	struct span names;
	struct ea_list list = { 0 };
	int err = fd_xattr_names(fd, a, &names);
	if (err)
		return err;
	size_t cap = count_names(names);
	if (cap) {
		list.items = arena_alloc(a, cap * sizeof(*list.items));
		if (!list.items)
			return -ENOMEM;
		err = load_all(fd, names, a, list.items, cap, &list.count);
		if (err)
			return err;
	}
	*out = list;
	return 0;
}

// The stored spelling of a name; -ENODATA: no such attribute.
static int find_name(int fd, const char *name, struct arena *a, const char **stored)
{
	struct span names;
	int err = fd_xattr_names(fd, a, &names);
	if (err)
		return err;
	const char *found = NULL;
	const char *each;
	while ((each = next_name(&names))) {
		if (strcmp(each, name) == 0) {
			found = each; // the exact one, should there be several
			break;
		}
		if (!found && ea_name_equal(each, name))
			found = each;
	}
	if (!found)
		return -ENODATA;
	*stored = found;
	return 0;
}

int extended_attribute_get(int fd, const char *name, struct arena *a, struct ea *out)
{
	struct ea ea = { 0 };
	if (!extended_attribute_name_ok(name))
		return -EINVAL;
	int err = find_name(fd, name, a, &ea.name);
	if (!err)
		err = load_value(fd, ea.name, a, &ea.value);
	if (err)
		return err;
	if (!value_is_shown(ea.value))
		return -ENODATA;
	*out = ea;
	return 0;
}

static int store_value(int fd, const char *name, struct span value)
{
	struct xattr_name full = xattr_name_of(name);
	if (value.len)
		return fd_xattr_set(fd, full.text, value, 0);
	int err = fd_xattr_remove(fd, full.text);
	return err == -ENODATA ? 0 : err;
}

int extended_attribute_set(int fd, const char *name, struct span value)
{
	if (!extended_attribute_name_ok(name))
		return -EINVAL;
	if (value.len > EA_VALUE_MAX)
		return -ENOSPC;
	struct arena a;
	uint8_t first[4096];
	arena_init(&a, first, sizeof(first));
	const char *stored = name;
	int err = find_name(fd, name, &a, &stored);
	if (!err || err == -ENODATA)
		err = store_value(fd, stored, value);
	arena_reset(&a);
	return err;
}

int extended_attribute_remove_all(int fd)
{
	struct arena a;
	struct span names;
	uint8_t first[4096];
	arena_init(&a, first, sizeof(first));
	int err = fd_xattr_names(fd, &a, &names);
	const char *name;
	while (!err && (name = next_name(&names)))
		err = store_value(fd, name, span_make(NULL, 0));
	arena_reset(&a);
	return err;
}
