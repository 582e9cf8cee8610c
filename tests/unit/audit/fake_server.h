// SPDX-License-Identifier: Apache-2.0
// A server on a loopback port that negotiates as it is told to, or misbehaves: what probes are tried
// against where no real server does such things. One connection at a time, as a probe makes them.
#ifndef SIGNET_TESTS_UNIT_AUDIT_FAKE_SERVER_H
#define SIGNET_TESTS_UNIT_AUDIT_FAKE_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire/smb2/smb2_negotiate.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

enum fake_manner {
	FAKE_HONEST,       // answers by its policy
	FAKE_SILENT,       // takes the request and says nothing
	FAKE_CLOSES,       // ends the connection
	FAKE_RESETS,       // likewise, with a reset
	FAKE_GARBAGE,      // a frame of noise
	FAKE_GARBAGE_BODY, // a header as it should be, and noise
	FAKE_HALF,         // half a frame, then nothing
	FAKE_HUGE,         // a frame of 16 MiB
	FAKE_ENDLESS,      // frame after frame of noise
	FAKE_DRIPS,        // a byte now and then
	FAKE_NOT_A_FRAME,  // a NetBIOS session refusal
	FAKE_CUT,          // an honest answer cut short, another byte longer each time
	FAKE_BENT,         // an honest answer with one byte changed, the next one each time
	FAKE_MANNERS,
};

struct fake_policy {
	uint16_t dialects[5]; // accepted; 0: none more
	bool any_dialect;     // answers with the first of them whatever was offered
	bool no_preauth;      // takes 3.1.1 without preauthentication integrity
	bool follows_client;  // takes the first algorithm of the client that it has, not its own first
	bool smb1;            // has SMB1; otherwise it ends the connection
	bool smb1_cut;        // refuses SMB1 with the answer of ksmbd of Linux 6.12
	bool insists;         // refuses who offers no algorithm of ciphers or signings that it has
	struct smb2_negotiate_ids ciphers, signings, compressions; // by its own preference
	int64_t skew_s;                                            // of its clock
	uint8_t guid[SMB2_GUID_LEN];
};

struct fake_server {
	enum fake_manner manner;
	struct fake_policy policy;
	uint16_t port;
	// Its own.
	int listener;
	pthread_t thread;
	unsigned connections;
};

// A listening socket on a loopback port.
int fake_listen(uint16_t *port);
// The next frame's bytes; 0: the client has gone.
size_t fake_read_frame(int fd, uint8_t *out, size_t cap);
// announced: what the frame says its length is.
bool fake_send_frame(int fd, struct span message, size_t announced);
// The answer to SMB2's NEGOTIATE by a policy.
void fake_negotiate(const struct fake_policy *p, struct span message, struct writer *w);

void fake_server_start(struct fake_server *s);
void fake_server_stop(struct fake_server *s);

#endif
