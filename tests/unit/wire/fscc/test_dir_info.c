// SPDX-License-Identifier: Apache-2.0
#include "fscc_support.h"

#include "wire/fscc/dir_info.h"
#include "wire/fscc/file_attributes.h"
#include "wire/fscc/notify_info.h"

static const uint8_t levels[] = { 1, 2, 3, 12, 37, 38, 60, 63, 78, 79 };
// FieldOffset(FileName) of each structure in Windows' headers.
static const size_t fixed[] = { 64, 68, 94, 12, 104, 80, 88, 114, 80, 106 };

static const struct dir_info entries[] = {
	{ 0, { 1, 2, 3, 4 }, 5, 4096, FILE_ATTRIBUTE_DIRECTORY, 0, 0, 11, { 11 }, ".", NULL },
	{ 0, { 5, 6, 7, 8 }, 0, 0, FILE_ATTRIBUTE_ARCHIVE, 44, 0, 12, { 12 }, "a name.txt", "ANAME~1.TXT" },
	{ 0, { 5, 6, 7, 8 }, 9, 9, FILE_ATTRIBUTE_REPARSE_POINT, 0, IO_REPARSE_TAG_SYMLINK, 13, { 13 },
		"l\xc3\xa4nk", NULL },
};

static void fixed_lengths(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		uint8_t out[512];
		struct writer w = writer_make(out, sizeof(out));
		struct dir_info_list list = dir_info_begin(&w, levels[i]);
		assert_int_equal(dir_info_fixed_len(levels[i]), fixed[i]);
		assert_int_equal(dir_info_append(&list, &entries[0]), DIR_APPEND_OK);
		assert_int_equal(w.pos, fixed[i] + 2);
	}
	assert_int_equal(dir_info_fixed_len(FILE_BASIC_INFORMATION), 0);
}

static size_t fill(uint8_t level, uint8_t *out, size_t cap, size_t *count)
{
	struct writer w = writer_make(out, cap);
	struct dir_info_list list = dir_info_begin(&w, level);
	size_t i = 0;
	enum dir_append result = DIR_APPEND_OK;
	while (i < ARRAY_LEN(entries) && (result = dir_info_append(&list, &entries[i])) == DIR_APPEND_OK)
		i++;
	assert_true(i == ARRAY_LEN(entries) || result == DIR_APPEND_FULL);
	assert_true(writer_ok(&w));
	*count = list.count;
	return w.pos;
}

static size_t count_of(uint8_t level, const uint8_t *bytes, size_t len, enum verdict *verdict)
{
	struct dir_walk walk = dir_walk_begin(span_make(bytes, len), level);
	struct dir_info e;
	size_t n = 0;
	while (dir_walk_next(&walk, &arena, &e)) {
		assert_string_equal(e.name, entries[n].name);
		if (level != FILE_NAMES_INFORMATION) {
			assert_memory_equal(&e.times, &entries[n].times, sizeof(e.times));
			assert_int_equal(e.attributes, entries[n].attributes);
		}
		if (level != FILE_NAMES_INFORMATION && level != FILE_DIRECTORY_INFORMATION) {
			assert_int_equal(e.ea_size, entries[n].ea_size);
			assert_int_equal(e.reparse_tag, entries[n].reparse_tag);
		}
		if (level == FILE_ID_BOTH_DIRECTORY_INFORMATION ||
			level == FILE_ID_FULL_DIRECTORY_INFORMATION)
			assert_int_equal(e.file_id, entries[n].file_id);
		n++;
	}
	*verdict = reader_verdict(&walk.r);
	return n;
}

// Whatever the capacity: the answer is whole entries, as many as fit, and it can be read.
static void any_capacity_holds_whole_entries(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		size_t before = 0;
		for (size_t cap = 0; cap < 480; cap++) {
			uint8_t out[480];
			size_t count;
			enum verdict verdict;
			size_t len = fill(levels[i], out, cap, &count);
			assert_int_equal(count_of(levels[i], out, len, &verdict), count);
			assert_int_equal(verdict, VERDICT_OK);
			assert_true(count >= before);
			before = count;
		}
		assert_int_equal(before, ARRAY_LEN(entries));
	}
}

static void truncated_lists_are_refused(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		uint8_t out[480];
		size_t count;
		enum verdict verdict;
		size_t len = fill(levels[i], out, sizeof(out), &count);
		for (size_t cut = 1; cut < len; cut++) {
			assert_true(count_of(levels[i], out, cut, &verdict) < count);
			assert_int_not_equal(verdict, VERDICT_OK);
		}
	}
}

static void chains_that_do_not_move_on(UNUSED void **state)
{
	uint8_t out[480];
	size_t count;
	enum verdict verdict;
	size_t len = fill(FILE_NAMES_INFORMATION, out, sizeof(out), &count);
	out[0] = 8; // into itself
	(void)count_of(FILE_NAMES_INFORMATION, out, len, &verdict);
	assert_int_equal(verdict, VERDICT_BAD_OFFSET);
	out[0] = 17;
	(void)count_of(FILE_NAMES_INFORMATION, out, len, &verdict);
	assert_int_equal(verdict, VERDICT_MISALIGNED);
}

static void names_that_cannot_be_sent(UNUSED void **state)
{
	uint8_t out[480];
	struct writer w = writer_make(out, sizeof(out));
	struct dir_info_list list = dir_info_begin(&w, FILE_NAMES_INFORMATION);
	struct dir_info bad = { .name = "caf\xe9" };
	assert_int_equal(dir_info_append(&list, &bad), DIR_APPEND_BAD_NAME);
	assert_int_equal(w.pos, 0);
}

static void notifications(UNUSED void **state)
{
	uint8_t out[64];
	struct writer w = writer_make(out, sizeof(out));
	struct notify_list list = notify_list_begin(&w);
	assert_true(notify_list_append(&list, FILE_ACTION_RENAMED_OLD_NAME, "old"));
	assert_true(notify_list_append(&list, FILE_ACTION_RENAMED_NEW_NAME, "dir\\new"));
	size_t len = w.pos;
	assert_int_equal(len, 12 + 6 + 2 + 12 + 14);
	assert_false(notify_list_append(&list, FILE_ACTION_ADDED, "much too long for this"));
	assert_int_equal(w.pos, len);
	struct notify_walk walk = notify_walk_begin(span_make(out, len));
	uint32_t action;
	const char *name;
	assert_true(notify_walk_next(&walk, &arena, &action, &name));
	assert_int_equal(action, FILE_ACTION_RENAMED_OLD_NAME);
	assert_string_equal(name, "old");
	assert_true(notify_walk_next(&walk, &arena, &action, &name));
	assert_string_equal(name, "dir\\new");
	assert_false(notify_walk_next(&walk, &arena, &action, &name));
	assert_int_equal(reader_verdict(&walk.r), VERDICT_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(fixed_lengths), TEST(any_capacity_holds_whole_entries),
		TEST(truncated_lists_are_refused), TEST(chains_that_do_not_move_on),
		TEST(names_that_cannot_be_sent), TEST(notifications) };
	return RUN_TESTS(tests);
}
