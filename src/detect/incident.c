// SPDX-License-Identifier: Apache-2.0
#include "detect/incident.h"

#include <stdio.h>
#include <stdlib.h>

#include "detect/table.h"

// What host or account was last part of which story.
struct part {
	uint64_t incident;
	uint64_t last_us;
};

struct incidents {
	struct detect_table *parts;
	uint64_t last;
};

struct incidents *incidents_new(void)
{
	struct incidents *i = calloc(1, sizeof(*i));
	if (i == NULL)
		return NULL;
	i->parts = detect_table_new(sizeof(struct part), INCIDENTS_MAX, NULL);
	if (i->parts == NULL) {
		free(i);
		return NULL;
	}
	return i;
}

void incidents_free(struct incidents *i)
{
	if (i == NULL)
		return;
	detect_table_free(i->parts);
	free(i);
}

void incidents_go_on_after(struct incidents *i, uint64_t last)
{
	if (i->last < last)
		i->last = last;
}

static const char *key_of(char buffer[300], char kind, const char *name)
{
	(void)snprintf(buffer, 300, "%c%s", kind, name);
	return buffer;
}

static uint64_t known(struct incidents *i, char kind, const char *name, uint64_t now_us)
{
	char key[300];
	const struct part *p = detect_table_find(i->parts, key_of(key, kind, name));
	return p != NULL && now_us <= p->last_us + INCIDENT_WINDOW_US ? p->incident : 0;
}

static void remember(struct incidents *i, char kind, const char *name, uint64_t incident, uint64_t now_us)
{
	char key[300];
	struct part *p = detect_table_get(i->parts, key_of(key, kind, name));
	if (p != NULL)
		*p = (struct part){ incident, now_us };
}

// The attacker's host (the first) or an account ties stories together; a server alone does not, as
// everybody talks to it.
uint64_t incidents_of(struct incidents *i, const struct finding *f)
{
	uint64_t incident = f->host_count > 0 ? known(i, 'h', f->hosts[0], f->last_us) : 0;
	for (size_t a = 0; a < f->account_count && incident == 0; a++)
		incident = known(i, 'a', f->accounts[a], f->last_us);
	if (incident == 0)
		incident = ++i->last;
	if (f->host_count > 0)
		remember(i, 'h', f->hosts[0], incident, f->last_us);
	for (size_t a = 0; a < f->account_count; a++)
		remember(i, 'a', f->accounts[a], incident, f->last_us);
	return incident;
}
