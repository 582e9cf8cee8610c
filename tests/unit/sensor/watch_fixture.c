// SPDX-License-Identifier: Apache-2.0
#include "watch_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../test_support.h"
#include "capture/capture_source.h"

static void take_text(char out[WATCHED_TEXT_LEN], const char *text)
{
	(void)snprintf(out, WATCHED_TEXT_LEN, "%s", text == NULL ? "" : text);
}

static void take_verdict(struct watched_event *w, const struct event_verdict *v)
{
	w->verified = v->signatures_verified;
	w->wrong = v->signatures_wrong;
	w->signed_messages = v->requests_signed + v->answers_signed;
	w->sealed_messages = v->requests_sealed + v->answers_sealed;
	w->decrypted = v->decrypted;
	w->channel_of = v->channel_of;
	w->grade = v->grade;
}

static void on_event(void *context, const struct event *e)
{
	struct watched *all = context;
	assert_true(all->count < WATCHED_EVENTS_MAX);
	struct watched_event *w = &all->events[all->count++];
	w->kind = e->kind;
	w->packet = e->wire != NULL ? e->wire->packet : 0;
	w->connection = e->connection != NULL ? e->connection->id : 0;
	w->mic = e->auth != NULL ? e->auth->mic : EVENT_MIC_UNKNOWN;
	take_text(w->reason, e->reason);
	take_text(w->action, e->action);
	take_text(w->share, e->share);
	take_text(w->path, e->path);
	take_text(w->target_path, e->target_path);
	take_text(w->command, e->command);
	w->result = e->result;
	if (e->session != NULL) {
		take_text(w->account, e->session->account);
		take_text(w->principal, e->session->principal);
	}
	if (e->verdict != NULL)
		take_verdict(w, e->verdict);
}

// --- files ------------------------------------------------------------------------------------------

// libpcap does not read gzipped files: a plain copy, whose name goes to plain.
static void unzip(const char *path, char plain[64])
{
	char command[1024];
	(void)snprintf(plain, 64, "/tmp/signet-test-capture-XXXXXX");
	int fd = mkstemp(plain);
	assert_true(fd >= 0);
	(void)close(fd);
	(void)snprintf(command, sizeof(command), "gzip -dc '%s' > '%s'", path, plain);
	int status = system(command); // NOLINT(cert-env33-c): a name of this repository or beside it
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static bool is_gzip(const char *path)
{
	size_t len = strlen(path);
	return len > 3 && strcmp(path + len - 3, ".gz") == 0;
}

static bool is_changed(const struct packet *p, const struct packet_change *change)
{
	uint64_t last = change->lost_to != 0 ? change->lost_to : change->number;
	return p->number >= change->number && p->number <= last;
}

static void feed(struct sensor *s, struct packet *p, const struct packet_change *change)
{
	while (change != NULL && !is_changed(p, change))
		change = change->next;
	if (change == NULL) {
		sensor_packet(s, p);
		return;
	}
	if (change->lost_to != 0)
		return;
	uint8_t *copy = malloc(p->bytes.len);
	assert_non_null(copy);
	assert_true(change->from_end < p->bytes.len);
	memcpy(copy, p->bytes.data, p->bytes.len);
	copy[p->bytes.len - 1 - change->from_end] ^= change->flip;
	p->bytes.data = copy;
	sensor_packet(s, p);
	free(copy);
}

static void run(const char *path, struct sensor *s, const struct packet_change *change)
{
	char error[CAPTURE_ERROR_LEN];
	struct capture_source *source = capture_file_open(path, error);
	struct packet p;
	enum capture_next next;
	if (source == NULL)
		fail_msg("%s", error);
	sensor_set_capture(s, path);
	while ((next = capture_source_next(source, &p)) == CAPTURE_PACKET)
		feed(s, &p, change);
	assert_int_equal(next, CAPTURE_END);
	capture_source_close(source);
	sensor_finish(s);
}

void watch_capture(const char *path, const struct unlock_keys *keys, const struct packet_change *change,
	struct watched *out)
{
	char plain[64] = "";
	out->count = 0;
	out->events = calloc(WATCHED_EVENTS_MAX, sizeof(out->events[0]));
	assert_non_null(out->events);
	const struct sensor_config config = {
		.emit = on_event, .context = out, .keys = keys, .limits = sensor_limits_default
	};
	struct sensor *s = sensor_new(&config);
	assert_non_null(s);
	if (is_gzip(path))
		unzip(path, plain);
	run(plain[0] != '\0' ? plain : path, s, change);
	if (plain[0] != '\0')
		(void)unlink(plain);
	sensor_free(s);
}

void watched_done(struct watched *w)
{
	free(w->events);
}

// --- questions --------------------------------------------------------------------------------------

size_t watched_count(const struct watched *w, enum event_kind kind, const char *reason_or_action)
{
	size_t count = 0;
	for (size_t i = 0; i < w->count; i++) {
		const struct watched_event *e = &w->events[i];
		count += e->kind == kind &&
			 (reason_or_action == NULL || strcmp(e->reason, reason_or_action) == 0 ||
				 strcmp(e->action, reason_or_action) == 0);
	}
	return count;
}

const struct watched_event *watched_nth(const struct watched *w, enum event_kind kind, size_t n)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->events[i].kind == kind && n-- == 0)
			return &w->events[i];
	fail_msg("there is no such %s event", event_kind_name(kind));
	abort();
}

bool watched_has_file(const struct watched *w, const char *action, const char *path)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->events[i].kind == EVENT_FILE && strcmp(w->events[i].action, action) == 0 &&
			strcmp(w->events[i].path, path) == 0)
			return true;
	return false;
}

struct unlock_keys *watch_keys(const char *keytab, const char *nt_hashes)
{
	char error[UNLOCK_ERROR_LEN];
	struct unlock_keys *k = unlock_keys_load(keytab, nt_hashes, error);
	if (k == NULL)
		fail_msg("%s", error);
	return k;
}

struct unlock_keys *watch_keys_of_text(const char *nt_hashes)
{
	char path[] = "/tmp/signet-test-keys-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, nt_hashes, strlen(nt_hashes)), strlen(nt_hashes));
	(void)close(fd);
	struct unlock_keys *k = watch_keys(NULL, path);
	(void)unlink(path);
	return k;
}

const char *corpus_file(const char *name)
{
	static char path[1024];
	(void)snprintf(path, sizeof(path), PROJECT_DIR "/../shared/corpus/%s", name);
	if (access(path, R_OK) == 0)
		return path;
	print_message("# %s is not on this machine: not tested\n", name);
	return NULL;
}
