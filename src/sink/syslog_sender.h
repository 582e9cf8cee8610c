// SPDX-License-Identifier: Apache-2.0
// Alerts, and what is wrong with the sensor's input, by syslog (RFC 5424): the message is the event's JSON.
// Over UDP (RFC 5426), TCP with octet counting (RFC 6587 3.4.1), or the machine's own socket.
#ifndef SIGNET_SINK_SYSLOG_SENDER_H
#define SIGNET_SINK_SYSLOG_SENDER_H

#include "sink/outlet.h"

enum {
	SYSLOG_PORT = 514,       // UDP
	SYSLOG_TCP_PORT = 601,   // RFC 3195
	SYSLOG_SEND_SECONDS = 2, // before what cannot be sent is dropped
	SYSLOG_RETRY_SECONDS = 5,
};

// address: "udp:HOST[:PORT]", "tcp:HOST[:PORT]" (IPv6 in brackets), "unix:PATH". False: what is wrong was
// said on standard error.
bool syslog_sender_open(const char *address, struct outlet *out) WARN_UNUSED;

#endif
