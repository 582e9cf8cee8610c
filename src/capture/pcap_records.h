// SPDX-License-Identifier: Apache-2.0
// Packets of a classic capture file (draft-ietf-opsawg-pcap), mapped piece by piece and handed out where they
// lie: libpcap copies each one twice. It judges the file's header all the same, and reads whatever else there
// is: pcapng, old versions, what is no regular file.
#ifndef SIGNET_CAPTURE_PCAP_RECORDS_H
#define SIGNET_CAPTURE_PCAP_RECORDS_H

#include <stdint.h>

#include "base/attributes.h"
#include "capture/capture_source.h"

enum { PCAP_RECORDS_ERROR_LEN = 256 };

struct pcap_records;

// fd is a file that libpcap took for a capture of packets of snap_len bytes at most; it is borrowed, and its
// position does not matter. NULL: it is none of these, or memory is out.
struct pcap_records *pcap_records_new(int fd, int snap_len) WARN_UNUSED;
void pcap_records_free(struct pcap_records *r); // NULL is fine
// Sets the packet's time, lengths and bytes, borrowed until the next call. CAPTURE_DAMAGED: error says why.
enum capture_next pcap_records_next(
	struct pcap_records *r, struct packet *p, char error[PCAP_RECORDS_ERROR_LEN]) WARN_UNUSED;
// How many bytes of the file were passed.
uint64_t pcap_records_position(const struct pcap_records *r);

#endif
