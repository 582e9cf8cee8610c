// SPDX-License-Identifier: Apache-2.0
// What `signet watch` and `signet map` read: several captures as one, in the order of their packets' times,
// so that what happened at the same time in two of them is seen together; or an interface.
#ifndef SIGNET_CLI_WATCH_INPUT_H
#define SIGNET_CLI_WATCH_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture_source.h"

struct watch_input_file {
	struct capture_source *source; // NULL: it could not be opened, or it ended
	struct packet head;            // its next packet
	char *name;
	uint64_t packets, size; // size: bytes, 0: not known
	bool ended, damaged;
	char error[CAPTURE_ERROR_LEN]; // of damage
};

struct watch_input {
	struct watch_input_file *files;
	size_t count;
	size_t current;       // where the last packet came from
	uint64_t others_time; // the earliest head of the others
	size_t unreadable;    // files that could not be opened
};

// Opens all files; what is wrong with those that cannot be is said on standard error. False: none could.
bool watch_input_open_files(struct watch_input *in, const char *const *paths, size_t count) WARN_UNUSED;
// filter: pcap-filter(7); NULL: whatever may be SMB or Kerberos, on any port and in tunnels.
bool watch_input_open_interface(
	struct watch_input *in, const char *interface, const char *filter) WARN_UNUSED;
void watch_input_close(struct watch_input *in);

// The next packet of all; *file is where it came from. CAPTURE_PACKET, CAPTURE_NOTHING or CAPTURE_END: where
// a file is damaged it ends, and says so.
enum capture_next watch_input_next(
	struct watch_input *in, struct packet *p, struct watch_input_file **file) WARN_UNUSED;
// For progress: bytes read of all files, and their size (0: not known).
void watch_input_position(const struct watch_input *in, uint64_t *done, uint64_t *size);

#endif
