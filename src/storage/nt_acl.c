// SPDX-License-Identifier: Apache-2.0
#include "storage/nt_acl.h"

#include <errno.h>
#include <sys/xattr.h>

#include "storage/fd_xattr.h"
#include "wire/dtyp/security_descriptor.h"

#define SECURITY_XATTR "security.NTACL"
#define USER_XATTR "user.NTACL"

#define VERSION_WRITTEN 1
#define VERSION_1_OFFSET 8 // of the descriptor in the blob
#define NDR_POINTER 0x00020000u
#define HASH_LEN_V2 16
#define HASH_LEN 64
#define DESCRIPTION_LEN_MAX 256

// Samba's SIDs for Unix users and groups that have none: S-1-22-1-<uid>, S-1-22-2-<gid>.
#define UNIX_AUTHORITY 22
#define UNIX_USERS 1
#define UNIX_GROUPS 2

#define DEFAULT_LEN_MAX 128u

const char *nt_acl_xattr_name(enum nt_acl_place place)
{
	return place == NT_ACL_IN_SECURITY ? SECURITY_XATTR : USER_XATTR;
}

enum nt_acl_place nt_acl_place_of(int dir_fd)
{
	// Replacing what does not exist: the kernel asks for permission before it looks.
	int err = fd_xattr_set(dir_fd, "security.signet.probe", span_make("", 1), XATTR_REPLACE);
	return err == -ENODATA ? NT_ACL_IN_SECURITY : NT_ACL_IN_USER;
}

static enum nt_acl_place other_place(enum nt_acl_place place)
{
	return place == NT_ACL_IN_SECURITY ? NT_ACL_IN_USER : NT_ACL_IN_SECURITY;
}

static int load_blob(int fd, enum nt_acl_place place, struct arena *a, struct span *blob)
{
	int err = fd_xattr_load(fd, nt_acl_xattr_name(place), a, blob);
	if (err == -ENODATA)
		err = fd_xattr_load(fd, nt_acl_xattr_name(other_place(place)), a, blob);
	return err == -ENOTSUP ? -ENODATA : err;
}

int nt_acl_load(int fd, enum nt_acl_place place, struct arena *a, struct span *sd)
{
	struct span blob;
	int err = load_blob(fd, place, a, &blob);
	if (err)
		return err;
	void *buf = arena_alloc(a, blob.len + 1);
	if (!buf)
		return -ENOMEM;
	struct writer w = writer_make(buf, blob.len);
	if (nt_acl_decode(blob, &w) != VERDICT_OK)
		return -EBADMSG;
	*sd = writer_since(&w, 0);
	return 0;
}

int nt_acl_save(int fd, enum nt_acl_place place, struct span sd)
{
	uint8_t blob[NT_ACL_SD_MAX + NT_ACL_OVERHEAD];
	struct writer w = writer_make(blob, sizeof(blob));
	if (sd.len > NT_ACL_SD_MAX)
		return -ENOSPC;
	if (nt_acl_encode(&w, sd) != VERDICT_OK)
		return -EINVAL;
	return fd_xattr_set(fd, nt_acl_xattr_name(place), writer_since(&w, 0), 0);
}

int nt_acl_remove(int fd, enum nt_acl_place place)
{
	int err = fd_xattr_remove(fd, nt_acl_xattr_name(place));
	if (err && err != -ENODATA)
		return err;
	// Else an older one would come to light there.
	int other = fd_xattr_remove(fd, nt_acl_xattr_name(other_place(place)));
	return err && !other ? 0 : err;
}

static struct sid unix_sid(uint32_t kind, uint32_t id)
{
	return (struct sid){
		.identifier_authority = UNIX_AUTHORITY,
		.sub_authority_count = 2,
		.sub_authority = { kind, id },
	};
}

struct span nt_acl_default(const struct statx *st, const struct sid *known_owner, struct arena *a)
{
	struct sid owner = known_owner != NULL ? *known_owner : unix_sid(UNIX_USERS, st->stx_uid);
	struct sid group = unix_sid(UNIX_GROUPS, st->stx_gid);
	// On a file there is nothing to inherit to.
	uint8_t flags = S_ISDIR(st->stx_mode) ? ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT : 0;
	struct acl *dacl = acl_new(a);
	if (!dacl || !acl_add_simple(dacl, a, ACE_ACCESS_ALLOWED, flags, FILE_ALL_ACCESS, &sid_everyone))
		return span_make(NULL, 0);
	struct security_descriptor sd = {
		.control = SD_DACL_PRESENT,
		.owner = &owner,
		.group = &group,
		.dacl = dacl,
	};
	uint8_t *buf = arena_alloc(a, DEFAULT_LEN_MAX);
	if (!buf)
		return span_make(NULL, 0);
	struct writer w = writer_make(buf, DEFAULT_LEN_MAX);
	security_descriptor_encode(&sd, &w);
	return writer_ok(&w) ? writer_since(&w, 0) : span_make(NULL, 0);
}

// The fixed part of a descriptor (MS-DTYP 2.4.6).
struct sd_header {
	uint8_t revision;
	uint8_t sbz1;
	uint16_t control;
	uint32_t offset[4]; // owner, group, SACL, DACL
};

static struct sd_header read_header(struct reader *r)
{
	struct sd_header h = { .revision = reader_u8(r), .sbz1 = reader_u8(r), .control = reader_u16(r) };
	for (size_t i = 0; i < ARRAY_LEN(h.offset); i++)
		h.offset[i] = reader_u32(r);
	reader_require(r, h.revision == 1, VERDICT_BAD_VALUE);
	return h;
}

static void write_header(struct writer *w, const struct sd_header *h)
{
	writer_u8(w, h->revision);
	writer_u8(w, h->sbz1);
	writer_u16(w, h->control | SD_SELF_RELATIVE);
	for (size_t i = 0; i < ARRAY_LEN(h->offset); i++)
		writer_u32(w, h->offset[i]);
}

// Offsets that count from origin, of a descriptor that starts at start, become ones that count from its own
// start plus shift. None may point into the header or beyond the end.
static void move_offsets(struct reader *r, struct sd_header *h, size_t start, uint32_t shift)
{
	for (size_t i = 0; i < ARRAY_LEN(h->offset); i++) {
		uint32_t at = h->offset[i];
		if (at == 0)
			continue; // that part is absent
		reader_require(
			r, at >= start + SECURITY_DESCRIPTOR_HEADER_LEN && at < r->len, VERDICT_BAD_OFFSET);
		h->offset[i] = at - (uint32_t)start + shift;
	}
}

static void skip_string(struct reader *r)
{
	size_t len = 0;
	while (reader_ok(r) && reader_u8(r) != 0)
		reader_require(r, ++len <= DESCRIPTION_LEN_MAX, VERDICT_TOO_LONG);
}

// Moves to the descriptor, past the version's hashes.
static void skip_to_descriptor(struct reader *r, uint16_t version)
{
	reader_require(r, reader_u32(r) != 0, VERDICT_BAD_VALUE); // the union's pointer
	if (version > 1)
		reader_require(r, reader_u32(r) != 0, VERDICT_BAD_VALUE); // the descriptor's
	if (version == 2)
		reader_skip(r, HASH_LEN_V2);
	if (version > 2)
		reader_skip(r, 2 + HASH_LEN); // hash_type, hash of the descriptor that the Unix ACL gives
	if (version == 4) {
		skip_string(r); // description of the Unix ACL's kind
		reader_align(r, 4);
		reader_skip(r, 8 + HASH_LEN); // time, hash of the Unix ACL
	}
	reader_align(r, 4);
}

enum verdict nt_acl_decode(struct span blob, struct writer *sd)
{
	struct reader r = reader_make(blob);
	uint16_t version = reader_u16(&r);
	reader_require(&r, version >= 1 && version <= 4, VERDICT_BAD_VALUE);
	reader_require(&r, reader_u16(&r) == version, VERDICT_BAD_VALUE); // the union's discriminant
	skip_to_descriptor(&r, version);
	size_t start = r.pos;
	struct sd_header h = read_header(&r);
	move_offsets(&r, &h, start, 0);
	struct span parts = reader_rest(&r);
	reader_require(&r, SECURITY_DESCRIPTOR_HEADER_LEN + parts.len <= writer_left(sd), VERDICT_TOO_LONG);
	enum verdict v = reader_verdict(&r);
	if (v != VERDICT_OK)
		return v;
	write_header(sd, &h);
	writer_span(sd, parts);
	return VERDICT_OK;
}

enum verdict nt_acl_encode(struct writer *w, struct span sd)
{
	struct reader r = reader_make(sd);
	struct sd_header h = read_header(&r);
	reader_require(&r, h.control & SD_SELF_RELATIVE, VERDICT_BAD_VALUE);
	for (size_t i = 0; i < ARRAY_LEN(h.offset); i++)
		reader_require(&r, h.offset[i] % 4 == 0, VERDICT_MISALIGNED);
	move_offsets(&r, &h, 0, VERSION_1_OFFSET);
	struct span parts = reader_rest(&r);
	reader_require(&r, VERSION_1_OFFSET + sd.len <= writer_left(w), VERDICT_TOO_LONG);
	enum verdict v = reader_verdict(&r);
	if (v != VERDICT_OK)
		return v;
	writer_u16(w, VERSION_WRITTEN);
	writer_u16(w, VERSION_WRITTEN);
	writer_u32(w, NDR_POINTER);
	write_header(w, &h);
	writer_span(w, parts);
	return VERDICT_OK;
}
