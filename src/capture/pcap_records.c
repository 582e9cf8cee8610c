// SPDX-License-Identifier: Apache-2.0
#include "capture/pcap_records.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILE_HEADER_LEN = 24,
	HEADER_LEN = 16,         // of a record
	RECORD_LEN_MAX = 262144, // libpcap's MAXIMUM_SNAPLEN
	READ_LEN = 128 << 10,    // at once: stays in a core's cache
	MICROSECONDS = 0xa1b2c3d4,
	NANOSECONDS = 0xa1b23c4d,
};

struct pcap_records {
	int fd;
	bool swapped; // written on a machine of the other byte order
	bool nanoseconds;
	uint32_t snap_len;
	uint64_t offset;   // in the file: of what is read next
	size_t begin, end; // in the block: of what was read and not handed out
	uint8_t block[HEADER_LEN + RECORD_LEN_MAX + READ_LEN];
};

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
	r->offset = sizeof(header);
	return true;
}

struct pcap_records *pcap_records_new(int fd, int snap_len)
{
	struct pcap_records *r = malloc(sizeof(*r));
	if (r == NULL)
		return NULL;
	r->fd = fd;
	r->swapped = false;
	r->snap_len = snap_len < 0 ? 0 : (uint32_t)snap_len;
	r->begin = r->end = 0;
	if (take_header(r))
		return r;
	free(r);
	return NULL;
}

void pcap_records_free(struct pcap_records *r)
{
	free(r);
}

// Reads until len bytes lie in the block from its beginning on, or the file ends; 0 or a negative errno.
static int fill(struct pcap_records *r, size_t len)
{
	memmove(r->block, r->block + r->begin, r->end - r->begin);
	r->end -= r->begin;
	r->begin = 0;
	while (r->end < len) {
		ssize_t n = pread(r->fd, r->block + r->end, READ_LEN, (off_t)r->offset);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -errno;
		r->end += n < 0 ? 0 : (size_t)n;
		r->offset += n < 0 ? 0 : (uint64_t)n;
	}
	return 0;
}

// The next len bytes, borrowed; fewer at the file's end. NULL: the file cannot be read.
static const uint8_t *look(struct pcap_records *r, size_t len, size_t *there, char *error)
{
	int err = r->end - r->begin < len ? fill(r, len) : 0;
	if (err != 0) {
		(void)snprintf(error, PCAP_RECORDS_ERROR_LEN, "error reading dump file: %s", strerror(-err));
		return NULL;
	}
	*there = r->end - r->begin < len ? r->end - r->begin : len;
	return r->block + r->begin;
}

static enum capture_next truncated(char *error, const char *what, size_t wanted, size_t there)
{
	(void)snprintf(error, PCAP_RECORDS_ERROR_LEN,
		"truncated dump file; tried to read %zu %s bytes, only got %zu", wanted, what, there);
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
	p->time_us = (uint64_t)number(r, at) * 1000000 + (r->nanoseconds ? fraction / 1000 : fraction);
	p->wire_len = number(r, at + 12);
	if (len > RECORD_LEN_MAX)
		return too_long(r, error, len);
	at = look(r, HEADER_LEN + (size_t)len, &there, error);
	if (at == NULL)
		return CAPTURE_DAMAGED;
	uint32_t kept = len < r->snap_len ? len : r->snap_len;
	size_t bytes = there - HEADER_LEN;
	if (bytes < len)
		return truncated(error, "captured", bytes < kept ? kept : len, bytes);
	p->bytes = span_make(at + HEADER_LEN, kept);
	r->begin += there;
	return CAPTURE_PACKET;
}

uint64_t pcap_records_position(const struct pcap_records *r)
{
	return r->offset - (r->end - r->begin);
}
