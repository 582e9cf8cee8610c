// SPDX-License-Identifier: Apache-2.0
#include "storage/dir_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/scheduling.h"
#include "storage/dir_index.h"
#include "storage/dirents.h"
#include "wire/fscc/name_match.h"
#include "wire/fscc/name_valid.h"

enum list_phase {
	PHASE_DOT,
	PHASE_DOT_DOT,
	PHASE_NAMES,
	PHASE_ONE_NAME, // the pattern is a name: looked up, not searched for
	PHASE_END
};

struct dir_list {
	struct share_root *root;
	struct dirents entries;
	char *dir_path;
	struct arena arena; // of the pattern
	struct name_pattern pattern;
	const char *pattern_text; // NULL: not started
	enum list_phase phase;
	struct dir_entry current;
	unsigned char type; // DT_* of current
	bool unvetted;      // current was read, but whether it may be shown has to be found out
	bool pushed_back;
	uint64_t hidden;
	char one_name[NAME_MAX + 1];
};

int dir_list_open(
	struct share_root *root, int node_fd, const char *dir_path, bool may_block, struct dir_list **out)
{
	struct dir_list *l = calloc(1, sizeof(*l));
	if (l == NULL)
		return -ENOMEM;
	l->root = share_root_ref(root);
	l->entries = DIRENTS_EMPTY;
	arena_init(&l->arena, NULL, 0);
	l->dir_path = strdup(dir_path);
	int rc = l->dir_path == NULL ? -ENOMEM : dirents_init(&l->entries, node_fd, may_block);
	if (rc < 0) {
		dir_list_free(l);
		return rc;
	}
	*out = l;
	return 0;
}

void dir_list_free(struct dir_list *l)
{
	if (l == NULL)
		return;
	dirents_done(&l->entries);
	arena_reset(&l->arena);
	share_root_unref(l->root);
	free(l->dir_path);
	free(l);
}

struct nt_status dir_list_start(struct dir_list *l, const char *pattern)
{
	struct name_pattern compiled;
	struct arena arena;
	arena_init(&arena, NULL, 0);
	char *text = arena_strdup(&arena, pattern[0] == '\0' ? "*" : pattern);
	struct nt_status status =
		text == NULL ? STATUS(NO_MEMORY) : name_pattern_compile(text, &arena, &compiled);
	if (!nt_status_ok(status)) {
		arena_reset(&arena);
		return status;
	}
	arena_reset(&l->arena);
	l->arena = arena;
	l->pattern = compiled;
	l->pattern_text = text;
	dir_list_restart(l);
	return STATUS(SUCCESS);
}

bool dir_list_started(const struct dir_list *l)
{
	return l->pattern_text != NULL;
}

void dir_list_restart(struct dir_list *l)
{
	dirents_rewind(&l->entries);
	l->phase = PHASE_DOT;
	l->unvetted = false;
	l->pushed_back = false;
}

uint64_t dir_list_hidden(const struct dir_list *l)
{
	return l->hidden;
}

static void current_set(struct dir_list *l, const char *name, unsigned char type, bool is_dot)
{
	l->current = (struct dir_entry){ .name = name, .is_dot = is_dot, .type = type };
	l->type = type;
	l->unvetted = type == DT_LNK || type == DT_UNKNOWN;
}

// The path of an entry in the share; ".." is without its last component.
static int entry_path(const struct dir_list *l, const struct dir_entry *e, char out[PATH_MAX])
{
	const char *dir = l->dir_path;
	const char *slash = strrchr(dir, '/');
	int len;
	if (!e->is_dot)
		len = snprintf(out, PATH_MAX, "%s%s%s", dir, dir[0] == '\0' ? "" : "/", e->name);
	else if (strcmp(e->name, ".") == 0 || slash == NULL)
		len = snprintf(out, PATH_MAX, ".");
	else
		len = snprintf(out, PATH_MAX, "%.*s", (int)(slash - dir), dir);
	return len < 0 || len >= PATH_MAX ? -ENAMETOOLONG : 0;
}

// By way of the root: links and ".." may leave the directory, though not the share.
static int open_from_root(const struct dir_list *l, const struct dir_entry *e, bool may_block)
{
	char path[PATH_MAX];
	int rc = entry_path(l, e, path);
	return rc < 0 ? rc : share_root_openat(share_root_fd(l->root), path, O_PATH, 0, may_block);
}

static int open_in_dir(const struct dir_list *l, const struct dir_entry *e, bool may_block)
{
	return share_root_openat(l->entries.fd, e->name, O_PATH | O_NOFOLLOW, 0, may_block);
}

static bool is_shown(const struct statx *st)
{
	return S_ISREG(st->stx_mode) || S_ISDIR(st->stx_mode);
}

static int fd_stat_shown(int fd, struct statx *out)
{
	int rc = node_stat(fd, out);
	return rc < 0 || is_shown(out) ? rc : -ENOENT;
}

static int stat_from_root(const struct dir_list *l, const struct dir_entry *e, struct statx *out)
{
	int fd = open_from_root(l, e, true);
	if (fd < 0)
		return fd;
	int rc = fd_stat_shown(fd, out);
	(void)close(fd);
	return rc;
}

static int stat_name(const struct dir_list *l, const struct dir_entry *e, struct statx *out)
{
	if (l->type != DT_LNK) {
		int flags = AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
		unsigned int want = STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID;
		if (statx(l->entries.fd, e->name, flags, want, out) < 0)
			return -errno;
		if (!S_ISLNK(out->stx_mode))
			return is_shown(out) ? 0 : -ENOENT;
	}
	return stat_from_root(l, e, out);
}

// The directory may have been renamed since it was opened: then ".." is told as the directory itself.
static int stat_dot(const struct dir_list *l, const struct dir_entry *e, struct statx *out)
{
	if (strcmp(e->name, "..") == 0 && l->dir_path[0] != '\0' && stat_from_root(l, e, out) == 0)
		return 0;
	return node_stat(l->entries.fd, out);
}

int dir_list_stat(struct dir_list *l, struct dir_entry *e, bool may_block)
{
	struct statx st;
	if (e->has_stat)
		return 0;
	if (!may_block)
		return -EAGAIN; // statx has no way to say so
	int rc = e->is_dot ? stat_dot(l, e, &st) : stat_name(l, e, &st);
	if (rc == -ENOMEM || rc == -EMFILE || rc == -ENFILE || rc == -EIO)
		return rc;
	if (rc < 0) {
		l->hidden++;
		return -ENOENT;
	}
	e->stat = st;
	e->id = node_id_of(&st);
	e->has_stat = true;
	return 0;
}

int dir_list_open_entry(struct dir_list *l, const struct dir_entry *e, bool may_block)
{
	struct statx st;
	bool here = !e->is_dot || strcmp(e->name, ".") == 0;
	int fd = here ? open_in_dir(l, e, may_block) : open_from_root(l, e, may_block);
	int rc = fd < 0 ? fd : node_stat(fd, &st);
	if (rc == 0 && S_ISLNK(st.stx_mode)) {
		(void)close(fd);
		fd = open_from_root(l, e, may_block);
		rc = fd < 0 ? fd : node_stat(fd, &st);
	}
	if (rc == 0 && !is_shown(&st))
		rc = -ENOENT;
	if (rc < 0 && fd >= 0)
		(void)close(fd);
	if (rc < 0)
		return rc == -EXDEV || rc == -ELOOP ? -ENOENT : rc;
	return fd;
}

static bool type_may_be_shown(unsigned char type)
{
	return type == DT_REG || type == DT_DIR || type == DT_LNK || type == DT_UNKNOWN;
}

// The next name of the scan that could be shown: 1, 0 at the end.
static int next_name(struct dir_list *l, bool may_block)
{
	struct dirent_view entry;
	int rc;
	while ((rc = dirents_next(&l->entries, may_block, &entry)) == 1) {
		if (may_block)
			step_aside();
		if (!type_may_be_shown(entry.type) ||
			!nt_status_ok(name_component_check(entry.name, strlen(entry.name)))) {
			l->hidden++;
			continue;
		}
		if (!name_pattern_match(&l->pattern, entry.name))
			continue;
		current_set(l, entry.name, entry.type, false);
		return 1;
	}
	if (rc == 0)
		l->phase = PHASE_END;
	return rc;
}

// A pattern without wildcards: 1 when there is such a name.
static int next_one_name(struct dir_list *l, bool may_block)
{
	struct dir_entry asked = { .name = l->pattern_text };
	// By a second name nothing is listed where names decide who reaches what.
	int fd = share_root_is_listed_only(l->root) ? -ENOENT : open_in_dir(l, &asked, may_block);
	int rc;
	if (fd >= 0) {
		(void)close(fd);
		(void)snprintf(l->one_name, sizeof(l->one_name), "%s", l->pattern_text);
		rc = 0;
	} else if (fd == -ENOENT) {
		struct dir_index *index = share_root_index(l->root);
		rc = dir_index_find(index, l->entries.fd, l->pattern_text, may_block, l->one_name);
	} else {
		rc = fd;
	}
	if (rc == -EAGAIN)
		return rc;
	l->phase = PHASE_END;
	if (rc < 0)
		return rc == -ENOENT || rc == -ENAMETOOLONG ? 0 : rc;
	current_set(l, l->one_name, DT_UNKNOWN, false);
	return 1;
}

static bool is_dot_name(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int next_dot(struct dir_list *l)
{
	const char *name = l->phase == PHASE_DOT ? "." : "..";
	if (l->phase == PHASE_DOT)
		l->phase = PHASE_DOT_DOT;
	else if (l->pattern.has_wildcards || l->pattern.match_all)
		l->phase = PHASE_NAMES;
	else
		l->phase = is_dot_name(l->pattern_text) ? PHASE_END : PHASE_ONE_NAME;
	if (!name_pattern_match(&l->pattern, name))
		return 0;
	current_set(l, name, DT_DIR, true);
	return 1;
}

// Reads on to the next candidate: 1, 0 at the end.
static int next_candidate(struct dir_list *l, bool may_block)
{
	while (l->phase == PHASE_DOT || l->phase == PHASE_DOT_DOT)
		if (next_dot(l) == 1)
			return 1;
	if (l->phase == PHASE_NAMES)
		return next_name(l, may_block);
	return l->phase == PHASE_ONE_NAME ? next_one_name(l, may_block) : 0;
}

int dir_list_next(struct dir_list *l, bool may_block, struct dir_entry **out)
{
	if (l->pattern_text == NULL)
		return -EINVAL;
	if (l->pushed_back) {
		l->pushed_back = false;
		*out = &l->current;
		return 1;
	}
	for (;;) {
		if (!l->unvetted) {
			int rc = next_candidate(l, may_block);
			if (rc <= 0)
				return rc;
		}
		// Only a look at what a link leads to says whether it is shown.
		int rc = l->unvetted ? dir_list_stat(l, &l->current, may_block) : 0;
		if (rc == -EAGAIN)
			return rc;
		l->unvetted = false;
		if (rc < 0 && rc != -ENOENT)
			return rc;
		if (rc == 0) {
			*out = &l->current;
			return 1;
		}
	}
}

void dir_list_push_back(struct dir_list *l)
{
	l->pushed_back = true;
}
