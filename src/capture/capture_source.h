// SPDX-License-Identifier: Apache-2.0
// Where packets come from: a file in pcap or pcapng format, standard input, or an interface. One thread.
#ifndef SIGNET_CAPTURE_CAPTURE_SOURCE_H
#define SIGNET_CAPTURE_CAPTURE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "capture/packet.h"

enum { CAPTURE_ERROR_LEN = 512 };

enum capture_next {
	CAPTURE_PACKET,
	CAPTURE_NOTHING, // live: none came within a moment
	CAPTURE_END,
	CAPTURE_DAMAGED, // the rest cannot be read; capture_source_error says why
};

struct capture_source;

// path "-": standard input. NULL: error says what is wrong and what to do.
struct capture_source *capture_file_open(const char *path, char error[CAPTURE_ERROR_LEN]) WARN_UNUSED;
// filter: a libpcap expression, NULL for the default (SMB, NetBIOS sessions and Kerberos, tunnelled or
// not); buffer: bytes the kernel keeps for us.
struct capture_source *capture_live_open(
	const char *interface, const char *filter, int buffer, char error[CAPTURE_ERROR_LEN]) WARN_UNUSED;
void capture_source_close(struct capture_source *s); // NULL is fine

// *p is borrowed until the next call.
enum capture_next capture_source_next(struct capture_source *s, struct packet *p) WARN_UNUSED;
const char *capture_source_error(const struct capture_source *s);
const char *capture_source_name(const struct capture_source *s);
// For progress: bytes read of the file, and its size (0: not known).
void capture_source_position(const struct capture_source *s, uint64_t *done, uint64_t *size);
// Live: packets that the kernel dropped because nobody took them in time.
uint64_t capture_source_lost(struct capture_source *s);

#endif
