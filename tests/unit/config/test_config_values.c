// SPDX-License-Identifier: Apache-2.0
#include "config_test.h"

#include <netinet/in.h>

#include "auth/identity.h"
#include "config/config_quantity.h"
#include "config/config_render.h"
#include "config/config_schema.h"

// Borrowed until the next call.
static const struct identity *account_of(const char *name)
{
	static struct identity who;
	static char account[64];
	static char none[] = "";
	(void)snprintf(account, sizeof(account), "%s", name);
	who = (struct identity){ .account = account, .domain = none, .realm = none, .is_home = true };
	return &who;
}

static void reads_what_samba_people_write(void **state)
{
	struct config *c = config_of("; a comment\n"
				     "[server]\n"
				     "   listen = 127.0.0.1:4450, [::1]:4451 ; where\n"
				     "\tname: files.example.org files \\\n"
				     "      192.0.2.1\n"
				     "   max_read_size=1M\n"
				     "   idle_timeout = 2 h\n"
				     "\n"
				     "[group staff]\n   members = Alice bob\n"
				     "[ share My  files ] # shared\r\n"
				     "   path = /srv/a b;c\r\n"
				     "   users = @STAFF carol\n   write=@staff\n"
				     "   hidden = Yes\n   file_mode = 0640");
	(void)state;
	assert_int_equal(c->listen_count, 2);
	assert_int_equal(((const struct sockaddr_in *)&c->listen[0].address)->sin_port, htons(4450));
	assert_int_equal(((const struct sockaddr_in6 *)&c->listen[1].address)->sin6_port, htons(4451));
	assert_int_equal(c->names.count, 3);
	assert_string_equal(c->names.items[2], "192.0.2.1");
	assert_int_equal(c->limits.max_read_size, 1 << 20);
	assert_int_equal(c->limits.idle_timeout_ms, 7200000);
	assert_int_equal(c->limits.max_memory_per_peer, 256 << 20);
	const struct config_share *s = config_share_find(c, "MY  FILES");
	assert_non_null(s);
	assert_string_equal(s->path, "/srv/a b;c");
	assert_true(s->hidden);
	assert_int_equal(s->file_mode, 0640);
	assert_int_equal(s->directory_mode, 0700);
	assert_int_equal(config_share_access(s, account_of("ALICE")), SHARE_ACCESS_WRITE);
	assert_int_equal(config_share_access(s, account_of("carol")), SHARE_ACCESS_READ);
	assert_int_equal(config_share_access(s, account_of("staff")), SHARE_ACCESS_NONE);
	assert_int_equal(config_share_access(s, account_of("")), SHARE_ACCESS_NONE);
	config_unref(c);
}

static void nothing_at_all_is_all_defaults(void **state)
{
	struct config *c = config_of("");
	(void)state;
	assert_int_equal(c->signing, PROTECTION_REQUIRED);
	assert_int_equal(c->encryption, PROTECTION_REQUIRED);
	assert_int_equal(c->dialects.count, 1);
	assert_true(config_has_dialect(c, 0x0311));
	assert_int_equal(c->ciphers.items[0], 2);
	assert_int_equal(c->share_count, 0);
	assert_true(c->names.count >= 1);
	assert_false(c->names_set);
	config_unref(c);
}

static void values_of_any_length(void **state)
{
	char text[40000] = "[group all]\nmembers = first";
	size_t len = strlen(text);
	(void)state;
	for (unsigned i = 0; i < 3000; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, " user%u", i);
	strcpy(text + len, " ; the last\n[share x]\npath = /");
	len = strlen(text);
	memset(text + len, 'p', 4000);
	strcpy(text + len + 4000, "\nusers = @all\n");
	struct config *c = config_of(text);
	assert_int_equal(c->groups[0].members.name_count, 3001);
	assert_int_equal(strlen(c->shares[0].path), 4001);
	assert_true(user_list_has(&c->shares[0].users, "user2999"));
	assert_true(user_list_has(&c->shares[0].users, "first"));
	config_unref(c);
}

static void lines_around_the_librarys_limit(void **state)
{
	(void)state;
	for (size_t len = 150; len < 260; len++) {
		char text[400] = "[share x]\npath = /";
		size_t at = strlen(text);
		memset(text + at, 'p', len);
		strcpy(text + at + len, "\ncomment = after\n");
		struct config *c = config_of(text);
		assert_int_equal(strlen(c->shares[0].path), len + 1);
		assert_string_equal(c->shares[0].comment, "after");
		config_unref(c);
	}
}

static void dialects_are_ordered(void **state)
{
	struct config *c =
		config_of("[server]\nencryption = desired\ndialects = 2.0.2 3.1.1 2.1 3.0.2 3.0\n");
	static const uint16_t expected[] = { 0x0311, 0x0302, 0x0300, 0x0210, 0x0202 };
	(void)state;
	assert_int_equal(c->dialects.count, ARRAY_LEN(expected));
	assert_memory_equal(c->dialects.items, expected, sizeof(expected));
	config_unref(c);
}

static void shares_can_have_networks_of_their_own(void **state)
{
	struct config *c = config_of("[share a]\npath = /a\nnetworks = 10.0.0.0/8\n[share b]\npath = /b\n");
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	(void)state;
	assert_false(config_share_admits(&c->shares[0], (const struct sockaddr *)&local));
	assert_true(config_share_admits(&c->shares[1], (const struct sockaddr *)&local));
	config_unref(c);
}

static void quantities_there_and_back(void **state)
{
	static const uint64_t values[] = { 0, 1, 1000, 1023, 1024, 60000, 65536, 1u << 20, 3600000, 90000,
		1ull << 40 };
	char text[QUANTITY_TEXT_LEN];
	uint64_t back;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		config_size_text(values[i], text);
		assert_true(size_decode(text, &back) && back == values[i]);
		config_time_text(values[i], text);
		assert_true(time_decode(text, &back) && back == values[i]);
	}
	assert_false(size_decode("", &back) || size_decode("K", &back) || size_decode("1T", &back) ||
		     size_decode("-1", &back) || size_decode("1 K 2", &back) ||
		     size_decode("9007199254740993G", &back));
	assert_false(time_decode("10", &back) || time_decode("1d", &back));
	assert_false(number_decode("08", 8, &back) || number_decode("1x", 10, &back));
}

// Each value, rendered and read again, is the same: nothing is lost between file and structure.
// The first of each section, or NULL.
static const void *object_of(const struct config *c, enum config_section section)
{
	const void *objects[CONFIG_SECTION_COUNT] = {
		[CONFIG_SERVER] = c,
		[CONFIG_DETECT] = &c->detection,
		[CONFIG_SHARE] = c->shares,
		[CONFIG_ACCESS] = c->access,
		[CONFIG_GROUP] = c->groups,
	};
	return objects[section];
}

static void print_rendered(FILE *out, const struct config *c)
{
	static const char *const headings[CONFIG_SECTION_COUNT] = {
		[CONFIG_SERVER] = "[server]",
		[CONFIG_DETECT] = "[detect]",
		[CONFIG_SHARE] = "[share docs]",
		[CONFIG_ACCESS] = "[access docs]",
		[CONFIG_GROUP] = "[group staff]",
	};
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		if (object_of(c, key->section) == NULL) // the example has none
			continue;
		if (i == 0 || key->section != config_keys[i - 1].section)
			fprintf(out, "%s\n", headings[key->section]);
		char *text = config_value_text(key, object_of(c, key->section));
		assert_non_null(text);
		if (*text != 0)
			fprintf(out, "%s = %s\n", key->name, text);
		free(text);
	}
}

static struct config *config_printed_by(
	void (*print)(FILE *out, const struct config *c), const struct config *c)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	print(out, c);
	fclose(out);
	struct config *made = config_of(text);
	free(text);
	return made;
}

static void print_example(FILE *out, UNUSED const struct config *c)
{
	config_schema_print_example(out);
}

static void rendered_values_read_back_the_same(UNUSED void **state)
{
	struct config *c = config_printed_by(print_example, NULL);
	struct config *again = config_printed_by(print_rendered, c);
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		if (object_of(c, key->section) == NULL)
			continue;
		char *a = config_value_text(key, object_of(c, key->section));
		char *b = config_value_text(key, object_of(again, key->section));
		assert_string_equal(a, b);
		free(a);
		free(b);
	}
	config_unref(c);
	config_unref(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_samba_people_write),
		cmocka_unit_test(nothing_at_all_is_all_defaults),
		cmocka_unit_test(values_of_any_length),
		cmocka_unit_test(lines_around_the_librarys_limit),
		cmocka_unit_test(dialects_are_ordered),
		cmocka_unit_test(shares_can_have_networks_of_their_own),
		cmocka_unit_test(quantities_there_and_back),
		cmocka_unit_test(rendered_values_read_back_the_same),
	};
	return RUN_TESTS(tests);
}
