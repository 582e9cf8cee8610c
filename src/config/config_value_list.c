// SPDX-License-Identifier: Apache-2.0
// Values that are lists: words between white space or commas.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/config_quantity.h"
#include "config/config_nearest.h"
#include "config/config_value.h"

typedef int word_decoder(const struct config_key *key, char *word, void *field, struct value_error *error);

// Splits "[v6]:port" or "v4:port" in place; false when it has neither form.
static bool address_split(char *word, char **host, char **port, bool *ipv6)
{
	*ipv6 = *word == '[';
	char *end = *ipv6 ? strchr(word, ']') : strrchr(word, ':');
	if (end == NULL || (*ipv6 && end[1] != ':'))
		return false;
	*host = *ipv6 ? word + 1 : word;
	*port = *ipv6 ? end + 2 : end + 1;
	*end = 0;
	return true;
}

static bool address_decode(char *word, struct sockaddr_storage *out, socklen_t *len)
{
	char *host;
	char *port_text;
	bool ipv6;
	uint64_t port;
	if (!address_split(word, &host, &port_text, &ipv6))
		return false;
	if (!number_decode(port_text, 10, &port) || port < 1 || port > UINT16_MAX)
		return false;
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	if (inet_pton(ipv6 ? AF_INET6 : AF_INET, host, ipv6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) !=
		1)
		return false;
	*len = ipv6 ? sizeof(v6) : sizeof(v4);
	memcpy(out, ipv6 ? (void *)&v6 : (void *)&v4, *len);
	return true;
}

static int word_address(const struct config_key *key, char *word, void *field, struct value_error *error)
{
	// The list is the field, its length the member after it.
	struct config *c = CONTAINER_OF(field, struct config, listen);
	(void)key;
	struct config_address address = { .text = strdup(word) };
	if (address.text == NULL)
		return -ENOMEM;
	if (!address_decode(word, &address.address, &address.len)) {
		int rc = value_invalid(error, "use addresses such as 192.0.2.1:445 or [2001:db8::1]:445",
			"'%.80s' is not ADDRESS:PORT", address.text);
		free(address.text);
		return rc;
	}
	struct config_address *grown = reallocarray(c->listen, c->listen_count + 1, sizeof(*grown));
	if (grown == NULL) {
		free(address.text);
		return -ENOMEM;
	}
	c->listen = grown;
	c->listen[c->listen_count++] = address;
	return 0;
}

static int word_one_address(const struct config_key *key, char *word, void *field, struct value_error *error)
{
	struct config_address *a = field;
	(void)key;
	if (a->text != NULL)
		return value_invalid(error, "give one address", "more than one");
	a->text = strdup(word);
	if (a->text == NULL)
		return -ENOMEM;
	if (address_decode(word, &a->address, &a->len))
		return 0;
	return value_invalid(
		error, "use an address such as 127.0.0.1:9445", "'%.80s' is not ADDRESS:PORT", a->text);
}

static int word_network(const struct config_key *key, char *word, void *field, struct value_error *error)
{
	static const struct network any[2] = { { .ipv6 = false }, { .ipv6 = true } };
	struct network network;
	(void)key;
	if (strcmp(word, "any") == 0) {
		int rc = network_list_add(field, &any[0]);
		return rc != 0 ? rc : network_list_add(field, &any[1]);
	}
	if (!network_decode(word, &network))
		return value_invalid(error, "use networks such as 192.0.2.0/24, 2001:db8::/32 or !192.0.2.7",
			"'%.80s' is not a network (its bits after the prefix must be 0)", word);
	return network_list_add(field, &network);
}

static int word_user(const struct config_key *key, char *word, void *field, struct value_error *error)
{
	struct sid sid;
	bool group = key->type == CONFIG_USERS && *word == '@' && !user_name_is_sid(word, &sid);
	bool valid = group ? user_name_valid(word + 1) || user_name_is_domain_group(word)
			   : user_name_of_person_valid(word);
	if (!valid)
		return value_invalid(error,
			key->type == CONFIG_USERS ? "use accounts' names, NAME@REALM, DOMAIN\\NAME or SIDs, "
						    "and @NAME or @DOMAIN\\NAME for groups"
						  : "use accounts' names, NAME@REALM, DOMAIN\\NAME or SIDs",
			"'%.80s' cannot be a name", word);
	return user_list_add_name(field, word);
}

static bool host_name_valid(const char *word)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:";
	return strlen(word) <= 255 && word[strspn(word, allowed)] == 0;
}

static int word_name(const struct config_key *key, char *word, void *field, struct value_error *error)
{
	struct config_strings *names = field;
	(void)key;
	if (!host_name_valid(word))
		return value_invalid(
			error, "use names such as files.example.org", "'%.80s' is not a host's name", word);
	return config_strings_add(names, word, strlen(word));
}

static int unknown_word(const struct config_choice *known, const char *word, struct value_error *error)
{
	const char *near = NULL;
	size_t best = SIZE_MAX;
	for (; known->word != NULL; known++)
		if (word_take_nearer(word, known->word, &best))
			near = known->word;
	int rc = value_invalid(error, "take it out", "'%.80s' is not known", word);
	if (near != NULL)
		(void)snprintf(error->todo, sizeof(error->todo), "did you mean '%s'?", near);
	return rc;
}

static int word_word(const struct config_key *key, char *word, void *field, struct value_error *error)
{
	struct config_strings *words = field;
	if (words->count >= key->max)
		return value_invalid(error, "name fewer", "more than %u of them", (unsigned)key->max);
	if (key->choices != NULL && config_choice_of_word(key->choices, word) == NULL)
		return unknown_word(key->choices, word, error);
	return config_strings_add(words, word, strlen(word));
}

static int word_code(const struct config_key *key, char *word, void *field, struct value_error *error)
{
	struct config_codes *codes = field;
	const struct config_choice *choice = config_choice_of_word(key->choices, word);
	char known[256];
	if (choice == NULL) {
		config_choices_text(key->choices, known, sizeof(known));
		int rc = value_invalid(error, "", "'%.80s' is not known", word);
		(void)snprintf(error->todo, sizeof(error->todo), "use some of %s", known);
		return rc;
	}
	for (size_t i = 0; i < codes->count; i++) {
		if (codes->items[i] == choice->value)
			return value_invalid(error, "name it once", "'%.80s' is there twice", word);
	}
	codes->items[codes->count++] = (uint16_t)choice->value;
	return 0;
}

static word_decoder *decoder_of(enum config_type type)
{
	switch (type) {
	case CONFIG_ADDRESSES:
		return word_address;
	case CONFIG_ADDRESS:
		return word_one_address;
	case CONFIG_NETWORKS:
		return word_network;
	case CONFIG_NAMES:
		return word_name;
	case CONFIG_WORDS:
		return word_word;
	case CONFIG_CODES:
		return word_code;
	default:
		return word_user;
	}
}

int config_list_decode(const struct config_key *key, const char *text, void *field, struct value_error *error)
{
	word_decoder *decode = decoder_of(key->type);
	char *copy = strdup(text);
	char *rest = NULL;
	size_t count = 0;
	int rc = copy != NULL ? 0 : -ENOMEM;
	char *word = copy != NULL ? strtok_r(copy, " \t,", &rest) : NULL;
	if (copy != NULL && word == NULL)
		rc = value_invalid(error, "give one, or take the line out", "it has no value");
	for (; rc == 0 && word != NULL; word = strtok_r(NULL, " \t,", &rest)) {
		rc = decode(key, word, field, error);
		if (rc == 0 && ++count > VALUE_LIST_MAX)
			rc = value_invalid(
				error, "use groups, or fewer", "more than %d of them", VALUE_LIST_MAX);
	}
	free(copy);
	return rc;
}
