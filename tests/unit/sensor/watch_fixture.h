// SPDX-License-Identifier: Apache-2.0
// Runs the sensor over a capture and remembers what it told of.
#ifndef SIGNET_TESTS_UNIT_SENSOR_WATCH_FIXTURE_H
#define SIGNET_TESTS_UNIT_SENSOR_WATCH_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "sensor/sensor.h"
#include "sensor/unlock.h"

enum { WATCHED_EVENTS_MAX = 4096, WATCHED_TEXT_LEN = 128 };

// What tests ask of an event; "" for what it has not.
struct watched_event {
	enum event_kind kind;
	enum event_mic mic;
	char reason[WATCHED_TEXT_LEN], action[WATCHED_TEXT_LEN], share[WATCHED_TEXT_LEN],
		path[WATCHED_TEXT_LEN], target_path[WATCHED_TEXT_LEN];
	char account[WATCHED_TEXT_LEN], principal[WATCHED_TEXT_LEN], command[WATCHED_TEXT_LEN];
	uint64_t verified, wrong, signed_messages, sealed_messages; // SESSION
	bool decrypted;
	enum event_result result;
	uint64_t packet, connection, channel_of;
	char grade;
};

struct watched {
	struct watched_event *events;
	size_t count;
};

// A change made to a packet on its way: number counts from 1, offset from the packet's end.
struct packet_change {
	uint64_t number;
	size_t from_end;
	uint8_t flip;
	uint64_t lost_to; // not 0: this packet and those up to that one are not in the capture
	const struct packet_change *next; // of another packet
};

// The file, plain or gzipped. change may be NULL.
void watch_capture(const char *path, const struct unlock_keys *keys, const struct packet_change *change,
	struct watched *out);
void watched_done(struct watched *w);

size_t watched_count(const struct watched *w, enum event_kind kind, const char *reason_or_action);
// The n-th of its kind, from 0; fails the test when there is none.
const struct watched_event *watched_nth(const struct watched *w, enum event_kind kind, size_t n);

// Whether a FILE event tells that this was done with that path.
bool watched_has_file(const struct watched *w, const char *action, const char *path);
// Keys from files; fails the test when they cannot be had.
struct unlock_keys *watch_keys(const char *keytab, const char *nt_hashes);
// The same of the text of a file of NT hashes.
struct unlock_keys *watch_keys_of_text(const char *nt_hashes);

// A file of the corpus of captures, which is not part of this repository; NULL (and a message) when it is not
// on this machine.
const char *corpus_file(const char *name);

#endif
