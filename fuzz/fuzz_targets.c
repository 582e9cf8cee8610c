// SPDX-License-Identifier: Apache-2.0
// Any lines as targets of an audit. What is taken has to be written in a way that is taken as the same again,
// and nothing is twice in the list.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "audit/target_parse.h"
#include "audit/targets.h"

enum { HOST_BITS_MAX = 8, LINES_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void parse_again(const struct target_text *t)
{
	char text[TARGET_TEXT_MAX + 16];
	struct target_text again;
	(void)snprintf(
		text, sizeof(text), strchr(t->host, ':') != NULL ? "[%s]:%u" : "%s:%u", t->host, t->port);
	require(target_text_parse(text, &again) == NULL);
	require(strcmp(again.host, t->host) == 0 && again.port == t->port && again.family == t->family);
}

static bool is_large(const struct target_text *t)
{
	return t->is_network && (t->family == AF_INET ? 32u : 128u) - t->prefix > HOST_BITS_MAX;
}

static void take(struct targets *all, const char *line)
{
	struct target_text t;
	const char *wrong = target_text_parse(line, &t);
	if (wrong == NULL) {
		require(t.port != 0 && t.host[0] != '\0' && t.prefix <= 128);
		parse_again(&t);
	}
	// Files are another matter, and large networks a slow one.
	if (line[0] == '@' || (wrong == NULL && is_large(&t)))
		return;
	size_t before = all->count;
	int rc = targets_add(all, line);
	require((rc == 0) == (wrong == NULL));
	require((rc == 0) == (all->error[0] == '\0'));
	require(all->count >= before && all->count - before <= 1u << HOST_BITS_MAX);
}

static void require_unique(const struct targets *all)
{
	for (size_t i = 0; i < all->count && i < 256; i++)
		for (size_t k = 0; k < i; k++)
			require(all->all[i].port != all->all[k].port ||
				strcasecmp(all->all[i].host, all->all[k].host) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct targets all = { 0 };
	char *text = malloc(size + 1);
	char *rest = text;
	require(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	for (int i = 0; i < LINES_MAX && rest != NULL; i++)
		take(&all, strsep(&rest, "\n"));
	require_unique(&all);
	targets_done(&all);
	free(text);
	return 0;
}
