// SPDX-License-Identifier: Apache-2.0
#include "capture/pcap_records.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/mapped_file.h"

enum {
	FILE_HEADER_LEN = 24,
	HEADER_LEN = 16,         // of a record
	RECORD_LEN_MAX = 262144, // libpcap's MAXIMUM_SNAPLEN
	WINDOW_LEN = 2 << 20,    // mapped at once: a record, and enough that mapping it is little of the work
	PAGE_LEN = 65536,        // a multiple of each machine's
	MICROSECONDS = 0xa1b2c3d4,
	NANOSECONDS = 0xa1b23c4d,
};
_Static_assert(WINDOW_LEN >= PAGE_LEN + HEADER_LEN + RECORD_LEN_MAX, "a record fits in wherever it begins");

struct pcap_records {
	int fd;
	bool swapped; // written on a machine of the other byte order
	bool nanoseconds;
	uint32_t snap_len;
	uint64_t position; // in the file: of the window's first byte
	size_t begin;      // in the window: of what was not handed out
	struct mapped_file window;
};

void pcap_records_free(struct pcap_records *r)
{
	if (r != NULL)
		mapped_file_done(&r->window);
	free(r);
}

static uint32_t number(const struct pcap_records *r, const uint8_t *at)
{
	uint32_t n;
	memcpy(&n, at, sizeof(n));
	return r->swapped ? __builtin_bswap32(n) : n;
}

static bool is_magic(const struct pcap_records *r, const uint8_t *at)
{
	return number(r, at) == (uint32_t)MICROSECONDS || number(r, at) == (uint32_t)NANOSECONDS;
}

// 2.4, of 1998; before it some wrote a record's lengths the other way round.
static bool is_current(const struct pcap_records *r, const uint8_t *at)
{
	uint16_t version[2];
	memcpy(version, at, sizeof(version));
	return r->swapped ? version[0] == 0x0200 && version[1] == 0x0400 : version[0] == 2 && version[1] == 4;
}

static bool take_header(struct pcap_records *r)
{
	struct stat st;
	uint8_t header[FILE_HEADER_LEN];
	if (fstat(r->fd, &st) != 0 || !S_ISREG(st.st_mode) ||
		pread(r->fd, header, sizeof(header), 0) != (ssize_t)sizeof(header))
		return false;
	r->swapped = !is_magic(r, header);
	if (!is_magic(r, header) || !is_current(r, header + 4))
		return false;
	r->nanoseconds = number(r, header) == (uint32_t)NANOSECONDS;
	r->begin = sizeof(header);
	return true;
}

struct pcap_records *pcap_records_new(int fd, int snap_len)
{
	struct pcap_records *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return NULL;
	r->fd = fd;
	r->snap_len = snap_len < 0 ? 0 : (uint32_t)snap_len;
	// Some file systems let nothing be mapped.
	if (take_header(r) && mapped_file_init(&r->window) == 0 &&
		mapped_file_move(&r->window, fd, 0, WINDOW_LEN) == 0)
		return r;
	pcap_records_free(r);
	return NULL;
}

static size_t left(const struct pcap_records *r)
{
	return r->window.len < r->begin ? 0 : r->window.len - r->begin;
}

// The window begins with the page where the next record does, and goes as far as the file does by now.
static bool move_window(struct pcap_records *r, char *error)
{
	uint64_t at = r->position + r->begin;
	r->position = at / PAGE_LEN * PAGE_LEN;
	r->begin = (size_t)(at - r->position);
	int err = mapped_file_move(&r->window, r->fd, r->position, WINDOW_LEN);
	if (err != 0)
		(void)snprintf(error, PCAP_RECORDS_ERROR_LEN, "error reading dump file: %s", strerror(-err));
	return err == 0;
}

// The next len bytes, borrowed; fewer at the file's end. NULL: the file cannot be read. Inline: mostly they
// are there.
static inline const uint8_t *look(struct pcap_records *r, size_t len, size_t *there, char *error)
{
	static const uint8_t nothing[1];
	if (left(r) < len && !move_window(r, error))
		return NULL;
	*there = left(r) < len ? left(r) : len;
	return *there == 0 ? nothing : r->window.bytes + r->begin;
}

static enum capture_next truncated(char *error, const char *what, size_t wanted, size_t there)
{
	(void)snprintf(error, PCAP_RECORDS_ERROR_LEN,
		"truncated dump file; tried to read %zu %s bytes, only got %zu", wanted, what, there);
	return CAPTURE_DAMAGED;
}

// Seen with the record after the one that was looked at when it happened, or with its own header.
static enum capture_next cut(char *error)
{
	(void)snprintf(error, PCAP_RECORDS_ERROR_LEN, "it was cut short, or could not be read, meanwhile");
	return CAPTURE_DAMAGED;
}

static enum capture_next too_long(const struct pcap_records *r, char *error, uint32_t len)
{
	const char *than = len > r->snap_len ? "snaplen" : "maximum";
	(void)snprintf(error, PCAP_RECORDS_ERROR_LEN,
		"invalid packet capture length %u, bigger than %s of %u", len, than,
		len > r->snap_len ? r->snap_len : (uint32_t)RECORD_LEN_MAX);
	return CAPTURE_DAMAGED;
}

enum capture_next pcap_records_next(
	struct pcap_records *r, struct packet *p, char error[PCAP_RECORDS_ERROR_LEN])
{
	size_t there;
	const uint8_t *at = look(r, HEADER_LEN, &there, error);
	if (at == NULL)
		return CAPTURE_DAMAGED;
	if (there < HEADER_LEN)
		return there == 0 ? CAPTURE_END : truncated(error, "header", HEADER_LEN, there);
	uint32_t fraction = number(r, at + 4), len = number(r, at + 8);
	if (r->window.is_cut)
		return cut(error);
	p->time_us = (uint64_t)number(r, at) * 1000000 + (r->nanoseconds ? fraction / 1000 : fraction);
	p->wire_len = number(r, at + 12);
	if (len > RECORD_LEN_MAX)
		return too_long(r, error, len);
	at = look(r, HEADER_LEN + (size_t)len, &there, error);
	if (at == NULL)
		return CAPTURE_DAMAGED;
	if (there < HEADER_LEN) // there was more a moment ago
		return cut(error);
	uint32_t kept = len < r->snap_len ? len : r->snap_len;
	size_t bytes = there - HEADER_LEN;
	if (bytes < len)
		return truncated(error, "captured", bytes < kept ? kept : len, bytes);
	p->bytes = span_make(at + HEADER_LEN, kept);
	r->begin += there;
	__builtin_prefetch(at + there); // the next one's headers, while this one is looked at
	return CAPTURE_PACKET;
}

uint64_t pcap_records_position(const struct pcap_records *r)
{
	return r->position + r->begin;
}
