// SPDX-License-Identifier: Apache-2.0
// Files of every form, whole and cut at each byte, are read as libpcap reads them.
#include "../test_support.h"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/writer.h"
#include "capture/pcap_records.h"

enum { MICROSECONDS = 0xa1b2c3d4, NANOSECONDS = 0xa1b23c4d, FILE_MAX = 4 << 20, HEADER_LEN = 24 };

struct form {
	uint32_t magic, snap_len;
	bool swapped;
};

static const struct form forms[] = {
	{ MICROSECONDS, 262144, false }, { MICROSECONDS, 262144, true }, { NANOSECONDS, 262144, false },
	{ NANOSECONDS, 262144, true }, { MICROSECONDS, 0, false }, // not told
	{ MICROSECONDS, 30, true },                                // packets are longer
};

static void put(struct writer *w, const struct form *f, uint32_t n)
{
	writer_u32(w, f->swapped ? __builtin_bswap32(n) : n);
}

static struct writer begin(uint8_t *file, const struct form *f)
{
	struct writer w = writer_make(file, FILE_MAX);
	put(&w, f, f->magic);
	writer_u16(&w, f->swapped ? 0x0200 : 2);
	writer_u16(&w, f->swapped ? 0x0400 : 4);
	writer_zeros(&w, 8);
	put(&w, f, f->snap_len);
	put(&w, f, DLT_EN10MB);
	return w;
}

static void put_packet(struct writer *w, const struct form *f, uint32_t number, uint32_t len)
{
	put(w, f, 1700000000 + number);
	put(w, f, f->magic == (uint32_t)NANOSECONDS ? 999999999 - number : 999999 - number);
	put(w, f, len);
	put(w, f, len + 7);
	for (uint32_t i = 0; i < len; i++)
		writer_u8(w, (uint8_t)(number + i));
}

static int file_of(const uint8_t *bytes, size_t len)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void expect_packet(const struct packet *p, const struct pcap_pkthdr *header, const u_char *bytes)
{
	assert_int_equal(p->time_us, (uint64_t)header->ts.tv_sec * 1000000 + (uint64_t)header->ts.tv_usec);
	assert_int_equal(p->wire_len, header->len);
	assert_int_equal(p->bytes.len, header->caplen);
	assert_memory_equal(p->bytes.data, bytes, header->caplen);
}

// How many packets there were, read by both at once; both must end in the same way.
static size_t expect_like_pcap(const uint8_t *bytes, size_t len)
{
	char why[PCAP_ERRBUF_SIZE], error[PCAP_RECORDS_ERROR_LEN];
	struct pcap_pkthdr *header;
	const u_char *wanted;
	struct packet p;
	size_t count = 0;
	int fd = file_of(bytes, len), rc;
	pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(
		fdopen(dup(fd), "rb"), PCAP_TSTAMP_PRECISION_MICRO, why);
	assert_non_null(pcap);
	struct pcap_records *r = pcap_records_new(fd, pcap_snapshot(pcap));
	assert_non_null(r);
	assert_int_equal(pcap_records_position(r), HEADER_LEN);
	for (; (rc = pcap_next_ex(pcap, &header, &wanted)) == 1; count++) {
		assert_int_equal(pcap_records_next(r, &p, error), CAPTURE_PACKET);
		expect_packet(&p, header, wanted);
	}
	enum capture_next end = pcap_records_next(r, &p, error);
	assert_int_equal(end, rc == PCAP_ERROR_BREAK ? CAPTURE_END : CAPTURE_DAMAGED);
	if (end == CAPTURE_DAMAGED)
		assert_string_equal(error, pcap_geterr(pcap));
	else
		assert_int_equal(pcap_records_position(r), len);
	pcap_records_free(r);
	pcap_close(pcap);
	(void)close(fd);
	return count;
}

static void files_of_every_form_are_read_wherever_they_end(void **state)
{
	uint8_t *file = malloc(FILE_MAX);
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct writer w = begin(file, &forms[i]);
		for (uint32_t n = 0; n < 3; n++)
			put_packet(&w, &forms[i], n, 40 * n);
		assert_int_equal(expect_like_pcap(file, w.pos), 3);
		for (size_t len = HEADER_LEN; len < w.pos; len++)
			assert_true(expect_like_pcap(file, len) < 3);
	}
	free(file);
}

// Beyond what is read at once, with packets of the longest kind across its ends.
static void long_files_are_read(void **state)
{
	uint8_t *file = malloc(FILE_MAX);
	struct writer w = begin(file, &forms[0]);
	uint32_t number = 0;
	(void)state;
	for (; writer_left(&w) > 600000; number++)
		put_packet(&w, &forms[0], number, number % 50 == 49 ? 262144 - number : number * 37 % 3000);
	assert_int_equal(expect_like_pcap(file, w.pos), number);
	free(file);
}

static void lengths_beyond_reason_are_damage(void **state)
{
	uint8_t *file = malloc(FILE_MAX);
	static const uint32_t snap_lens[] = { 65535, 1 << 20, INT32_MAX, UINT32_MAX };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(snap_lens); i++) {
		const struct form f = { MICROSECONDS, snap_lens[i], false };
		struct writer w = begin(file, &f);
		put_packet(&w, &f, 0, 262144);
		put_packet(&w, &f, 1, 262145);
		assert_int_equal(expect_like_pcap(file, w.pos), 1);
	}
	free(file);
}

static bool is_taken(int fd)
{
	struct pcap_records *r = pcap_records_new(fd, 65535);
	bool taken = r != NULL;
	pcap_records_free(r);
	(void)close(fd);
	return taken;
}

static void other_files_are_left_to_libpcap(void **state)
{
	uint8_t file[HEADER_LEN];
	struct writer w = writer_make(file, sizeof(file));
	int ends[2];
	(void)state;
	writer_u32(&w, MICROSECONDS);
	writer_u16(&w, 2);
	writer_u16(&w, 4);
	writer_zeros(&w, 16);
	assert_true(is_taken(file_of(file, sizeof(file))));
	assert_false(is_taken(file_of(file, sizeof(file) - 1)));
	file[6] = 3; // version 2.3
	assert_false(is_taken(file_of(file, sizeof(file))));
	file[6] = 4;
	writer_patch_u32(&w, 0, 0x0a0d0d0a); // pcapng
	assert_false(is_taken(file_of(file, sizeof(file))));
	writer_patch_u32(&w, 0, MICROSECONDS);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], file, sizeof(file)), sizeof(file));
	assert_false(is_taken(ends[0]));
	(void)close(ends[1]);
}

// A file that becomes shorter while it is read ends there.
static void a_file_may_shrink(void **state)
{
	uint8_t *file = malloc(FILE_MAX);
	char error[PCAP_RECORDS_ERROR_LEN];
	struct writer w = begin(file, &forms[0]);
	struct packet p;
	(void)state;
	for (uint32_t n = 0; n < 2000; n++)
		put_packet(&w, &forms[0], n, 1000);
	int fd = file_of(file, w.pos);
	struct pcap_records *r = pcap_records_new(fd, 65535);
	assert_non_null(r);
	assert_int_equal(pcap_records_next(r, &p, error), CAPTURE_PACKET);
	assert_int_equal(ftruncate(fd, HEADER_LEN), 0);
	enum capture_next next = CAPTURE_PACKET;
	for (int i = 0; i < 2000 && next == CAPTURE_PACKET; i++)
		next = pcap_records_next(r, &p, error);
	assert_int_equal(next, CAPTURE_DAMAGED);
	pcap_records_free(r);
	(void)close(fd);
	free(file);
}

// Nothing is left to be mapped then, which is no damage.
static void a_file_may_end_with_a_page(void **state)
{
	enum { FILE_LEN = 2 << 16, FIRST_LEN = 65000, RECORD_HEADER_LEN = 16 };
	uint8_t *file = malloc(FILE_MAX);
	struct writer w = begin(file, &forms[0]);
	(void)state;
	put_packet(&w, &forms[0], 0, FIRST_LEN);
	put_packet(&w, &forms[0], 1, (uint32_t)(FILE_LEN - RECORD_HEADER_LEN - w.pos));
	assert_int_equal(w.pos, FILE_LEN);
	assert_int_equal(expect_like_pcap(file, w.pos), 2);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_every_form_are_read_wherever_they_end),
		cmocka_unit_test(long_files_are_read),
		cmocka_unit_test(lengths_beyond_reason_are_damage),
		cmocka_unit_test(other_files_are_left_to_libpcap),
		cmocka_unit_test(a_file_may_shrink),
		cmocka_unit_test(a_file_may_end_with_a_page),
	};
	return RUN_TESTS(tests);
}
