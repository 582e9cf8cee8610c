// SPDX-License-Identifier: Apache-2.0
// Exports of Windows' registry: .reg, LGPO.exe's text of a registry.pol, security templates.
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/lint_format.h"
#include "audit/lint/registry_reader.h"
#include "audit/lint/rules_windows.h"

static bool begins(const char *text, const char *word)
{
	return strncasecmp(text, word, strlen(word)) == 0;
}

static bool is_reg(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return begins(text, "Windows Registry Editor Version 5") || begins(text, "REGEDIT4");
}

static bool is_template(const struct lint_text *t)
{
	return t->text[0] != '\0' && strcasestr(t->text, "[Registry Values]") != NULL &&
	       strcasestr(t->text, "$CHICAGO$") != NULL;
}

// Comments, then Computer or User on a line, then a key.
static bool is_policy(const char *text)
{
	for (unsigned lines = 0; lines < 64 && (*text == ';' || isspace((unsigned char)*text)); lines++) {
		while (isspace((unsigned char)*text))
			text++;
		if (*text == ';')
			text += strcspn(text, "\n");
	}
	size_t len = strcspn(text, "\r\n");
	if (!(len == 8 && begins(text, "Computer")) && !(len == 4 && begins(text, "User")))
		return false;
	text += len;
	while (isspace((unsigned char)*text))
		text++;
	return memchr(text, '\\', strcspn(text, "\r\n")) != NULL;
}

static unsigned recognise(const struct lint_text *t)
{
	if (is_reg(t->text))
		return 100;
	if (is_template(t))
		return 95;
	return is_policy(t->text) ? 80 : 0;
}

static void parse(struct lint_settings *s, const struct lint_text *t)
{
	struct registry_reader r = {
		.settings = s, .file = t->file, .at = t->text, .end = t->text + t->len, .line = 1
	};
	if (is_reg(t->text)) {
		while (isspace((unsigned char)*r.at))
			r.line += *r.at++ == '\n';
		registry_parse_reg(&r);
	} else if (is_template(t)) {
		registry_parse_template(&r);
	} else if (is_policy(t->text)) {
		registry_parse_policy(&r);
	} else {
		registry_fail(&r, "a registry export begins with \"Windows Registry Editor Version 5.00\" or "
				  "REGEDIT4");
	}
}

const struct lint_format_kind lint_format_registry = {
	.format = LINT_REGISTRY,
	.word = "registry",
	.system = "Windows registry",
	.names = { ".reg", ".pol", ".inf" },
	.platform = PLATFORM_WINDOWS_REGISTRY,
	.recognise = recognise,
	.parse = parse,
	.judge = rules_windows_judge,
};
