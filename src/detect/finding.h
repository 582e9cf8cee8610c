// SPDX-License-Identifier: Apache-2.0
// An alert while a detector puts it together. Everything is copied; beyond the limits it is left out.
#ifndef SIGNET_DETECT_FINDING_H
#define SIGNET_DETECT_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

enum {
	FINDING_FLOWS_MAX = 16,
	FINDING_HOSTS_MAX = 16,
	FINDING_ACCOUNTS_MAX = 16,
	FINDING_EVIDENCE_MAX = 24,
	FINDING_TEXT_MAX = 256,
};

struct finding {
	uint64_t flows[FINDING_FLOWS_MAX];
	size_t flow_count;
	char *hosts[FINDING_HOSTS_MAX];
	size_t host_count;
	char *accounts[FINDING_ACCOUNTS_MAX];
	size_t account_count;
	struct {
		char *name, *value;
		uint64_t packet;
	} evidence[FINDING_EVIDENCE_MAX];
	size_t evidence_count;
	char title[FINDING_TEXT_MAX];
	const char *outcome;          // constant text; NULL
	enum event_severity severity; // EVENT_DEFAULT_SEVERITY: the detector's
	bool urgent; // sure enough to be told at once: of a story that would else grow (story.h)
	uint64_t first_us, last_us;
	uint64_t count;
};

void finding_init(struct finding *f);
void finding_done(struct finding *f);
// One sentence.
void finding_title(struct finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Each only once; NULL and "" are left out.
void finding_host(struct finding *f, const char *address);
void finding_account(struct finding *f, const char *account);
void finding_flow(struct finding *f, uint64_t flow);
void finding_evidence(struct finding *f, const char *name, uint64_t packet, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
// The event's hosts (client first), account, flow and time.
void finding_about(struct finding *f, const struct event *e);

struct finding_sink;
struct detector;
// Out it goes. The finding stays the caller's.
void finding_emit(struct finding_sink *sink, const struct detector *d, const struct finding *f);

#endif
