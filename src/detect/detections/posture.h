// SPDX-License-Identifier: Apache-2.0
// Private to the detections: those that judge a session by itself, once for each client, server and account.
#ifndef SIGNET_DETECT_DETECTIONS_POSTURE_H
#define SIGNET_DETECT_DETECTIONS_POSTURE_H

#include "detect/story.h"

struct posture {
	struct detect_context context;
	struct stories *stories;
};

// What stands is told less and less often (story.h); what somebody does, each hour.
enum posture_kind { POSTURE_STANDS, POSTURE_DEED };

// The parts of a detector that all of them share; posture_new is called from its `begin`.
void *posture_new(
	const struct detect_context *context, const struct detector *d, enum posture_kind kind) WARN_UNUSED;
void posture_tick(void *state, uint64_t now_us);
void posture_finish(void *state);
void posture_free(void *state);

// The finding about the event's client, server and account, its hosts and times in it; *first: it is new, and
// title and evidence are wanted. NULL when memory is out.
struct finding *posture_finding(struct posture *p, const struct event *e, bool *first) WARN_UNUSED;

// The account, its principal, or "somebody".
const char *posture_account(const struct event *e);

// What sessions are like.
bool posture_is_session(const struct event *e); // its end: a SESSION with a verdict
bool posture_has_mechanism(const struct event *e, const char *mechanism);
bool posture_cannot_sign(const struct event *e); // guests and anonymous ones (MS-SMB2 3.3.5.5.3)
const char *posture_yes(enum event_yes yes);
const char *posture_dialect(uint16_t dialect);
#endif
