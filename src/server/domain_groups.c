// SPDX-License-Identifier: Apache-2.0
#include "server/domain_groups.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/winbind.h"
#include "base/log.h"

struct group {
	char *domain; // owned; the group's name behind it in the same memory
	char *name;
	struct user_list *list; // the configuration's; only who waits may use it
	bool needed;
	bool found;
	struct sid sid;
};

// Shared by who waits and the thread that asks; the last one frees it.
struct question {
	pthread_mutex_t mutex;
	pthread_cond_t answered;
	unsigned refs;
	bool done;
	bool winbind_runs;
	struct group *groups;
	size_t count;
};

static void question_unref(struct question *q)
{
	pthread_mutex_lock(&q->mutex);
	bool last = --q->refs == 0;
	pthread_mutex_unlock(&q->mutex);
	if (!last)
		return;
	for (size_t i = 0; i < q->count; i++)
		free(q->groups[i].domain);
	free(q->groups);
	pthread_cond_destroy(&q->answered);
	pthread_mutex_destroy(&q->mutex);
	free(q);
}

static struct question *question_new(void)
{
	pthread_condattr_t monotonic;
	struct question *q = calloc(1, sizeof(*q));
	if (q == NULL)
		return NULL;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&q->mutex, NULL);
	pthread_cond_init(&q->answered, &monotonic);
	pthread_condattr_destroy(&monotonic);
	q->refs = 1;
	return q;
}

static int question_add(struct question *q, const char *word, struct user_list *list, bool needed)
{
	struct group *grown = reallocarray(q->groups, q->count + 1, sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	q->groups = grown;
	char *domain = strdup(word + 1);
	if (domain == NULL)
		return -ENOMEM;
	char *mark = strchr(domain, '\\');
	*mark = '\0';
	q->groups[q->count++] =
		(struct group){ .domain = domain, .name = mark + 1, .list = list, .needed = needed };
	return 0;
}

static int question_add_list(struct question *q, struct user_list *list, bool needed)
{
	int err = 0;
	for (size_t i = 0; i < list->name_count && err == 0; i++) {
		if (user_name_is_domain_group(list->names[i]))
			err = question_add(q, list->names[i], list, needed);
	}
	return err;
}

static int question_fill(struct question *q, struct config *c)
{
	int err = 0;
	for (size_t i = 0; i < c->share_count && err == 0; i++) {
		err = question_add_list(q, &c->shares[i].users, false);
		if (err == 0)
			err = question_add_list(q, &c->shares[i].write, false);
	}
	for (size_t i = 0; i < c->access_count && err == 0; i++) {
		err = question_add_list(q, &c->access[i].users, true);
		if (err == 0)
			err = question_add_list(q, &c->access[i].except, true);
	}
	return err;
}

static void *question_ask(void *arg)
{
	struct question *q = arg;
	struct winbind_machine machine;
	bool runs = winbind_machine_get(&machine);
	for (size_t i = 0; i < q->count && runs; i++) {
		struct group *g = &q->groups[i];
		g->found = winbind_sid_of_name(g->domain, g->name, &g->sid);
	}
	pthread_mutex_lock(&q->mutex);
	q->winbind_runs = runs;
	q->done = true;
	pthread_cond_signal(&q->answered);
	pthread_mutex_unlock(&q->mutex);
	question_unref(q);
	return NULL;
}

static int question_send(struct question *q)
{
	pthread_t thread;
	q->refs++;
	int err = pthread_create(&thread, NULL, question_ask, q);
	if (err != 0) {
		q->refs--;
		return -err;
	}
	pthread_detach(thread);
	return 0;
}

// True when the answer is there.
static bool question_wait(struct question *q)
{
	struct timespec until;
	int err = 0;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += DOMAIN_GROUPS_WAIT_MS / 1000;
	pthread_mutex_lock(&q->mutex);
	while (!q->done && err == 0)
		err = pthread_cond_timedwait(&q->answered, &q->mutex, &until);
	bool done = q->done;
	pthread_mutex_unlock(&q->mutex);
	return done;
}

static int group_take(const struct group *g, bool answered, struct account_error *error)
{
	char text[SID_TEXT_SIZE];
	bool found = answered && g->found; // what is not answered is not looked at: the thread may write it
	if (found) {
		sid_to_text(&g->sid, text);
		return user_list_add_account(g->list, text);
	}
	if (g->needed) {
		(void)snprintf(error->text, sizeof(error->text),
			"[access] names @%s\\%s, which winbind does not find; correct the name, or start "
			"winbindd first",
			g->domain, g->name);
		return -ENOENT;
	}
	log_warning("winbind does not find @%s\\%s: nobody is in it until the configuration is read again",
		g->domain, g->name);
	return 0;
}

int domain_groups_resolve(struct config *c, struct account_error *error)
{
	if (c->ntlm != NTLM_WINBIND || c->domain_groups_resolved)
		return 0;
	struct question *q = question_new();
	if (q == NULL)
		return -ENOMEM;
	int err = question_fill(q, c);
	if (err == 0)
		err = question_send(q);
	bool answered = err == 0 && question_wait(q);
	if (err == 0 && !(answered && q->winbind_runs))
		log_warning("ntlm = winbind, but winbindd does not answer: nobody of a domain can log on");
	for (size_t i = 0; i < q->count && err == 0; i++)
		err = group_take(&q->groups[i], answered, error);
	c->domain_groups_resolved = true;
	question_unref(q);
	return err;
}
