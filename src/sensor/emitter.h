// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: how its parts tell of events. Fills in what all events of a flow share.
#ifndef SIGNET_SENSOR_EMITTER_H
#define SIGNET_SENSOR_EMITTER_H

#include "capture/flow_table.h"
#include "event/event.h"

struct sensor_emitter {
	void (*emit)(void *context, const struct event *e);
	void *context;
	const char *capture; // what packets come from
	uint64_t events;     // emitted so far
};

// As it is; one that has no time gets this one.
void emitter_emit(struct sensor_emitter *m, struct event *e, uint64_t time_us);

// Addresses of a flow as text, for struct event_connection; kept with the flow.
struct flow_names {
	char client[IP_ADDRESS_TEXT_LEN];
	char server[IP_ADDRESS_TEXT_LEN];
};
// Fills addresses and ports of *c, borrowing from *names.
void flow_names_fill(struct flow_names *names, struct event_connection *c, const struct endpoint *client,
	const struct endpoint *server);

#endif
