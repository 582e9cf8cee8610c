// SPDX-License-Identifier: Apache-2.0
// A capture file: whatever is in it, reading ends, and every packet lies within what was read.
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/pcap_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void read_all(struct pcap_records *r, size_t size)
{
	char error[PCAP_RECORDS_ERROR_LEN] = "";
	struct packet p;
	uint64_t passed = pcap_records_position(r);
	enum capture_next next;
	while ((next = pcap_records_next(r, &p, error)) == CAPTURE_PACKET) {
		uint8_t *copy = malloc(p.bytes.len + 1);
		require(copy != NULL);
		if (p.bytes.len > 0)
			memcpy(copy, p.bytes.data, p.bytes.len);
		free(copy);
		require(pcap_records_position(r) >= passed + p.bytes.len + 16);
		passed = pcap_records_position(r);
	}
	require(next == CAPTURE_END ? passed == size : error[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);
	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	for (int snap_len = 64; snap_len <= 65535; snap_len = snap_len * 1024 - 1) {
		struct pcap_records *r = pcap_records_new(fd, snap_len);
		if (r != NULL)
			read_all(r, size);
		pcap_records_free(r);
	}
	(void)close(fd);
	return 0;
}
