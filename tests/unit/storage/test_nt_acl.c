// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "storage/fd_xattr.h"
#include "storage/nt_acl.h"
#include "scratch.h"
#include "wire/dtyp/security_descriptor.h"

// security.NTACL as smbd 4.17.12 left it, without and with "acl_xattr:ignore system acls".
static const char samba_v4[] =
	"0400040000000200040002000100021652d18c7de1016adc0474c2089730d8336c7792e2993f0161466e96dab93b"
	"0000000000000000000000000000000000000000000000000000000000000000"
	"706f7369785f61636c0052668258e07add01"
	"5dd2b193e43b4dc35157ee98c7526c731dd3e007cf250e67358da2c7ca90748e"
	"0000000000000000000000000000000000000000000000000000000000000000"
	"01000480b4000000d000000000000000ec000000"
	"01050000000000051500000041cd51dddc20e2cb5443f3a6e8030000"
	"01050000000000051500000041cd51dddc20e2cb5443f3a601020000"
	"02007c0004000000"
	"00001400a9001200010100000000000100000000"
	"00001800a900120001020000000000052000000021020000"
	"00002400a900120001050000000000051500000041cd51dddc20e2cb5443f3a601020000"
	"00002400ff011f0001050000000000051500000041cd51dddc20e2cb5443f3a6e8030000";
static const char samba_v3[] = "0300030000000200040002000100"
			       "0000000000000000000000000000000000000000000000000000000000000000"
			       "0000000000000000000000000000000000000000000000000000000000000000"
			       "0000"
			       "0100048064000000800000000000000090000000"
			       "01050000000000051500000041cd51dddc20e2cb5443f3a6e8030000"
			       "01020000000000160200000000000000"
			       "0200840005000000"
			       "00001400bf011200010100000000000100000000"
			       "00001400ff011f00010100000000000512000000"
			       "00001800bf01120001020000000000160200000000000000"
			       "00001800a900120001020000000000052000000021020000"
			       "00002400ff011f0001050000000000051500000041cd51dddc20e2cb5443f3a6e8030000";

static size_t from_hex(const char *hex, uint8_t *out)
{
	size_t len = strlen(hex) / 2;
	for (size_t i = 0; i < len; i++) {
		unsigned int byte;
		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		out[i] = (uint8_t)byte;
	}
	return len;
}

static void expect_sids(struct span sd, const char *owner, const char *group, size_t aces)
{
	struct arena a;
	struct security_descriptor decoded;
	char text[SID_TEXT_SIZE];
	arena_init(&a, NULL, 0);
	assert_int_equal(security_descriptor_decode(sd, &a, &decoded), VERDICT_OK);
	sid_to_text(decoded.owner, text);
	assert_string_equal(text, owner);
	sid_to_text(decoded.group, text);
	assert_string_equal(text, group);
	assert_int_equal(decoded.dacl->count, aces);
	assert_null(decoded.sacl);
	arena_reset(&a);
}

static void reads_version_4_of_samba(void **state)
{
	(void)state;
	uint8_t blob[512], out[512];
	size_t len = from_hex(samba_v4, blob);
	struct writer w = writer_make(out, sizeof(out));
	assert_int_equal(nt_acl_decode(span_make(blob, len), &w), VERDICT_OK);
	expect_sids(writer_since(&w, 0), "S-1-5-21-3713125697-3420594396-2800960340-1000",
		"S-1-5-21-3713125697-3420594396-2800960340-513", 4);
}

static void reads_version_3_of_samba(void **state)
{
	(void)state;
	uint8_t blob[512], out[512];
	size_t len = from_hex(samba_v3, blob);
	struct writer w = writer_make(out, sizeof(out));
	assert_int_equal(nt_acl_decode(span_make(blob, len), &w), VERDICT_OK);
	expect_sids(writer_since(&w, 0), "S-1-5-21-3713125697-3420594396-2800960340-1000", "S-1-22-2-0", 5);
}

// Descriptors of our own making, in the given version's frame.
static size_t framed(uint16_t version, struct span sd, uint8_t *out, size_t cap)
{
	static const size_t starts[] = { 0, 8, 28, 80, 156 };
	struct writer w = writer_make(out, cap);
	uint32_t start = (uint32_t)starts[version];
	writer_u16(&w, version);
	writer_u16(&w, version);
	writer_u32(&w, 1);
	if (version > 1)
		writer_u32(&w, 1);
	writer_zeros(&w, version == 2 ? 16 : version > 2 ? 66 : 0);
	if (version == 4)
		writer_bytes(&w, "abc", 4); // 82: the time after it is aligned to 4, not to 8
	if (version == 4) {
		writer_align(&w, 4, 0);
		writer_zeros(&w, 8 + 64);
	}
	writer_align(&w, 4, 0);
	assert_int_equal(w.pos, start);
	struct reader r = reader_make(sd);
	writer_span(&w, reader_bytes(&r, 4));
	for (int i = 0; i < 4; i++) {
		uint32_t offset = reader_u32(&r);
		writer_u32(&w, offset ? offset + start : 0);
	}
	writer_span(&w, reader_rest(&r));
	assert_true(writer_ok(&w));
	return w.pos;
}

static struct span default_of_dir(struct arena *a)
{
	struct statx st = { .stx_mode = S_IFDIR, .stx_uid = 1000, .stx_gid = 100 };
	struct span sd = nt_acl_default(&st, NULL, a);
	assert_non_null(sd.data);
	return sd;
}

static void every_version_round_trips_and_every_cut_is_refused(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, NULL, 0);
	struct span sd = default_of_dir(&a);
	for (uint16_t version = 1; version <= 4; version++) {
		uint8_t blob[512], out[512];
		struct writer w = writer_make(out, sizeof(out));
		size_t len = framed(version, sd, blob, sizeof(blob));
		assert_int_equal(nt_acl_decode(span_make(blob, len), &w), VERDICT_OK);
		assert_true(span_equal(writer_since(&w, 0), sd));
		size_t dacl = len - sd.len + 20; // the parts' own ends are the descriptor codec's to check
		for (size_t cut = 0; cut < dacl; cut++) {
			w = writer_make(out, sizeof(out));
			assert_int_not_equal(nt_acl_decode(span_make(blob, cut), &w), VERDICT_OK);
			assert_int_equal(w.pos, 0);
		}
	}
	arena_reset(&a);
}

static void encodes_version_1(void **state)
{
	(void)state;
	struct arena a;
	uint8_t blob[512], expected[512];
	arena_init(&a, NULL, 0);
	struct span sd = default_of_dir(&a);
	struct writer w = writer_make(blob, sizeof(blob));
	assert_int_equal(nt_acl_encode(&w, sd), VERDICT_OK);
	size_t len = framed(1, sd, expected, sizeof(expected));
	expected[4] = 0; // NDR's pointer value: any but 0
	expected[6] = 2;
	assert_int_equal(w.pos, len);
	assert_memory_equal(blob, expected, len);
	arena_reset(&a);
}

static void refuses_what_is_no_descriptor(void **state)
{
	(void)state;
	struct arena a;
	uint8_t copy[256], blob[512];
	arena_init(&a, NULL, 0);
	struct span sd = default_of_dir(&a);
	static const struct {
		size_t at;
		uint8_t value;
		enum verdict verdict;
	} changes[] = {
		{ 0, 2, VERDICT_BAD_VALUE },   // revision
		{ 3, 0, VERDICT_BAD_VALUE },   // not self-relative
		{ 4, 19, VERDICT_MISALIGNED }, // owner
		{ 4, 16, VERDICT_BAD_OFFSET }, // in the header
		{ 5, 16, VERDICT_BAD_OFFSET }, // beyond the end
		{ 19, 255, VERDICT_BAD_OFFSET },
	};
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct writer w = writer_make(blob, sizeof(blob));
		memcpy(copy, sd.data, sd.len);
		copy[changes[i].at] = changes[i].value;
		assert_int_equal(nt_acl_encode(&w, span_make(copy, sd.len)), changes[i].verdict);
		assert_int_equal(w.pos, 0);
	}
	arena_reset(&a);
}

static void default_is_open_and_inherited(void **state)
{
	(void)state;
	struct arena a;
	struct security_descriptor decoded;
	arena_init(&a, NULL, 0);
	struct span sd = default_of_dir(&a);
	expect_sids(sd, "S-1-22-1-1000", "S-1-22-2-100", 1);
	assert_int_equal(security_descriptor_decode(sd, &a, &decoded), VERDICT_OK);
	assert_true(sid_equal(&decoded.dacl->aces[0].sid, &sid_everyone));
	assert_int_equal(decoded.dacl->aces[0].mask, FILE_ALL_ACCESS);
	assert_int_equal(decoded.dacl->aces[0].flags, ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT);
	struct statx st = { .stx_mode = S_IFREG };
	assert_int_equal(security_descriptor_decode(nt_acl_default(&st, NULL, &a), &a, &decoded), VERDICT_OK);
	assert_int_equal(decoded.dacl->aces[0].flags, 0);
	arena_reset(&a);
}

static void save_load_remove(void **state)
{
	(void)state;
	struct arena a;
	struct span sd, loaded;
	int fd = scratch_file();
	int o_path = scratch_o_path(fd);
	arena_init(&a, NULL, 0);
	sd = default_of_dir(&a);
	assert_int_equal(nt_acl_load(o_path, NT_ACL_IN_USER, &a, &loaded), -ENODATA);
	assert_int_equal(nt_acl_remove(o_path, NT_ACL_IN_USER), -ENODATA);
	assert_int_equal(nt_acl_save(o_path, NT_ACL_IN_USER, sd), 0);
	assert_int_equal(nt_acl_load(fd, NT_ACL_IN_USER, &a, &loaded), 0);
	assert_true(span_equal(sd, loaded));
	// Left by a server that ran with fewer rights: still better than the open default.
	assert_int_equal(nt_acl_load(fd, NT_ACL_IN_SECURITY, &a, &loaded), 0);
	assert_int_equal(fsetxattr(fd, "user.NTACL", "junk", 4, 0), 0);
	assert_int_equal(nt_acl_load(fd, NT_ACL_IN_USER, &a, &loaded), -EBADMSG);
	assert_int_equal(nt_acl_save(fd, NT_ACL_IN_USER, span_make("x", 1)), -EINVAL);
	assert_int_equal(nt_acl_remove(o_path, NT_ACL_IN_USER), 0);
	arena_reset(&a);
	(void)close(o_path);
	(void)close(fd);
}

static void place_is_where_this_process_may_write(void **state)
{
	(void)state;
	struct arena a;
	struct span sd, loaded;
	int fd = scratch_dir();
	arena_init(&a, NULL, 0);
	sd = default_of_dir(&a);
	struct statx before = scratch_statx(fd);
	enum nt_acl_place place = nt_acl_place_of(fd);
	struct statx after = scratch_statx(fd);
	assert_memory_equal(&before.stx_ctime, &after.stx_ctime, sizeof(before.stx_ctime));
	bool permitted = fsetxattr(fd, "security.NTACL", "x", 1, 0) == 0;
	assert_int_equal(place, permitted ? NT_ACL_IN_SECURITY : NT_ACL_IN_USER);
	assert_int_equal(nt_acl_save(fd, place, sd), 0);
	assert_int_equal(nt_acl_load(fd, place, &a, &loaded), 0);
	assert_true(span_equal(sd, loaded));
	if (permitted) {
		// What Samba left there as root is also seen by a server that is not.
		assert_int_equal(nt_acl_load(fd, NT_ACL_IN_USER, &a, &loaded), 0);
		assert_true(span_equal(sd, loaded));
		// What anybody may write does not count beside it.
		assert_int_equal(fsetxattr(fd, "user.NTACL", "junk", 4, 0), 0);
		assert_int_equal(nt_acl_load(fd, NT_ACL_IN_SECURITY, &a, &loaded), 0);
		assert_true(span_equal(sd, loaded));
		assert_int_equal(nt_acl_remove(fd, NT_ACL_IN_SECURITY), 0);
	}
	assert_int_equal(nt_acl_remove(fd, place), permitted ? -ENODATA : 0);
	assert_int_equal(nt_acl_load(fd, place, &a, &loaded), -ENODATA);
	arena_reset(&a);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_version_4_of_samba),
		cmocka_unit_test(reads_version_3_of_samba),
		cmocka_unit_test(every_version_round_trips_and_every_cut_is_refused),
		cmocka_unit_test(encodes_version_1),
		cmocka_unit_test(refuses_what_is_no_descriptor),
		cmocka_unit_test(default_is_open_and_inherited),
		cmocka_unit_test(save_load_remove),
		cmocka_unit_test(place_is_where_this_process_may_write),
	};
	return RUN_TESTS(tests);
}
