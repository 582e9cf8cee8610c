// SPDX-License-Identifier: Apache-2.0
// Lists of patterns: words between white space or commas, or in double quotes, which no name can have.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/access_rule.h"
#include "config/config_value.h"

// The next pattern of *text, without its quotes, as a copy; NULL at the end or when memory is out.
// *closed is false when its quotes are not.
static char *next_pattern(const char **text, bool *closed)
{
	const char *begin = *text + strspn(*text, " \t,");
	bool quoted = *begin == '"';
	begin += quoted ? 1 : 0;
	size_t len = strcspn(begin, quoted ? "\"" : " \t,");
	*closed = !quoted || begin[len] == '"';
	*text = begin + len + (quoted && *closed ? 1 : 0);
	return len == 0 && !quoted ? NULL : strndup(begin, len);
}

static int add_pattern(const char *word, struct glob_list *list, struct value_error *error)
{
	struct path_glob glob;
	const char *why = NULL;
	int rc = path_glob_decode(word, &glob, &why);
	if (rc == -EINVAL)
		return value_invalid(error, "use patterns such as HR/** or **/*.key",
			"'%.80s' is no pattern of paths: %s", word, why);
	if (rc == 0 && list->count == ACCESS_GLOBS_MAX) {
		path_glob_done(&glob);
		return value_invalid(error, "use broader ones", "more than %d of them", ACCESS_GLOBS_MAX);
	}
	if (rc == 0 && glob_list_add(list, &glob) != 0) {
		path_glob_done(&glob);
		return -ENOMEM;
	}
	return rc;
}

int config_globs_decode(const char *text, void *field, struct value_error *error)
{
	struct glob_list *list = field;
	bool closed = true;
	int rc = 0;
	for (char *word = next_pattern(&text, &closed); word != NULL; word = next_pattern(&text, &closed)) {
		rc = closed ? add_pattern(word, list, error)
			    : value_invalid(error, "write \" at its end too", "a \" is open");
		free(word);
		if (rc != 0)
			return rc;
	}
	return list->count > 0 ? 0
			       : value_invalid(error, "give one, or take the line out", "it has no value");
}
