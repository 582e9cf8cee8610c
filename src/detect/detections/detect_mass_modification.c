// SPDX-License-Identifier: Apache-2.0
// mass_modification: somebody makes many files unreadable, as ransomware does.
//
// Signal: of one account from one client, so many files within the window that each lost what it held:
//   - what was read, or what the server found there, was written over with bytes that look random (entropy)
//     and are of no known format;
//   - written over, and renamed so that it has another extension;
//   - read, a new file of its name and one more extension made, and the old one deleted.
// Evidence: how many in which way, the extension that they have in common, entropies before and after, an
// example, and a text of one name that was left along with them.
// False positives, and how they are told apart:
//   - atomic saves rename and delete too, but nothing is written over: the new content is a new file;
//   - archivers write random-looking bytes, but into a new file of a known format;
//   - media and archives are random-looking before as well: only a rise counts;
//   - bulk renames and deletions change no content;
//   - backups write new files, or over older ones of the same kind: there is no rise.
// An encryption that the owner wants (gpg over a folder) looks the same: that is for people to tell.
// Where content cannot be seen (small files) a file counts only if it was read, written over and renamed, or
// replaced by a sibling. Of a sealed session without its keys only figures are
// seen, and those of a busy editor are the same: nothing is claimed of it.
#include "detect/detections/detections.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "detect/file_view.h"
#include "detect/memory.h"
#include "detect/recent.h"

enum {
	SECOND_US = 1000000,
	SETTLE_US = 2 * SECOND_US,      // so long nothing more happens: it is told of
	SETTLE_MAX_US = 10 * SECOND_US, // or so long after it was sure
	EXTENSION_MAX = 40,
	EXTENSIONS_MAX = 8,
	NOTES_MAX = 8,
	NOTE_BYTES_MAX = 256 << 10,
	KEY_MAX = FILE_VIEW_PATH_MAX + 320,
};

#define ENTROPY_RISE_MIN 1.0
#define ENTROPY_HIGH 7.4 // of 8: deflated and encrypted data, hardly anything else

// A file that somebody did something with.
struct touched {
	uint64_t read, written;
	double read_entropy, written_entropy;
	bool made;      // new: there is nothing to lose
	bool over;      // written over
	bool formatted; // with something of a known format
	bool renamed;   // to another extension
	bool deleted;
	bool replaced; // a sibling with one more extension took its place
	bool counted;
};

struct tally {
	char name[FILE_VIEW_PATH_MAX / 8];
	uint64_t place; // of the last one, as a hash
	uint32_t count;
};

enum loss { LOSS_NONE, LOSS_ENCRYPTED, LOSS_RENAMED, LOSS_REPLACED, LOSS_KINDS };

// One account at one client.
struct actor {
	struct recent recent;
	struct finding finding;
	uint32_t losses[LOSS_KINDS];
	double entropy_before, entropy_after; // of the last one that had both
	char example[FILE_VIEW_PATH_MAX];
	uint64_t example_packet;
	struct tally extensions[EXTENSIONS_MAX];
	struct tally notes[NOTES_MAX];
	uint64_t last_us, sure_us; // sure_us 0: not yet
	bool told;
};

struct state {
	struct memory memory;
	struct detect_table *actors;
	struct detect_table *files;
	uint32_t sure; // actors that are to be told of
	uint64_t now_us;
};

static void drop_actor(void *entry, const char *key)
{
	struct actor *a = entry;
	(void)key;
	recent_free(&a->recent);
	finding_done(&a->finding);
}

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, actors), .entry_len = sizeof(struct actor), .drop = drop_actor },
			{ .offset = offsetof(struct state, files), .entry_len = sizeof(struct touched) },
		},
	};
	return memory_begin(context, &plan);
}

// --- what was left ----------------------------------------------------------------------------------

static struct tally *tally_of(struct tally *list, size_t max, const char *name)
{
	struct tally *least = &list[0];
	for (size_t i = 0; i < max; i++) {
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
		if (list[i].count < least->count)
			least = &list[i];
	}
	*least = (struct tally){ .count = 0 };
	(void)snprintf(least->name, sizeof(least->name), "%s", name);
	return least;
}

static const struct tally *tally_most(const struct tally *list, size_t max)
{
	const struct tally *most = &list[0];
	for (size_t i = 1; i < max; i++)
		if (list[i].count > most->count)
			most = &list[i];
	return most->count > 0 ? most : NULL;
}

static uint64_t hash_of(const char *text, size_t len)
{
	uint64_t h = 14695981039346656037u; // FNV-1a
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 1099511628211u;
	return h;
}

// A small text that was made: a ransom note is one name in many folders.
static void note(struct actor *a, const struct file_view *v, const struct event *e)
{
	if (e->bytes_written == 0 || e->bytes_written > NOTE_BYTES_MAX)
		return;
	struct tally *t = tally_of(a->notes, NOTES_MAX, v->name);
	uint64_t place = hash_of(v->path, (size_t)(v->name - v->path));
	if (t->count == 0 || t->place != place)
		t->count++;
	t->place = place;
}

// --- what was lost ----------------------------------------------------------------------------------

// Random bytes have less than 8 bits when there are few of them.
static bool looks_random(double entropy, uint64_t len)
{
	double most = len < 1 ? 0 : log2((double)len) - 1.1;
	return entropy > 0 && entropy >= (most < ENTROPY_HIGH ? most : ENTROPY_HIGH);
}

static enum loss loss_of(const struct touched *t)
{
	bool seen = t->written_entropy > 0;
	bool random = looks_random(t->written_entropy, t->written) && !t->formatted;
	if (t->deleted && t->replaced)
		return LOSS_REPLACED;
	if (!t->over || t->made)
		return LOSS_NONE;
	if (t->renamed && (seen ? random : t->read > 0))
		return LOSS_RENAMED;
	if (random && t->read_entropy > 0 && t->written_entropy - t->read_entropy >= ENTROPY_RISE_MIN)
		return LOSS_ENCRYPTED;
	return LOSS_NONE;
}

static void be_sure(struct state *s, struct actor *a)
{
	if (a->told || a->sure_us != 0)
		return;
	a->sure_us = s->now_us;
	s->sure++;
}

static void judge(
	struct state *s, struct actor *a, struct touched *t, const char *path, const struct event *e)
{
	const struct detect_settings *set = s->memory.context.settings;
	uint64_t window_us = (uint64_t)set->mass_modification_window_s * SECOND_US;
	enum loss loss = loss_of(t);
	if (loss == LOSS_NONE || t->counted)
		return;
	t->counted = true;
	if (a->sure_us == 0 && e->time_us > a->last_us + window_us) { // another story, if it is one
		drop_actor(a, NULL);
		*a = (struct actor){ .told = false };
	}
	a->last_us = e->time_us;
	a->losses[loss]++;
	a->finding.count++;
	finding_about(&a->finding, e);
	if (t->read_entropy > 0 && t->written_entropy > 0) {
		a->entropy_before = t->read_entropy;
		a->entropy_after = t->written_entropy;
	}
	if (a->example[0] == '\0') {
		(void)snprintf(a->example, sizeof(a->example), "%s", path);
		a->example_packet = e->wire == NULL ? 0 : e->wire->packet;
	}
	if (recent_add(&a->recent, set->mass_modification_files, window_us, e->time_us))
		be_sure(s, a);
}

// --- events -----------------------------------------------------------------------------------------

static const char *key_of(char key[KEY_MAX], const struct event *e, const char *path)
{
	return detect_key(key, KEY_MAX, detect_client(e), detect_account(e), path);
}

// "a.doc" of "a.doc.locked".
static struct touched *elder(struct state *s, const struct event *e, const char *path)
{
	char key[KEY_MAX], without[FILE_VIEW_PATH_MAX];
	const char *extension = file_view_extension(path);
	if (*extension == '\0')
		return NULL;
	(void)snprintf(without, sizeof(without), "%.*s", (int)(extension - path), path);
	return detect_table_find(s->files, key_of(key, e, without));
}

static bool is_archive(const char *path)
{
	static const char *const known[] = { ".gz", ".zip", ".bz2", ".xz", ".7z", ".zst", ".lz4", ".rar",
		".lzma", ".tgz", ".bak" };
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(file_view_extension(path), known[i]) == 0)
			return true;
	return false;
}

static void on_open(struct touched *t, const struct file_view *v)
{
	if (v->made)
		*t = (struct touched){ .made = true };
	if (v->replaced)
		t->over = true;
}

// What was written may be the new form of another file.
static void take_place(struct state *s, struct actor *a, const struct touched *t, const struct file_view *v,
	const struct event *e)
{
	struct touched *old = elder(s, e, v->path);
	if (old == NULL || old->read == 0 || t->written < old->read / 2)
		return;
	if (t->written_entropy > 0 ? !looks_random(t->written_entropy, t->written) || t->formatted
				   : is_archive(v->path))
		return;
	old->replaced = true;
	tally_of(a->extensions, EXTENSIONS_MAX, file_view_extension(v->path))->count++;
	judge(s, a, old, v->path, e);
}

// Of an open that wrote as well, what was read may be what it had written; the server looks before.
static void remember_before(struct touched *t, const struct event_content *c, const struct event *e)
{
	bool before = t->written == 0 || e->bytes_written == 0 || e->kind == EVENT_FILE_CLOSE;
	if (c != NULL && c->read_entropy > 0 && before)
		t->read_entropy = c->read_entropy;
}

static void on_close(
	struct state *s, struct actor *a, struct touched *t, const struct file_view *v, const struct event *e)
{
	const struct event_content *c = e->content;
	if (e->bytes_read > 0 && t->written == 0)
		t->read += e->bytes_read;
	remember_before(t, c, e);
	if (e->bytes_written == 0)
		return;
	t->written += e->bytes_written;
	t->over |= !t->made;
	t->written_entropy = c == NULL ? 0 : c->written_entropy;
	t->formatted = c != NULL && c->type != NULL;
	judge(s, a, t, v->path, e);
	if (!t->made)
		return;
	take_place(s, a, t, v, e);
	if (!looks_random(t->written_entropy, t->written))
		note(a, v, e);
}

// A file of that name is there again: what was taken for a loss was the first half of saving it.
static void give_back(struct state *s, struct actor *a, const struct touched *t)
{
	if (!t->counted || loss_of(t) != LOSS_REPLACED || a->losses[LOSS_REPLACED] == 0)
		return;
	a->losses[LOSS_REPLACED]--;
	a->finding.count--;
	recent_take_back(&a->recent);
	if (a->sure_us != 0 && a->recent.len < a->recent.cap) {
		a->sure_us = 0;
		s->sure--;
	}
}

static void on_rename(struct state *s, struct actor *a, const struct file_view *v, const struct event *e)
{
	char key[KEY_MAX];
	const struct touched *old = detect_table_find(s->files, key_of(key, e, v->path));
	struct touched moved = { .made = false };
	if (old != NULL)
		moved = *old;
	moved.replaced = false; // its sibling is beside another name now
	detect_table_remove(s->files, key);
	const char *extension = file_view_extension(v->target);
	if (*extension != '\0' && strcmp(extension, file_view_extension(v->path)) != 0) {
		moved.renamed = true;
		tally_of(a->extensions, EXTENSIONS_MAX, extension)->count++;
	}
	struct touched *t = detect_table_get(s->files, key_of(key, e, v->target));
	if (t == NULL)
		return;
	give_back(s, a, t);
	*t = moved;
	judge(s, a, t, v->target, e);
}

// Whether it changes what is known of its file: most opens and each first read or write do not.
static bool is_news(const struct file_view *v)
{
	switch (v->action) {
	case FILE_ACTION_OPEN:
		return v->made || v->replaced;
	case FILE_ACTION_CLOSE:
	case FILE_ACTION_RENAME:
	case FILE_ACTION_DELETE:
		return true;
	default:
		return false;
	}
}

// The first read and the first write of a file change nothing: then names need not be looked at.
static bool may_be_news(const struct event *e)
{
	enum file_action action = file_view_action(e);
	return action != FILE_ACTION_NONE && action != FILE_ACTION_READ && action != FILE_ACTION_WRITE;
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	struct file_view v;
	char key[KEY_MAX];
	s->now_us = e->time_us;
	if (!may_be_news(e) || !file_view_of(e, &v) || !v.done || v.directory || !is_news(&v))
		return;
	struct actor *a = detect_table_get(s->actors, key_of(key, e, ""));
	if (a == NULL)
		return;
	if (v.action == FILE_ACTION_RENAME) {
		on_rename(s, a, &v, e);
		return;
	}
	struct touched *t = detect_table_get(s->files, key_of(key, e, v.path));
	if (t == NULL)
		return;
	if (v.action == FILE_ACTION_OPEN) {
		on_open(t, &v);
	} else if (v.action == FILE_ACTION_CLOSE) {
		on_close(s, a, t, &v, e);
	} else if (v.action == FILE_ACTION_DELETE) {
		t->deleted = true;
		judge(s, a, t, v.path, e);
	}
}

// --- telling ----------------------------------------------------------------------------------------

static void add_evidence(struct actor *a)
{
	static const char *const names[LOSS_KINDS] = { NULL, "overwritten_with_random",
		"overwritten_and_renamed", "replaced_and_deleted" };
	struct finding *f = &a->finding;
	for (size_t i = LOSS_ENCRYPTED; i < LOSS_KINDS; i++)
		if (a->losses[i] > 0)
			finding_evidence(f, names[i], 0, "%u", a->losses[i]);
	const struct tally *extension = tally_most(a->extensions, EXTENSIONS_MAX);
	if (extension != NULL)
		finding_evidence(f, "new_extension", 0, "%s (%u)", extension->name, extension->count);
	if (a->entropy_after > 0)
		finding_evidence(f, "entropy", a->example_packet, "%.2f before, %.2f after",
			a->entropy_before, a->entropy_after);
	const struct tally *left = tally_most(a->notes, NOTES_MAX);
	if (left != NULL)
		finding_evidence(f, "note", 0, "%s (folders: %u)", left->name, left->count);
	finding_evidence(f, "example", a->example_packet, "%s", a->example);
}

static void tell(struct state *s, struct actor *a)
{
	struct finding *f = &a->finding;
	const struct tally *extension = tally_most(a->extensions, EXTENSIONS_MAX);
	const char *account = f->account_count > 0 ? f->accounts[0] : "somebody";
	const char *client = f->host_count > 0 ? f->hosts[0] : "an unknown host";
	if (extension != NULL && extension->count >= f->count / 2)
		finding_title(f, "%s from %s made %llu files unreadable, renamed to *%s", account, client,
			(unsigned long long)f->count, extension->name);
	else
		finding_title(f, "%s from %s made %llu files unreadable", account, client,
			(unsigned long long)f->count);
	add_evidence(a);
	finding_emit(s->memory.context.sink, &detect_mass_modification, f);
	a->told = true;
	a->sure_us = 0;
	s->sure--;
}

static void tell_if_settled(void *context, const char *key, void *entry)
{
	struct state *s = context;
	struct actor *a = entry;
	(void)key;
	if (a->sure_us != 0 &&
		(s->now_us >= a->last_us + SETTLE_US || s->now_us >= a->sure_us + SETTLE_MAX_US))
		tell(s, a);
}

static void tick(void *state, uint64_t now_us)
{
	struct state *s = state;
	s->now_us = now_us;
	if (s->sure > 0)
		detect_table_each(s->actors, tell_if_settled, s);
}

static void finish(void *state)
{
	tick(state, UINT64_MAX);
}

const struct detector detect_mass_modification = {
	.id = "mass_modification",
	.title = "many files were made unreadable",
	.technique = "T1486",
	.severity = EVENT_ALERT,
	.begin = begin,
	.event = event,
	.tick = tick,
	.finish = finish,
	.end = memory_end,
};
