// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: a request to a KDC and its answer, and the event that they come to.
#ifndef SIGNET_SENSOR_KERBEROS_EXCHANGE_H
#define SIGNET_SENSOR_KERBEROS_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sensor/auth_watch.h"
#include "sensor/emitter.h"
#include "wire/kerberos/kdc_message.h"

enum { KERBEROS_ENCRYPTIONS_LEN_MAX = 256 };

// What is remembered of a request; all text.
struct kerberos_request {
	bool seen;
	bool preauthenticated;
	enum kdc_message_type type;
	uint64_t packet;
	char client[AUTH_WATCH_NAME_LEN_MAX];
	char realm[AUTH_WATCH_NAME_LEN_MAX];
	char service[AUTH_WATCH_NAME_LEN_MAX];
	char encryptions[KERBEROS_ENCRYPTIONS_LEN_MAX];
};

// Where and when an answer was seen.
struct kerberos_place {
	const struct endpoint *client, *server;
	uint64_t flow; // 0: UDP
	uint64_t packet, time_us;
	bool midstream;
};

bool kdc_message_is_request(const struct kdc_message *m);
void kerberos_request_keep(struct kerberos_request *r, const struct kdc_message *m, uint64_t packet);
// r: what was asked; seen is false when nobody saw it.
void kerberos_answer_tell(struct sensor_emitter *e, const struct kerberos_place *at,
	const struct kerberos_request *r, const struct kdc_message *m);
void kerberos_malformed_tell(struct sensor_emitter *e, const struct kerberos_place *at);

#endif
