// SPDX-License-Identifier: Apache-2.0
// The sensor: packets in, events out (event/event.h). It rebuilds SMB connections, pairs requests with
// their answers, and says what was negotiated, who authenticated how, what was done, and in the end what
// each session was worth. It finds; judging over several connections is the detectors' (detect/).
//
// One thread. Memory is bounded by named limits; reaching one is a CAPTURE event with its name.
#ifndef SIGNET_SENSOR_SENSOR_H
#define SIGNET_SENSOR_SENSOR_H

#include <stdint.h>

#include "base/attributes.h"
#include "capture/flow_table.h"
#include "event/event.h"

struct unlock_keys;

struct sensor_limits {
	struct flow_limits flows;
	uint32_t sessions_per_connection_max;
	uint32_t opens_per_connection_max;    // opens and tree connects that are remembered
	uint32_t requests_per_connection_max; // that wait for their answers
	uint32_t message_len_max;             // of a message that is kept whole, bytes
};

struct sensor_config {
	// Called for each event, which is borrowed for the call.
	void (*emit)(void *context, const struct event *e);
	void *context;
	const struct unlock_keys *keys; // NULL: none; outlives the sensor
	struct sensor_limits limits;
};

struct sensor_counts {
	uint64_t connections; // that spoke SMB
	uint64_t messages;    // SMB messages, those inside of seals that were opened included
	uint64_t sealed;      // frames
	uint64_t sessions;
	uint64_t anomalies;
	uint64_t events;
};

struct sensor;

extern const struct sensor_limits sensor_limits_default;

struct sensor *sensor_new(const struct sensor_config *config) WARN_UNUSED; // NULL when memory is out
void sensor_free(struct sensor *s);
// What packets come from, from now on: for events. Copied.
void sensor_set_capture(struct sensor *s, const char *name);
void sensor_packet(struct sensor *s, const struct packet *p);
// The capture ends: so do all flows, with their last events.
void sensor_finish(struct sensor *s);
// Each session in progress, as an event of kind SESSION with what it was worth so far and the reason "open":
// for who looks on. It is no event of the sensor's, and does not count as one.
void sensor_each_session(struct sensor *s, void (*fn)(void *context, const struct event *e), void *context);
const struct sensor_counts *sensor_counts(const struct sensor *s);
const struct flow_counts *sensor_flow_counts(const struct sensor *s);

#endif
