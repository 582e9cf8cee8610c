// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "base/filetime.h"
#include "storage/dos_attributes.h"
#include "storage/fd_xattr.h"
#include "storage/file_times.h"
#include "scratch.h"

// Blobs whose reading was compared with that of ndrdump of Samba 4.17.12 (xattr_DOSATTRIB); all say
// HIDDEN and ARCHIVE, and those that can a creation time of CREATED.
#define CREATED UINT64_C(0x01d9000000001234)

struct vector {
	const char *hex;
	uint64_t create_time;
	size_t needed; // bytes without which it cannot be read; the rest is not used
	size_t other;  // up to here a prefix is the bare text, which is valid
};

static const struct vector vectors[] = {
	{ "0000010001000000220000000700000064000000000000000010000000000000341200000000d90178560000"
	  "0000d901",
		CREATED, 48 },
	// Version 2 has a creation time, but nothing says whether it is valid: Samba does not use it.
	{ "000002000200000000000000220000000700000064000000000000000010000000000000341200000000d901"
	  "785600000000d901bc9a00000000d9016e616d6500",
		0, 60 },
	{ "30783232000003000300000011000000220000000700000064000000000000000010000000000000341200000000d901"
	  "785600000000d901",
		CREATED, 56, 5 },
	{ "00000400040000005100000022000000785600000000d901341200000000d901", CREATED, 32 },
	{ "00000500050000001100000022000000341200000000d901", CREATED, 24 },
	// No creation time among the valid flags.
	{ "00000500050000000100000022000000341200000000d901", 0, 24 },
	{ "3078323200", 0, 3 },
	{ "30783232", 0, 3 },
};

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

static void reads_every_version(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		uint8_t blob[128];
		uint32_t attributes = 0;
		uint64_t create_time = 1;
		size_t len = from_hex(vectors[i].hex, blob);
		assert_int_equal(
			dos_attributes_decode(span_make(blob, len), &attributes, &create_time), VERDICT_OK);
		assert_int_equal(attributes, FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_ARCHIVE);
		assert_true(create_time == vectors[i].create_time);
	}
}

static void refuses_every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		uint8_t blob[128];
		(void)from_hex(vectors[i].hex, blob);
		for (size_t len = 0; len < vectors[i].needed; len++) {
			if (len >= 3 && len <= vectors[i].other)
				continue;
			uint32_t attributes = 7;
			uint64_t create_time = 7;
			assert_int_not_equal(
				dos_attributes_decode(span_make(blob, len), &attributes, &create_time),
				VERDICT_OK);
			assert_int_equal(attributes, 7);
			assert_int_equal(create_time, 7);
		}
	}
}

static void writes_what_samba_writes(void **state)
{
	(void)state;
	// As smbd 4.17.12 left it on a hidden file.
	static const char samba[] = "000005000500000011000000220000006305a931e07add01";
	uint8_t expected[24], written[64];
	struct writer w = writer_make(written, sizeof(written));
	assert_int_equal(from_hex(samba, expected), sizeof(expected));
	dos_attributes_encode(
		&w, FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_ARCHIVE, UINT64_C(0x01dd7ae031a90563));
	assert_int_equal(w.pos, sizeof(expected));
	assert_memory_equal(written, expected, sizeof(expected));
}

static void defaults_of_a_new_file(void **state)
{
	(void)state;
	int fd = scratch_file();
	struct statx st = scratch_statx(fd);
	struct dos_attributes dos;
	assert_int_equal(dos_attributes_load(fd, &st, &dos), 0);
	assert_false(dos.stored);
	assert_int_equal(dos.attributes, FILE_ATTRIBUTE_ARCHIVE);
	struct file_times times;
	file_times_of_statx(&st, &times);
	assert_true(dos.create_time == (times.creation ? times.creation : times.last_write));
	(void)close(fd);
}

static void defaults_without_a_birth_time(void **state)
{
	(void)state;
	struct statx st = {
		.stx_mask = STATX_BASIC_STATS,
		.stx_mode = S_IFDIR,
		.stx_mtime = { .tv_sec = 300 },
		.stx_atime = { .tv_sec = 200 },
		.stx_ctime = { .tv_sec = 400 },
	};
	struct dos_attributes dos;
	dos_attributes_default(&st, &dos);
	assert_int_equal(dos.attributes, FILE_ATTRIBUTE_DIRECTORY);
	assert_true(dos.create_time == filetime_of_timespec((struct timespec){ .tv_sec = 200 }));
}

static void keeps_what_is_saved(void **state)
{
	(void)state;
	int fd = scratch_file();
	int o_path = scratch_o_path(fd);
	struct statx st = scratch_statx(fd);
	struct dos_attributes in = {
		.attributes = FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_OFFLINE |
			      FILE_ATTRIBUTE_TEMPORARY | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED |
			      FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_NORMAL | FILE_ATTRIBUTE_ENCRYPTED,
		.create_time = CREATED,
	};
	struct dos_attributes out;
	assert_int_equal(dos_attributes_save(o_path, &in), 0);
	assert_int_equal(dos_attributes_load(o_path, &st, &out), 0);
	assert_true(out.stored);
	assert_int_equal(out.attributes, in.attributes & ~(FILE_ATTRIBUTE_NORMAL | FILE_ATTRIBUTE_ENCRYPTED));
	assert_true(out.create_time == CREATED);
	// Nothing set is NORMAL, and stays different from nothing stored.
	in.attributes = FILE_ATTRIBUTE_NORMAL;
	assert_int_equal(dos_attributes_save(fd, &in), 0);
	assert_int_equal(dos_attributes_load(fd, &st, &out), 0);
	assert_int_equal(out.attributes, FILE_ATTRIBUTE_NORMAL);
	(void)close(o_path);
	(void)close(fd);
}

static void type_of_the_file_wins(void **state)
{
	(void)state;
	int fd = scratch_dir();
	struct statx st = scratch_statx(fd);
	struct dos_attributes in = { .attributes = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SPARSE_FILE };
	struct dos_attributes out;
	assert_int_equal(dos_attributes_save(fd, &in), 0);
	assert_int_equal(dos_attributes_load(fd, &st, &out), 0);
	assert_int_equal(out.attributes, FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_DIRECTORY);
	assert_true(out.create_time != 0);
	assert_int_equal(dos_attributes_present(FILE_ATTRIBUTE_DIRECTORY, false), FILE_ATTRIBUTE_NORMAL);
	(void)close(fd);
}

static void damaged_blob_gives_the_defaults(void **state)
{
	(void)state;
	static const char *const damaged[] = { "\xff\xff", "0xzz", "0x", "0x123456789", "" };
	int fd = scratch_file();
	struct statx st = scratch_statx(fd);
	for (size_t i = 0; i < ARRAY_LEN(damaged); i++) {
		struct dos_attributes dos = { 0 };
		struct span blob = span_of_str(damaged[i]);
		assert_int_equal(fd_xattr_set(fd, DOS_ATTRIBUTES_XATTR, blob, 0), 0);
		assert_int_equal(dos_attributes_load(fd, &st, &dos), 0);
		assert_false(dos.stored);
		assert_int_equal(dos.attributes, FILE_ATTRIBUTE_ARCHIVE);
	}
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_version),
		cmocka_unit_test(refuses_every_truncation),
		cmocka_unit_test(writes_what_samba_writes),
		cmocka_unit_test(defaults_of_a_new_file),
		cmocka_unit_test(defaults_without_a_birth_time),
		cmocka_unit_test(keeps_what_is_saved),
		cmocka_unit_test(type_of_the_file_wins),
		cmocka_unit_test(damaged_blob_gives_the_defaults),
	};
	return RUN_TESTS(tests);
}
