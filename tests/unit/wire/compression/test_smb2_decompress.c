// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include <errno.h>
#include <string.h>

#include "../../crypto/hex.h"
#include "base/writer.h"
#include "wire/compression/smb2_decompress.h"
#include "wire/smb2/smb2_transform.h"

enum { MAX = 1 << 20 };

// --- frames -----------------------------------------------------------------------------------------

struct frame {
	uint8_t bytes[4096];
	struct writer w;
};

static void frame_begin(struct frame *f, uint32_t original_size)
{
	f->w = writer_make(f->bytes, sizeof(f->bytes));
	writer_u32(&f->w, SMB2_COMPRESSION_PROTOCOL_ID);
	writer_u32(&f->w, original_size);
}

static void frame_unchained(
	struct frame *f, uint32_t original_size, uint16_t algorithm, struct span plain, struct span packed)
{
	frame_begin(f, original_size);
	writer_u16(&f->w, algorithm);
	writer_u16(&f->w, 0);
	writer_u32(&f->w, (uint32_t)plain.len);
	writer_span(&f->w, plain);
	writer_span(&f->w, packed);
}

// original_payload_size is left out where the algorithm has none.
static void frame_payload(
	struct frame *f, uint16_t algorithm, uint32_t original_payload_size, struct span bytes)
{
	bool sized = algorithm != SMB2_COMPRESSION_NONE && algorithm != SMB2_COMPRESSION_PATTERN_V1;
	writer_u16(&f->w, algorithm);
	writer_u16(&f->w, f->w.pos == 10 ? SMB2_COMPRESSION_FLAG_CHAINED : 0);
	writer_u32(&f->w, (uint32_t)bytes.len + (sized ? 4 : 0));
	if (sized)
		writer_u32(&f->w, original_payload_size);
	writer_span(&f->w, bytes);
}

static void frame_pattern(struct frame *f, uint8_t byte, uint32_t repetitions)
{
	uint8_t bytes[8] = { byte };
	struct writer w = writer_make(bytes, sizeof(bytes));
	writer_u32(&w, byte);
	writer_u32(&w, repetitions);
	frame_payload(f, SMB2_COMPRESSION_PATTERN_V1, 0, span_make(bytes, sizeof(bytes)));
}

static struct span frame_span(const struct frame *f)
{
	assert_true(writer_ok(&f->w));
	return writer_since(&f->w, 0);
}

static int refused(struct span frame, size_t max)
{
	uint8_t *buffer = frame.len > 0 ? (uint8_t *)(uintptr_t)frame.data : NULL;
	struct span plain;
	int err = smb2_decompress(frame, max, &buffer, &plain);
	if (err != 0)
		assert_null(buffer);
	else
		free(buffer);
	return err;
}

static void assert_plain(struct span frame, struct span expected)
{
	uint8_t *buffer;
	struct span plain;
	assert_int_equal(smb2_decompress(frame, MAX, &buffer, &plain), 0);
	assert_int_equal(plain.len, expected.len);
	assert_memory_equal(plain.data, expected.data, expected.len);
	free(buffer);
}

// --- MS-XCA's examples ------------------------------------------------------------------------------

struct example {
	uint16_t algorithm;
	struct bytes packed;
	char plain[512];
};

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz";

static void repeat_abc(char out[512])
{
	for (size_t i = 0; i < 300; i++)
		out[i] = "abc"[i % 3];
	out[300] = '\0';
}

// 3.1
static struct example lz77_literals(void)
{
	struct example e = { .algorithm = SMB2_COMPRESSION_LZ77,
		.packed = hex("3f000000"
			      "6162636465666768696a6b6c6d6e6f707172737475767778797a") };
	memcpy(e.plain, alphabet, sizeof(alphabet));
	return e;
}

static struct example lz77_match(void)
{
	struct example e = { .algorithm = SMB2_COMPRESSION_LZ77,
		.packed = hex("ffffff1f61626317000fff2601") };
	repeat_abc(e.plain);
	return e;
}

// 3.2: the table of code lengths has zeros but for what is given, by the position of its byte.
static struct bytes huffman(const char *at_48, uint8_t at_128, uint8_t at_143, const char *codes)
{
	struct bytes b = { .len = 256 }, lengths = hex(at_48), rest = hex(codes);
	memcpy(b.data + 48, lengths.data, lengths.len);
	b.data[128] = at_128;
	b.data[143] = at_143;
	memcpy(b.data + b.len, rest.data, rest.len);
	b.len += rest.len;
	return b;
}

static struct example huffman_literals(void)
{
	struct example e = { .algorithm = SMB2_COMPRESSION_LZ77_HUFFMAN,
		.packed = huffman("5055555555555555555555454404", 0x04, 0,
			"d8523ed794115be9195ff9d67cdf8d0400000000") };
	memcpy(e.plain, alphabet, sizeof(alphabet));
	return e;
}

static struct example huffman_match(void)
{
	struct example e = { .algorithm = SMB2_COMPRESSION_LZ77_HUFFMAN,
		.packed = huffman("3023", 0x02, 0x20, "a8dc0000ff2601") };
	repeat_abc(e.plain);
	return e;
}

// 3.3; its NUL is part of the text.
static struct example lznt1(void)
{
	struct example e = { .algorithm = SMB2_COMPRESSION_LZNT1,
		.packed = hex("38b08846232000204720410010a24701a045204400084501507900c0452005241388"
			      "05b4024a44ef0358028c09160148450"
			      "0be009e0004011890"
			      "00"),
		.plain = "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E "
			 "F# G F# D E F# G F# E D E A F# F# G A A G F# E D D E F# E D D" };
	return e;
}

static size_t plain_len(const struct example *e)
{
	return strlen(e->plain) + (e->algorithm == SMB2_COMPRESSION_LZNT1 ? 1 : 0);
}

enum { EXAMPLES = 5 };

static struct example example(unsigned i)
{
	struct example (*const all[EXAMPLES])(
		void) = { lz77_literals, lz77_match, huffman_literals, huffman_match, lznt1 };
	return all[i]();
}

static void decompresses_the_specifications_examples(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EXAMPLES; i++) {
		struct example e = example(i);
		struct frame f;
		frame_unchained(
			&f, (uint32_t)plain_len(&e), e.algorithm, span_make(NULL, 0), bytes_span(&e.packed));
		assert_plain(frame_span(&f), span_make(e.plain, plain_len(&e)));
	}
}

static void keeps_what_was_not_compressed(void **state)
{
	(void)state;
	struct example e = lz77_match();
	struct frame f;
	char expected[512] = "header";
	frame_unchained(&f, 300, e.algorithm, span_of_str("header"), bytes_span(&e.packed));
	memcpy(expected + 6, e.plain, 300);
	assert_plain(frame_span(&f), span_make(expected, 306));
}

static void chains_payloads(void **state)
{
	(void)state;
	struct example e = huffman_match(), n = lznt1();
	struct frame f;
	char expected[1024];
	memset(expected, 'x', 100);
	memcpy(expected + 100, "as it is", 8);
	memcpy(expected + 108, e.plain, 300);
	memcpy(expected + 408, n.plain, 142);
	memset(expected + 550, 0, 50);
	frame_begin(&f, 600);
	frame_pattern(&f, 'x', 100);
	frame_payload(&f, SMB2_COMPRESSION_NONE, 0, span_of_str("as it is"));
	frame_payload(&f, e.algorithm, 300, bytes_span(&e.packed));
	frame_payload(&f, n.algorithm, 142, bytes_span(&n.packed));
	frame_pattern(&f, 0, 50);
	assert_plain(frame_span(&f), span_make(expected, 600));
}

// --- what must be refused ---------------------------------------------------------------------------

// Except that the padding behind the last code may be missing.
static void refuses_whatever_is_cut(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EXAMPLES; i++) {
		struct example e = example(i);
		struct frame f;
		frame_unchained(
			&f, (uint32_t)plain_len(&e), e.algorithm, span_make(NULL, 0), bytes_span(&e.packed));
		struct span whole = frame_span(&f);
		size_t spare = e.algorithm == SMB2_COMPRESSION_LZ77_HUFFMAN ? 8 : 0;
		for (size_t len = 0; len + spare < whole.len; len++)
			assert_int_equal(refused(span_make(whole.data, len), MAX), -EBADMSG);
	}
}

static void refuses_other_sizes_than_announced(void **state)
{
	(void)state;
	struct example e = lznt1();
	struct frame f;
	frame_unchained(&f, 141, e.algorithm, span_make(NULL, 0), bytes_span(&e.packed));
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
	frame_unchained(&f, 143, e.algorithm, span_make(NULL, 0), bytes_span(&e.packed));
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
	frame_begin(&f, 99);
	frame_pattern(&f, 'x', 100);
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
	frame_begin(&f, 101);
	frame_pattern(&f, 'x', 100);
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
}

static void refuses_matches_before_the_beginning(void **state)
{
	(void)state;
	struct frame f;
	// LZ77: a literal, then a match of distance 3.
	struct bytes lz77 = hex("000000406112"
				"00");
	frame_unchained(&f, 6, SMB2_COMPRESSION_LZ77, span_make(NULL, 0), bytes_span(&lz77));
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
	// It does not help that something that was not compressed stands before it.
	frame_unchained(&f, 6, SMB2_COMPRESSION_LZ77, span_of_str("before it"), bytes_span(&lz77));
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
	struct bytes lznt1_match = hex("04b0026102"
				       "1000");
	frame_unchained(&f, 6, SMB2_COMPRESSION_LZNT1, span_make(NULL, 0), bytes_span(&lznt1_match));
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
}

static void refuses_tables_with_too_many_codes(void **state)
{
	(void)state;
	struct bytes packed = { .len = 300 };
	struct frame f;
	memset(packed.data, 0x11, 256); // 512 codes of one bit
	frame_unchained(&f, 10, SMB2_COMPRESSION_LZ77_HUFFMAN, span_make(NULL, 0), bytes_span(&packed));
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
	memset(packed.data, 0, 256); // none at all
	frame_unchained(&f, 10, SMB2_COMPRESSION_LZ77_HUFFMAN, span_make(NULL, 0), bytes_span(&packed));
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
}

static void keeps_to_its_limit(void **state)
{
	(void)state;
	struct frame f;
	frame_begin(&f, UINT32_MAX);
	frame_pattern(&f, 'x', UINT32_MAX);
	assert_int_equal(refused(frame_span(&f), MAX), -EMSGSIZE);
	frame_begin(&f, MAX);
	frame_pattern(&f, 'x', MAX);
	assert_int_equal(refused(frame_span(&f), MAX), 0);
	assert_int_equal(refused(frame_span(&f), MAX - 1), -EMSGSIZE);
	struct example e = lz77_match();
	frame_unchained(&f, UINT32_MAX, e.algorithm, span_make(NULL, 0), bytes_span(&e.packed));
	assert_int_equal(refused(frame_span(&f), MAX), -EMSGSIZE);
}

static void refuses_endless_chains(void **state)
{
	(void)state;
	struct frame f;
	frame_begin(&f, 0);
	while (writer_left(&f.w) >= 8)
		frame_payload(&f, SMB2_COMPRESSION_NONE, 0, span_make(NULL, 0));
	assert_int_equal(refused(frame_span(&f), MAX), -EBADMSG);
}

static void names_what_it_does_not_know(void **state)
{
	(void)state;
	struct frame f;
	frame_unchained(&f, 10, SMB2_COMPRESSION_LZ4, span_make(NULL, 0), span_of_str("0123456789"));
	assert_int_equal(refused(frame_span(&f), MAX), -ENOTSUP);
	frame_unchained(&f, 10, SMB2_COMPRESSION_PATTERN_V1, span_make(NULL, 0), span_of_str("01234567"));
	assert_int_equal(refused(frame_span(&f), MAX), -ENOTSUP);
	frame_begin(&f, 10);
	frame_payload(&f, SMB2_COMPRESSION_LZ4, 10, span_of_str("0123456789"));
	assert_int_equal(refused(frame_span(&f), MAX), -ENOTSUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decompresses_the_specifications_examples),
		cmocka_unit_test(keeps_what_was_not_compressed),
		cmocka_unit_test(chains_payloads),
		cmocka_unit_test(refuses_whatever_is_cut),
		cmocka_unit_test(refuses_other_sizes_than_announced),
		cmocka_unit_test(refuses_matches_before_the_beginning),
		cmocka_unit_test(refuses_tables_with_too_many_codes),
		cmocka_unit_test(keeps_to_its_limit),
		cmocka_unit_test(refuses_endless_chains),
		cmocka_unit_test(names_what_it_does_not_know),
	};
	return RUN_TESTS(tests);
}
