// SPDX-License-Identifier: Apache-2.0
#include "detect/detections/posture.h"

#include <stdlib.h>
#include <string.h>

enum { QUIET_S = 2, HOLD_S = 30 };

void *posture_new(const struct detect_context *context, const struct detector *d, enum posture_kind kind)
{
	struct posture *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->context = *context;
	p->stories = stories_new(context, d, QUIET_S, HOLD_S);
	if (p->stories != NULL && (kind != POSTURE_STANDS || stories_stand(p->stories)))
		return p;
	posture_free(p);
	return NULL;
}

void posture_tick(void *state, uint64_t now_us)
{
	struct posture *p = state;
	stories_tick(p->stories, now_us);
}

void posture_finish(void *state)
{
	struct posture *p = state;
	stories_finish(p->stories);
}

void posture_free(void *state)
{
	struct posture *p = state;
	stories_free(p->stories);
	free(p);
}

struct finding *posture_finding(struct posture *p, const struct event *e, bool *first)
{
	char key[STORY_KEY_MAX];
	struct finding *f = stories_touch(p->stories,
		detect_key(key, sizeof(key), detect_client(e), detect_server(e), detect_account(e)),
		e->time_us);
	if (f == NULL)
		return NULL;
	finding_about(f, e);
	*first = f->title[0] == '\0';
	return f;
}

const char *posture_account(const struct event *e)
{
	const char *account = detect_account(e);
	const char *principal = e->session == NULL ? NULL : e->session->principal;
	if (account[0] != '\0')
		return account;
	return principal != NULL && principal[0] != '\0' ? principal : "somebody";
}

bool posture_is_session(const struct event *e)
{
	return e->kind == EVENT_SESSION && e->verdict != NULL;
}

bool posture_has_mechanism(const struct event *e, const char *mechanism)
{
	return e->session != NULL && e->session->mechanism != NULL &&
	       strcmp(e->session->mechanism, mechanism) == 0;
}

bool posture_cannot_sign(const struct event *e)
{
	return posture_has_mechanism(e, "guest") || posture_has_mechanism(e, "anonymous");
}

const char *posture_yes(enum event_yes yes)
{
	static const char *const names[] = { "unknown", "no", "yes" };
	return names[yes];
}

const char *posture_dialect(uint16_t dialect)
{
	switch (dialect) {
	case 1:
		return "SMB1";
	case 0x0202:
		return "2.0.2";
	case 0x0210:
		return "2.1";
	case 0x0300:
		return "3.0";
	case 0x0302:
		return "3.0.2";
	case 0x0311:
		return "3.1.1";
	default:
		return "unknown";
	}
}
