// SPDX-License-Identifier: Apache-2.0
// What Get-SmbServerConfiguration and Get-SmbClientConfiguration say, through ConvertTo-Json: an object or an
// array of them, with enumerations as numbers or names, and with members of every CIM object that nobody
// asked for.
#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/lint_format.h"
#include "audit/lint/rules_windows.h"

enum { OBJECTS_MAX = 1000 };

// Where keys stand: the text is gone through once, as the values are taken in its order.
struct key_finder {
	const struct lint_text *text;
	size_t at;
	unsigned line; // of at
	bool lost;     // a key was not found: the text writes it in another way, and so may the rest
};

struct json_reader {
	struct lint_settings *settings;
	struct key_finder keys;
};

// Properties that one of the two objects has alone (MSFT_SmbServerConfiguration,
// MSFT_SmbClientConfiguration).
static const char *const server_words[] = { "RejectUnencryptedAccess", "EnableSMB1Protocol",
	"AutoShareServer", "SmbServerNameHardeningLevel", "EncryptData", "NullSessionShares",
	"TreatHostAsStableStorage" };
static const char *const client_words[] = { "EnableInsecureGuestLogons", "WindowSizeThreshold", "BlockNTLM",
	"RequireEncryption", "EnableLoadBalanceScaleOut", "ConnectionCountPerRssNetworkInterface",
	"EnableBandwidthThrottling" };

// Moves to the "name" that a colon follows; 0 when there is none.
static unsigned find_key(struct key_finder *f, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = f->at; !f->lost && i + len + 2 < f->text->len; i++) {
		const char *p = f->text->text + i;
		if (*p == '\n')
			f->line++;
		if (*p != '"' || memcmp(p + 1, name, len) != 0 || p[len + 1] != '"')
			continue;
		f->at = i + len + 2;
		p += len + 2;
		while (isspace((unsigned char)*p))
			p++;
		if (*p == ':')
			return f->line;
	}
	f->lost = true;
	return 0;
}

static bool is_noise(const char *name)
{
	return strncmp(name, "Cim", 3) == 0 || strncmp(name, "PSComputerName", 14) == 0 ||
	       strcmp(name, "PSShowComputerName") == 0 || strcmp(name, "RunspaceId") == 0;
}

// A list of enumerations or names, separated as a text would have them.
static char *text_of_array(struct arena *a, const json_t *array)
{
	char *text = arena_strdup(a, "");
	size_t i;
	json_t *item;
	json_array_foreach((json_t *)(uintptr_t)array, i, item)
	{
		const char *before = i > 0 ? ", " : "";
		if (i >= 64 || text == NULL)
			break;
		if (json_is_string(item))
			text = arena_printf(a, "%s%s%.256s", text, before, json_string_value(item));
		else if (json_is_integer(item))
			text = arena_printf(
				a, "%s%s%" JSON_INTEGER_FORMAT, text, before, json_integer_value(item));
	}
	return text;
}

// NULL: nothing that a setting could be.
static const char *text_of(struct arena *a, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	case JSON_NULL:
		return "";
	case JSON_INTEGER:
		return arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	case JSON_STRING:
		return json_string_value(value);
	case JSON_ARRAY:
		return text_of_array(a, value);
	case JSON_OBJECT:
		// { "value": 0, "Value": "None" }: how some versions write enumerations.
		value = json_object_get(value, "Value");
		return json_is_string(value) ? json_string_value(value) : NULL;
	default:
		return NULL;
	}
}

static void take_member(struct json_reader *r, const char *section, const char *name, const json_t *value)
{
	if (is_noise(name))
		return;
	unsigned line = find_key(&r->keys, name);
	const char *text = text_of(r->settings->arena, value);
	struct lint_place place = { .file = r->keys.text->file, .line = line };
	char *shown = text != NULL ? arena_printf(r->settings->arena, "\"%s\": %.300s", name, text) : NULL;
	if (text == NULL || shown == NULL)
		return;
	place.text = shown;
	(void)!lint_settings_add(r->settings, section, name, text, &place, NULL);
}

static bool has_any(const json_t *object, const char *const words[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (json_object_get(object, words[i]) != NULL)
			return true;
	}
	return false;
}

static const char *section_of(const json_t *object)
{
	if (has_any(object, server_words, ARRAY_LEN(server_words)))
		return WINDOWS_SERVER_SECTION;
	if (has_any(object, client_words, ARRAY_LEN(client_words)))
		return WINDOWS_CLIENT_SECTION;
	return NULL;
}

static void take_object(struct json_reader *r, json_t *object)
{
	const char *section = section_of(object);
	struct lint_place place = { .file = r->keys.text->file, .line = r->keys.line };
	if (section == NULL) {
		lint_settings_fail(r->settings, r->keys.text->file, r->keys.line,
			"no output of Get-SmbServerConfiguration or Get-SmbClientConfiguration");
		return;
	}
	if (lint_section_add(r->settings, section, &place) == NULL)
		return;
	for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
		take_member(r, section, json_object_iter_key(at), json_object_iter_value(at));
}

static void take_root(struct json_reader *r, json_t *root)
{
	size_t i;
	json_t *item;
	if (json_is_object(root))
		take_object(r, root);
	else if (json_array_size(root) == 0 || json_array_size(root) > OBJECTS_MAX)
		lint_settings_fail(
			r->settings, r->keys.text->file, 1, "neither an object nor a list of some");
	json_array_foreach(root, i, item)
	{
		if (r->settings->error == NULL && json_is_object(item))
			take_object(r, item);
	}
}

static void parse(struct lint_settings *s, const struct lint_text *t)
{
	struct json_reader r = { .settings = s, .keys = { .text = t, .line = 1 } };
	json_error_t error;
	json_t *root = json_loadb(t->text, t->len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL) {
		lint_settings_fail(
			s, t->file, error.line > 0 ? (unsigned)error.line : 1, "no JSON: %s", error.text);
		return;
	}
	take_root(&r, root);
	json_decref(root);
}

// Where one of the object's own words is first; SIZE_MAX: nowhere.
static size_t first_of(const struct lint_text *t, const char *const words[], size_t count)
{
	size_t first = SIZE_MAX;
	for (size_t i = 0; i < count; i++) {
		const char *found = memmem(t->text, t->len, words[i], strlen(words[i]));
		if (found != NULL && (size_t)(found - t->text) < first)
			first = (size_t)(found - t->text);
	}
	return first;
}

static unsigned recognise(const struct lint_text *t, bool server)
{
	const char *p = t->text;
	while (isspace((unsigned char)*p))
		p++;
	if (*p != '{' && *p != '[')
		return 0;
	for (p++; isspace((unsigned char)*p);)
		p++;
	if (*p != '"' && *p != '{') // "[global]" is no list
		return 0;
	size_t first_server = first_of(t, server_words, ARRAY_LEN(server_words));
	size_t first_client = first_of(t, client_words, ARRAY_LEN(client_words));
	size_t mine = server ? first_server : first_client, other = server ? first_client : first_server;
	return mine == SIZE_MAX || mine > other ? 0 : 95;
}

static unsigned recognise_server(const struct lint_text *t)
{
	return recognise(t, true);
}

static unsigned recognise_client(const struct lint_text *t)
{
	return recognise(t, false);
}

// Both take either object, as a list may have both.
const struct lint_format_kind lint_format_windows_server = {
	.format = LINT_WINDOWS_SERVER,
	.word = "windows-server",
	.system = "Get-SmbServerConfiguration",
	.names = { "server" },
	.platform = PLATFORM_WINDOWS_POWERSHELL,
	.recognise = recognise_server,
	.parse = parse,
	.judge = rules_windows_judge,
};

const struct lint_format_kind lint_format_windows_client = {
	.format = LINT_WINDOWS_CLIENT,
	.word = "windows-client",
	.system = "Get-SmbClientConfiguration",
	.names = { "client" },
	.platform = PLATFORM_WINDOWS_POWERSHELL,
	.recognise = recognise_client,
	.parse = parse,
	.judge = rules_windows_judge,
};
