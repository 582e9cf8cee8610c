// SPDX-License-Identifier: Apache-2.0
#include "config/config_messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void config_messages_add(struct config_messages *m, const char *fmt, ...)
{
	char *line = NULL;
	va_list ap;
	va_start(ap, fmt);
	int len = m->count < CONFIG_MESSAGES_MAX ? vasprintf(&line, fmt, ap) : -1;
	va_end(ap);
	if (len < 0) {
		m->omitted++;
		return;
	}
	char **lines = realloc(m->lines, (m->count + 1) * sizeof(*lines));
	if (lines == NULL) {
		free(line);
		m->omitted++;
		return;
	}
	m->lines = lines;
	m->lines[m->count++] = line;
}

void config_messages_done(struct config_messages *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->lines[i]);
	free(m->lines);
	*m = (struct config_messages){ 0 };
}
