// SPDX-License-Identifier: Apache-2.0
// The table of keys as text: help, and the commented example.
#include <stdio.h>
#include <string.h>

#include "config/config_quantity.h"
#include "config/config_schema.h"
#include "config/config_manual_text.h"

// Prints text in lines of at most width, each after prefix.
void manual_wrap(const char *prefix, const char *text, size_t width, FILE *out)
{
	while (*text != 0) {
		size_t len = strlen(text);
		if (len > width) {
			len = width;
			while (len > 0 && text[len] != ' ')
				len--;
			len = len > 0 ? len : strcspn(text, " ");
		}
		fprintf(out, "%s%.*s\n", prefix, (int)len, text);
		text += len + strspn(text + len, " ");
	}
}

// "1 to 65536", "64K to 8M", "at most 64 words"; empty for keys without a range.
void manual_range(const struct config_key *key, char *out, size_t cap)
{
	char low[QUANTITY_TEXT_LEN];
	char high[QUANTITY_TEXT_LEN];
	*out = 0;
	if (key->type == CONFIG_NUMBER) {
		(void)snprintf(
			out, cap, "%llu to %llu", (unsigned long long)key->min, (unsigned long long)key->max);
		return;
	}
	if (key->type == CONFIG_WORDS) {
		(void)snprintf(out, cap, "at most %llu words", (unsigned long long)key->max);
		return;
	}
	if (key->type == CONFIG_SIZE) {
		config_size_text(key->min, low);
		config_size_text(key->max, high);
	} else if (key->type == CONFIG_SECONDS) {
		config_time_text(key->min, low);
		config_time_text(key->max, high);
	} else {
		return;
	}
	(void)snprintf(out, cap, "%s to %s", low, high);
}

static void print_choices(const char *prefix, const struct config_key *key, FILE *out)
{
	for (const struct config_choice *c = key->choices; c != NULL && c->word != NULL; c++) {
		char line[400];
		if (c->help == NULL)
			continue;
		(void)snprintf(line, sizeof(line), "%s: %s%s%s", c->word, c->help,
			c->weakens != NULL ? ". WEAKENS: " : "", c->weakens != NULL ? c->weakens : "");
		manual_wrap(prefix, line, 90, out);
	}
}

static void print_key_help(const struct config_key *key, FILE *out)
{
	char range[64];
	manual_range(key, range, sizeof(range));
	fprintf(out, "\n  %s = %s\n", key->name, key->syntax);
	manual_wrap("      ", key->help, 90, out);
	if (key->more != NULL)
		manual_wrap("      ", key->more, 90, out);
	print_choices("        ", key, out);
	if (*range != 0)
		fprintf(out, "      Range: %s\n", range);
	if (key->value == NULL)
		fprintf(out, "      Must be given.\n");
	else if (*key->value != 0)
		fprintf(out, "      Default: %s\n", key->value);
}

void config_schema_print_help(FILE *out)
{
	fputs("The configuration is an INI file: headings in brackets, KEY = VALUE lines, comments after #.\n"
	      "Lists are words between white space or commas; a line that ends in \\ goes on in the next.\n"
	      "What is not given has its default, and all defaults are the strictest.\n",
		out);
	for (size_t section = 0; section < CONFIG_SECTION_COUNT; section++) {
		fprintf(out, "\n[%s]\n", config_sections[section].heading);
		manual_wrap("  ", config_sections[section].help, 90, out);
		for (size_t i = 0; i < config_key_count; i++) {
			if (config_keys[i].section == section)
				print_key_help(&config_keys[i], out);
		}
	}
}

static const char *example_value(const struct config_key *key)
{
	static const struct {
		enum config_section section;
		const char *key;
		const char *value;
	} samples[] = {
		{ CONFIG_SHARE, "path", "/srv/docs" },
		{ CONFIG_SHARE, "users", "alice @staff" },
		{ CONFIG_SHARE, "write", "alice" },
		{ CONFIG_SHARE, "comment", "Documents" },
		{ CONFIG_ACCESS, "share", "docs" },
		{ CONFIG_ACCESS, "except", "alice" },
		{ CONFIG_ACCESS, "deny", "finance/** **/*.key" },
		{ CONFIG_GROUP, "members", "alice bob" },
	};
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		if (key->section == samples[i].section && strcmp(samples[i].key, key->name) == 0)
			return samples[i].value;
	}
	return key->value != NULL ? key->value : "";
}

static void print_example_key(const struct config_key *key, FILE *out)
{
	fputc('\n', out);
	manual_wrap("# ", key->help, 96, out);
	print_choices("#   ", key, out);
	fprintf(out, "%s%s = %s\n", key->value == NULL || *example_value(key) != 0 ? "" : "#", key->name,
		*example_value(key) != 0 ? example_value(key) : key->syntax);
}

void config_schema_print_example(FILE *out)
{
	static const char *const headings[] = { "server", "detect", "share docs", "access finance",
		"group staff" };
	fputs("# Configuration of signet. What is here is the default of each key, but for the share, its "
	      "rule\n"
	      "# and the group, which are examples; signet.conf(5) has more about each. Check changes with\n"
	      "# signet serve --config FILE --check\n",
		out);
	for (size_t section = 0; section < CONFIG_SECTION_COUNT; section++) {
		fprintf(out, "\n# %s\n[%s]\n", config_sections[section].help, headings[section]);
		for (size_t i = 0; i < config_key_count; i++) {
			if (config_keys[i].section == section)
				print_example_key(&config_keys[i], out);
		}
	}
}
