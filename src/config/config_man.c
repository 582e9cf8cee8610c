// SPDX-License-Identifier: Apache-2.0
// signet.conf(5) from the table, as mdoc(7).
#include <ctype.h>
#include <string.h>

#include "config/config_manual_text.h"
#include "config/config_schema.h"

// Text as roff takes it: no control line by accident, backslashes and dashes as themselves.
static void print_roff(const char *text, FILE *out)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text != 0; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			fputc(*text, out);
	}
	fputc('\n', out);
}

static void print_choices(const struct config_choice *c, FILE *out)
{
	if (c == NULL || c->help == NULL) // the ids of detections explain themselves
		return;
	fputs(".Bl -tag -width 12n -compact\n", out);
	for (; c->word != NULL; c++) {
		fprintf(out, ".It Cm %s\n", c->word);
		print_roff(c->help, out);
		if (c->weakens == NULL)
			continue;
		fputs(".Sy Weakens :\n", out);
		print_roff(c->weakens, out);
	}
	fputs(".El\n", out);
}

static void print_sentence(const char *text, FILE *out)
{
	char line[1024];
	(void)snprintf(line, sizeof(line), "%s.", text);
	line[0] = (char)toupper((unsigned char)line[0]);
	print_roff(line, out);
}

static void print_key(const struct config_key *key, FILE *out)
{
	char range[64];
	manual_range(key, range, sizeof(range));
	fprintf(out, ".It Ic %s No = ", key->name);
	print_roff(key->syntax, out);
	print_sentence(key->help, out);
	if (key->more != NULL)
		print_roff(key->more, out);
	print_choices(key->choices, out);
	if (*range != 0)
		fprintf(out, "Range: %s.\n", range);
	if (key->value == NULL)
		fputs("It must be given.\n", out);
	else if (*key->value != 0)
		fprintf(out, "Default:\n.Ql %s .\n", key->value);
}

static void print_section(enum config_section section, FILE *out)
{
	const struct config_section_info *info = &config_sections[section];
	fprintf(out, ".Ss [%s]\n", info->heading);
	print_roff(info->help, out);
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < config_key_count; i++) {
		if (config_keys[i].section == section)
			print_key(&config_keys[i], out);
	}
	fputs(".El\n", out);
}

void config_schema_print_man(FILE *out)
{
	fputs(".\\\" Generated from src/config by signet help man-config; a test compares the two.\n"
	      ".Dd November 23, 2026\n"
	      ".Dt SIGNET.CONF 5\n"
	      ".Os\n"
	      ".Sh NAME\n"
	      ".Nm signet.conf\n"
	      ".Nd configuration of signet serve\n"
	      ".Sh DESCRIPTION\n"
	      "The file is an INI file: headings in brackets, keys and values below them, comments on lines "
	      "that\n"
	      "begin with # or ; and after white space and a semicolon.\n"
	      "Lines may be indented.\n"
	      "A line that ends in a backslash goes on in the next one.\n"
	      "Lists are words between white space or commas.\n"
	      "Sizes have the units K, M and G (powers of 1024), times the units ms, s, m and h.\n"
	      ".Pp\n"
	      "What is not given has its default.\n"
	      "All defaults are the strictest there are; where a value weakens what is enforced, this page, "
	      "the\n"
	      "commented example and\n"
	      ".Ql signet serve --check\n"
	      "say so.\n"
	      "Keys that are not known, given twice or out of range are errors, and a configuration with "
	      "errors is\n"
	      "refused as a whole.\n"
	      ".Pp\n"
	      "On SIGHUP a running server reads the file again.\n"
	      "Changes of shares, users and policy apply to new requests, without an end to sessions.\n"
	      ".Sh SECTIONS\n",
		out);
	for (size_t section = 0; section < CONFIG_SECTION_COUNT; section++)
		print_section((enum config_section)section, out);
	fputs(".Sh EXAMPLES\n"
	      "A folder for two people, one of whom may only read:\n"
	      ".Bd -literal -offset indent\n"
	      "[server]\n"
	      "networks = 192.0.2.0/24\n"
	      "\n"
	      "[share docs]\n"
	      "path = /srv/docs\n"
	      "users = alice bob\n"
	      "write = alice\n"
	      ".Ed\n"
	      ".Pp\n"
	      "A folder in it that only alice may know of, and keys that nobody else reads wherever they "
	      "are:\n"
	      ".Bd -literal -offset indent\n"
	      "[access hr]\n"
	      "share = docs\n"
	      "except = alice\n"
	      "deny = \"Human Resources/**\" **/*.key\n"
	      ".Ed\n"
	      ".Pp\n"
	      "Somebody who reads one folder of a share, writes another, and sees no more of it:\n"
	      ".Bd -literal -offset indent\n"
	      "[access carol]\n"
	      "share = docs\n"
	      "users = carol\n"
	      "read = published/**\n"
	      "write = incoming/carol/**\n"
	      ".Ed\n"
	      ".Pp\n"
	      ".Ql signet help example\n"
	      "prints a commented configuration with every key.\n"
	      ".Sh SEE ALSO\n"
	      ".Xr signet 1 ,\n"
	      ".Xr signet-serve 8 ,\n"
	      ".Xr signet-user 8\n",
		out);
}
