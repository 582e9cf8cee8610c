// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/patch_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/lint/lint.h"

enum { EDITS_CAP_MIN = 16 };

static int read_bytes(struct patch_file *f, struct arena *a, int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > LINT_FILE_MAX)
		return -EFBIG;
	char *text = arena_alloc(a, (size_t)st.st_size + 1);
	if (text == NULL)
		return -ENOMEM;
	size_t len = 0;
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, text + len, (size_t)st.st_size - len);
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	f->text = text;
	f->len = len;
	return memchr(text, '\0', len) != NULL ? -EILSEQ : 0;
}

static int find_lines(struct patch_file *f, struct arena *a)
{
	size_t count = 1;
	for (const char *p = f->text; (p = strchr(p, '\n')) != NULL; p++)
		count++;
	f->lines = arena_alloc(a, (count + 1) * sizeof(*f->lines));
	f->removed = arena_zalloc(a, (count + 2) * sizeof(*f->removed));
	if (f->lines == NULL || f->removed == NULL)
		return -ENOMEM;
	const char *end = f->text + f->len;
	for (const char *p = f->text; p < end;) {
		const char *newline = strchr(p, '\n');
		f->lines[f->line_count++] = p;
		p = newline != NULL ? newline + 1 : end;
	}
	f->lines[f->line_count] = end;
	return 0;
}

int patch_file_read(struct patch_file *f, struct arena *a, const char *path)
{
	*f = (struct patch_file){ .path = path };
	// Without waiting for whoever has the other end of a FIFO of that name.
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	int result = read_bytes(f, a, fd);
	close(fd);
	return result < 0 ? result : find_lines(f, a);
}

void patch_file_done(struct patch_file *f)
{
	free(f->edits);
	f->edits = NULL;
	f->edit_count = f->edit_cap = 0;
}

struct span patch_line(const struct patch_file *f, unsigned line)
{
	if (line < 1 || line > f->line_count)
		return span_make("", 0);
	const char *begin = f->lines[line - 1];
	const char *end = f->lines[line];
	while (end > begin && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	return span_make(begin, (size_t)(end - begin));
}

bool patch_removes(const struct patch_file *f, unsigned line)
{
	return line <= f->line_count && f->removed[line];
}

static bool edits_reserve(struct patch_file *f)
{
	if (f->edit_count < f->edit_cap)
		return true;
	unsigned cap = f->edit_cap == 0 ? EDITS_CAP_MIN : 2 * f->edit_cap;
	struct patch_edit *grown = reallocarray(f->edits, cap, sizeof(*grown));
	if (grown == NULL)
		return false;
	f->edits = grown;
	f->edit_cap = cap;
	return true;
}

int patch_edit_add(struct patch_file *f, unsigned line, unsigned removed, const char *text)
{
	if (line < 1)
		line = 1;
	if (line > f->line_count + 1)
		line = f->line_count + 1;
	if (removed > f->line_count + 1 - line)
		removed = f->line_count + 1 - line;
	if (!edits_reserve(f))
		return -ENOMEM;
	for (unsigned i = 0; i < removed; i++)
		f->removed[line + i] = true;
	f->edits[f->edit_count] =
		(struct patch_edit){ .line = line, .removed = removed, .text = text, .order = f->edit_count };
	f->edit_count++;
	return 0;
}
