// SPDX-License-Identifier: Apache-2.0
// Kerberos with a KDC (RFC 4120), over UDP and TCP: who asked for what, how it is encrypted, what was
// refused. Emits AUTH events with protocol "kerberos".
#ifndef SIGNET_SENSOR_KERBEROS_WATCH_H
#define SIGNET_SENSOR_KERBEROS_WATCH_H

#include "base/span.h"
#include "capture/flow_table.h"

struct sensor_emitter;
struct kerberos_stream; // state of a TCP connection with a KDC

void kerberos_watch_datagram(struct sensor_emitter *e, const struct endpoint *source,
	const struct endpoint *destination, struct span message, const struct packet *p);

struct kerberos_stream *kerberos_stream_new(void);
void kerberos_stream_free(struct kerberos_stream *s); // NULL is fine
void kerberos_stream_data(struct kerberos_stream *s, struct sensor_emitter *e, const struct flow *f,
	enum flow_side from, struct span bytes);
void kerberos_stream_gap(struct kerberos_stream *s, enum flow_side from);

#endif
