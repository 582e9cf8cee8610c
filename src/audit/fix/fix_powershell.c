// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_windows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/fix/fix_text.h"
#include "base/utf16.h"

static bool is_plain(uint32_t c)
{
	return c >= 0x20 && c < 0x7F;
}

// One piece of text in single quotes, where nothing but a quote has a meaning (about_Quoting_Rules).
static const char *put_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; is_plain((unsigned char)*text); text++)
		fprintf(out, "%s%c", *text == '\'' ? "'" : "", *text);
	fputc('\'', out);
	return text;
}

static void put_units(FILE *out, uint32_t c)
{
	if (c >= 0x10000)
		fprintf(out, "[char]0x%04" PRIX32 "+[char]0x%04" PRIX32, 0xD800 + ((c - 0x10000) >> 10),
			0xDC00 + (c & 0x3FF));
	else
		fprintf(out, "[char]0x%04" PRIX32, c);
}

// As an expression that is this text: ('D'+[char]0x00FC+'sseldorf').
static void put_text(FILE *out, const char *text)
{
	bool all_plain = true;
	for (const char *at = text; *at != '\0'; at++)
		all_plain = all_plain && is_plain((unsigned char)*at);
	if (all_plain) {
		(void)put_quoted(out, text);
		return;
	}
	fputs("(''", out);
	while (*text != '\0') {
		fputc('+', out);
		if (is_plain((unsigned char)*text)) {
			text = put_quoted(out, text);
			continue;
		}
		uint32_t c = utf8_next(&text);
		put_units(out, c == UTF8_INVALID ? '?' : c);
		text += c == UTF8_INVALID;
	}
	fputc(')', out);
}

static void put_registry_value(FILE *out, const struct fix_row *row)
{
	const char *type = *row->value == '\'' ? "String" : *row->value == '@' ? "MultiString" : "DWord";
	fputs("if (-not (Test-Path -LiteralPath ", out);
	put_text(out, row->key);
	fputs(")) { $null = New-Item -Path ", out);
	put_text(out, row->key);
	fputs(" -Force }\r\nSet-ItemProperty -LiteralPath ", out);
	put_text(out, row->key);
	fputs(" -Name ", out);
	put_text(out, row->name);
	fprintf(out, " -Value %s -Type %s\r\n", row->value, type);
}

static void put_command(FILE *out, const struct fix_item *item)
{
	const struct fix_row *row = item->row;
	if (row->key == NULL) {
		fprintf(out, "%s\r\n", row->value);
	} else if (strncmp(row->key, "HKLM:", 5) == 0) {
		put_registry_value(out, row);
	} else {
		fputs(row->key, out);
		if (item->share != NULL) {
			fputs(" -Name ", out);
			put_text(out, item->share);
		}
		fprintf(out, " -%s %s # -Force\r\n", row->name, row->value);
	}
}

// Without a share there is none to name: what all shares inherit is the server's.
static bool needs_share(const struct fix_row *row)
{
	return row->where == FIX_SHARE;
}

void fix_write_powershell(FILE *out, const struct fix_plan *plan)
{
	for (const struct fix_item *i = plan->items; i != NULL; i = i->next) {
		if (needs_share(i->row) && i->share == NULL)
			continue;
		fputs("\r\n", out);
		fix_comment_item(out, plan->platform, i);
		put_command(out, i);
	}
}

void fix_begin_powershell(FILE *out)
{
	fputs("#Requires -RunAsAdministrator\r\n", out);
	fputs("# Each command asks before it changes anything; with -Force, or -Confirm:$false, it does "
	      "not.\r\n",
		out);
	fputs("$ConfirmPreference = 'Low'\r\n", out);
}
