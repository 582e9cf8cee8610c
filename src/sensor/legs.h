// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: two connections that carry the same session, because something passes it on
// between them (a forwarder, NAT, somebody in the middle). What one carried and the other carried
// differently, message by message, was changed on its way: an ANOMALY "legs_differ".
#ifndef SIGNET_SENSOR_LEGS_H
#define SIGNET_SENSOR_LEGS_H

#include "sensor/conversation.h"
#include "sensor/watched_session.h"

enum {
	LEGS_CHALLENGES_MAX = 1024, // remembered, the oldest makes room
	LEGS_MESSAGES = 512,        // of a pair, that wait to be seen on the other leg
};

struct legs;
struct legs_table;

struct legs_table *legs_table_new(void) WARN_UNUSED; // NULL when memory is out
void legs_table_free(struct legs_table *t);          // NULL is fine; after all conversations

// A server's challenge was seen: if another connection showed the same for the same SessionId, they are
// legs of one session from now on.
void legs_of_challenge(struct conversation *c, const struct watched_session *s);
// A message in clear of a conversation that has legs.
void legs_message(struct conversation *c, const struct smb2_header *h, struct span message, size_t len);
// The conversation ends.
void legs_part(struct conversation *c);

#endif
