// SPDX-License-Identifier: Apache-2.0
// Kerberos with a KDC (RFC 4120), over UDP and TCP: who asked for what, how it is encrypted, what was
// refused. One AUTH event for each answer, with protocol "kerberos":
//
// detail "as_rep", "tgs_rep" (a ticket was given) or "krb_error" (reason says why not: "preauth_failed",
// "principal_unknown", ...). What is only a step on the way ("preauth_required") is neither success nor
// failure: status MORE_PROCESSING_REQUIRED. ticket_encryption: of the ticket that was given; of an error:
// what the request offered, with commas between. reason "no_preauth": a ticket was given to somebody who
// proved nothing. The account of a TGS exchange is known from its answer only.
#ifndef SIGNET_SENSOR_KERBEROS_WATCH_H
#define SIGNET_SENSOR_KERBEROS_WATCH_H

#include "base/attributes.h"
#include "base/span.h"
#include "capture/flow_table.h"

struct sensor_emitter;
struct kerberos_datagrams; // requests over UDP that wait for their answers
struct kerberos_stream;    // state of a TCP connection with a KDC

enum { KERBEROS_DATAGRAMS_MAX = 512 }; // requests that are remembered; later ones take the place of earlier

struct kerberos_datagrams *kerberos_datagrams_new(void) WARN_UNUSED; // NULL when memory is out
void kerberos_datagrams_free(struct kerberos_datagrams *d);          // NULL is fine
void kerberos_watch_datagram(struct kerberos_datagrams *d, struct sensor_emitter *e,
	const struct endpoint *source, const struct endpoint *destination, struct span message,
	const struct packet *p);

struct kerberos_stream *kerberos_stream_new(void) WARN_UNUSED;
void kerberos_stream_free(struct kerberos_stream *s); // NULL is fine
void kerberos_stream_data(struct kerberos_stream *s, struct sensor_emitter *e, const struct flow *f,
	enum flow_side from, struct span bytes);
void kerberos_stream_gap(struct kerberos_stream *s, enum flow_side from);

#endif
