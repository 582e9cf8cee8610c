// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/lint_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/lint/lint.h"
#include "base/utf16.h"

// Opened so that nothing hangs: a FIFO or a terminal is looked at and left.
static int open_regular(const char *path, const char **error)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= LINT_FILE_MAX)
		return fd;
	if (S_ISDIR(st.st_mode))
		*error = "a directory; name the files in it";
	else if (!S_ISREG(st.st_mode))
		*error = "not a regular file";
	else
		*error = "larger than 16 MiB: no configuration is";
	(void)close(fd);
	return S_ISDIR(st.st_mode) ? -EISDIR : S_ISREG(st.st_mode) ? -EFBIG : -EINVAL;
}

// Up to LINT_FILE_MAX and one more byte, however the file grows meanwhile.
static int read_all(int fd, char *bytes, size_t *len)
{
	*len = 0;
	while (*len <= LINT_FILE_MAX) {
		ssize_t n = read(fd, bytes + *len, LINT_FILE_MAX + 1 - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		*len += (size_t)n;
	}
	return -EFBIG;
}

int lint_text_of(struct arena *a, const char *path, const void *bytes, size_t len, struct lint_text *out)
{
	const char *text = bytes;
	*out = (struct lint_text){ .file = arena_strdup(a, path) };
	if (len >= 2 && memcmp(text, "\xff\xfe", 2) == 0) {
		struct span utf16 = { .data = (const uint8_t *)text + 2, .len = (len - 2) & ~(size_t)1 };
		out->text = utf16_to_utf8_raw(a, utf16, &out->len);
		return out->text != NULL && out->file != NULL ? 0 : -EILSEQ;
	}
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	out->text = arena_strndup(a, text, len);
	out->len = len;
	return out->text != NULL && out->file != NULL ? 0 : -ENOMEM;
}

// Takes fd over; negative: why there is none.
static int read_text(struct arena *a, int fd, const char *path, struct lint_text *out, const char **error)
{
	size_t len = 0;
	char *bytes = fd >= 0 ? malloc(LINT_FILE_MAX + 1) : NULL;
	int rc = fd < 0 ? fd : bytes == NULL ? -ENOMEM : read_all(fd, bytes, &len);
	if (fd >= 0)
		(void)close(fd);
	if (rc == 0)
		rc = lint_text_of(a, path, bytes, len, out);
	free(bytes);
	if (rc != 0 && *error == NULL)
		*error = arena_strdup(a, strerror(-rc));
	return rc;
}

int lint_text_read_input(struct arena *a, const char *path, struct lint_text *out, const char **error)
{
	*error = NULL;
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	return read_text(a, fd < 0 ? -errno : fd, path, out, error);
}

int lint_text_read(struct arena *a, const char *path, struct lint_text *out, const char **error)
{
	*error = NULL;
	return read_text(a, open_regular(path, error), path, out, error);
}

unsigned lint_text_line(const struct lint_text *t, size_t offset, struct arena *a, const char **line)
{
	unsigned number = 1;
	size_t start = 0;
	for (size_t i = 0; i < offset && i < t->len; i++) {
		if (t->text[i] == '\n') {
			number++;
			start = i + 1;
		}
	}
	const char *newline = memchr(t->text + start, '\n', t->len - start);
	size_t len = (newline != NULL ? (size_t)(newline - t->text) : t->len) - start;
	while (len > 0 && t->text[start + len - 1] == '\r')
		len--;
	*line = arena_strndup(a, t->text + start, len < LINT_LINE_MAX ? len : LINT_LINE_MAX);
	return number;
}
