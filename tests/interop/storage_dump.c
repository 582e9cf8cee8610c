// SPDX-License-Identifier: Apache-2.0
// Shows and sets, through this program's own storage functions, what Samba keeps of a file in extended
// attributes: the other side of samba_takeover.py.
//
//   storage_dump read security|user FILE         prints it as JSON
//   storage_dump write security|user FILE [attributes=0x22] [create_time=FILETIME]
//                [stream:NAME=HEX] [ea:NAME=HEX] [sd=HEX] ...
// security|user: where the security descriptor is (nt_acl_place).
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/dos_attributes.h"
#include "storage/extended_attributes.h"
#include "storage/nt_acl.h"
#include "storage/streams.h"
#include "wire/dtyp/security_descriptor.h"

struct target {
	int fd; // O_PATH: the hardest kind
	struct statx st;
	enum nt_acl_place place;
	struct arena arena;
};

static NORETURN void fail(const char *what, int err)
{
	(void)fprintf(stderr, "%s: %s\n", what, strerror(-err));
	exit(1);
}

static void check(const char *what, int err)
{
	if (err < 0)
		fail(what, err);
}

static json_t *hex_json(struct span bytes)
{
	char *text = calloc(2, bytes.len + 1);
	if (!text)
		fail("hex", -ENOMEM);
	for (size_t i = 0; i < bytes.len; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", (unsigned int)bytes.data[i]);
	json_t *json = json_string(text);
	free(text);
	return json;
}

static struct span from_hex(const char *text, struct arena *a)
{
	size_t len = strlen(text) / 2;
	uint8_t *bytes = arena_alloc(a, len + 1);
	for (size_t i = 0; bytes && i < len; i++) {
		unsigned int byte;
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			fail(text, -EINVAL);
		bytes[i] = (uint8_t)byte;
	}
	return span_make(bytes, bytes ? len : 0);
}

static json_t *streams_json(struct target *t)
{
	static uint8_t buf[STREAM_SIZE_MAX];
	struct stream_list list;
	json_t *json = json_object();
	check("stream_list", stream_list(t->fd, &t->arena, &list));
	for (size_t i = 0; i < list.count; i++) {
		ssize_t got = stream_read(t->fd, list.entries[i].name, 0, buf, sizeof(buf));
		check("stream_read", (int)got);
		(void)json_object_set_new(json, list.entries[i].name, hex_json(span_make(buf, (size_t)got)));
	}
	return json;
}

static json_t *eas_json(struct target *t)
{
	struct ea_list list;
	json_t *json = json_object();
	check("extended_attribute_list", extended_attribute_list(t->fd, &t->arena, &list));
	for (size_t i = 0; i < list.count; i++)
		(void)json_object_set_new(json, list.items[i].name, hex_json(list.items[i].value));
	return json;
}

static json_t *sid_json(const struct sid *sid)
{
	char text[SID_TEXT_SIZE];
	if (!sid)
		return json_null();
	sid_to_text(sid, text);
	return json_string(text);
}

// As smbcacls --numeric writes an entry.
static json_t *ace_json(const struct ace *ace)
{
	char sid[SID_TEXT_SIZE];
	sid_to_text(&ace->sid, sid);
	return json_sprintf(
		"%s:%u/0x%x/0x%08x", sid, (unsigned int)ace->type, (unsigned int)ace->flags, ace->mask);
}

static json_t *sd_json(struct target *t)
{
	struct span bytes;
	struct security_descriptor sd;
	int err = nt_acl_load(t->fd, t->place, &t->arena, &bytes);
	if (err == -ENODATA)
		return json_null();
	check("nt_acl_load", err);
	if (security_descriptor_decode(bytes, &t->arena, &sd) != VERDICT_OK)
		fail("security_descriptor_decode", -EBADMSG);
	json_t *aces = json_array();
	for (size_t i = 0; sd.dacl && i < sd.dacl->count; i++)
		(void)json_array_append_new(aces, ace_json(&sd.dacl->aces[i]));
	return json_pack(
		"{s:o,s:o,s:o}", "owner", sid_json(sd.owner), "group", sid_json(sd.group), "acl", aces);
}

static void read_all(struct target *t)
{
	struct dos_attributes dos;
	check("dos_attributes_load", dos_attributes_load(t->fd, &t->st, &dos));
	json_t *json = json_pack("{s:I,s:I,s:b,s:o,s:o,s:o}", "attributes", (json_int_t)dos.attributes,
		"create_time", (json_int_t)dos.create_time, "stored", (int)dos.stored, "streams",
		streams_json(t), "eas", eas_json(t), "sd", sd_json(t));
	if (!json || json_dumpf(json, stdout, JSON_SORT_KEYS | JSON_INDENT(1)) < 0)
		fail("json", -ENOMEM);
	(void)putchar('\n');
	json_decref(json);
}

static void write_dos(struct target *t, const char *field, const char *value)
{
	struct dos_attributes dos;
	check("dos_attributes_load", dos_attributes_load(t->fd, &t->st, &dos));
	if (strcmp(field, "attributes") == 0)
		dos.attributes = (uint32_t)strtoul(value, NULL, 0);
	else
		dos.create_time = strtoull(value, NULL, 0);
	check("dos_attributes_save", dos_attributes_save(t->fd, &dos));
}

static void write_stream(struct target *t, const char *name, struct span data)
{
	struct stream stream = { .name = name };
	int err = stream_find(t->fd, name, &t->arena, &stream);
	if (err == -ENOENT)
		err = stream_create(t->fd, name);
	check("stream_create", err);
	check("stream_truncate", stream_truncate(t->fd, stream.name, 0));
	check("stream_write", stream_write(t->fd, stream.name, 0, data));
}

static void write_one(struct target *t, char *assignment)
{
	char *value = strchr(assignment, '=');
	if (!value)
		fail(assignment, -EINVAL);
	*value++ = '\0';
	if (strcmp(assignment, "attributes") == 0 || strcmp(assignment, "create_time") == 0)
		write_dos(t, assignment, value);
	else if (strncmp(assignment, "stream:", 7) == 0)
		write_stream(t, assignment + 7, from_hex(value, &t->arena));
	else if (strncmp(assignment, "ea:", 3) == 0)
		check("extended_attribute_set",
			extended_attribute_set(t->fd, assignment + 3, from_hex(value, &t->arena)));
	else if (strcmp(assignment, "sd") == 0)
		check("nt_acl_save", nt_acl_save(t->fd, t->place, from_hex(value, &t->arena)));
	else
		fail(assignment, -EINVAL);
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		(void)fprintf(stderr, "usage: storage_dump read|write security|user FILE [FIELD=VALUE]...\n");
		return 2;
	}
	struct target t = {
		.fd = open(argv[3], O_PATH | O_CLOEXEC),
		.place = strcmp(argv[2], "user") == 0 ? NT_ACL_IN_USER : NT_ACL_IN_SECURITY,
	};
	if (t.fd < 0 || statx(t.fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &t.st) < 0)
		fail(argv[3], -errno);
	arena_init(&t.arena, NULL, 0);
	if (strcmp(argv[1], "read") == 0)
		read_all(&t);
	for (int i = 4; i < argc; i++)
		write_one(&t, argv[i]);
	arena_reset(&t.arena);
	(void)close(t.fd);
	return 0;
}
