// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "config/network_list.h"

static bool admits(const struct network_list *list, const char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return network_list_admits(list, (const struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return network_list_admits(list, (const struct sockaddr *)&v6);
}

static struct network_list list_of(const char *words)
{
	struct network_list list = { 0 };
	char *copy = strdup(words);
	char *rest = NULL;
	assert_non_null(copy);
	for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		struct network n;
		assert_true(network_decode(word, &n));
		assert_int_equal(network_list_add(&list, &n), 0);
	}
	free(copy);
	return list;
}

static void accepts_only_whole_networks(void **state)
{
	static const char *const bad[] = { "", "!", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8",
		"10.1.0.0/8", "fd00::/129", "fd00::1/8", "fd00::/8/8", "10.0.0.0/08x", "!!10.0.0.0/8",
		"::ffff:10.0.0.1", "host", "10.0.0.0/0000",
		"1111:1111:1111:1111:1111:1111:1111:1111:1111:1111/128" };
	static const char *const good[] = { "10.0.0.0/8", "!10.0.0.1", "0.0.0.0/0", "::/0", "::1",
		"fe80::/10", "255.255.255.255/32", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128" };
	struct network n;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(network_decode(bad[i], &n));
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(network_decode(good[i], &n));
}

static void longest_prefix_decides(void **state)
{
	struct network_list list =
		list_of("10.0.0.0/8 !10.1.0.0/16 10.1.2.0/24 !10.1.2.3 fd00::/8 !fd00:1::/32");
	(void)state;
	assert_true(admits(&list, "10.0.0.1"));
	assert_false(admits(&list, "10.1.0.1"));
	assert_true(admits(&list, "10.1.2.4"));
	assert_false(admits(&list, "10.1.2.3"));
	assert_false(admits(&list, "11.0.0.1"));
	assert_true(admits(&list, "fd12::1"));
	assert_false(admits(&list, "fd00:1::1"));
	assert_false(admits(&list, "fe80::1"));
	network_list_done(&list);
}

static void refusal_wins_over_its_equal(void **state)
{
	struct network_list one = list_of("10.0.0.0/8 !10.0.0.0/8");
	struct network_list other = list_of("!10.0.0.0/8 10.0.0.0/8");
	(void)state;
	assert_false(admits(&one, "10.0.0.1"));
	assert_false(admits(&other, "10.0.0.1"));
	network_list_done(&one);
	network_list_done(&other);
}

static void mapped_addresses_count_as_ipv4(void **state)
{
	struct network_list list = list_of("192.0.2.0/25 ::/0");
	(void)state;
	assert_true(admits(&list, "::ffff:192.0.2.1"));
	assert_false(admits(&list, "::ffff:192.0.2.129"));
	network_list_done(&list);
}

static void prefixes_cut_within_a_byte(void **state)
{
	struct network_list list = list_of("172.16.0.0/12");
	(void)state;
	assert_true(admits(&list, "172.31.255.255"));
	assert_false(admits(&list, "172.32.0.0"));
	assert_false(admits(&list, "172.15.255.255"));
	network_list_done(&list);
}

static void nobody_without_networks_or_of_other_families(void **state)
{
	struct network_list none = { 0 };
	struct network_list all = list_of("0.0.0.0/0 ::/0");
	struct sockaddr local = { .sa_family = AF_UNIX };
	(void)state;
	assert_false(admits(&none, "127.0.0.1"));
	assert_false(network_list_admits(&all, &local));
	assert_true(network_list_admits_all(&all));
	assert_false(network_list_admits_all(&none));
	network_list_done(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_only_whole_networks),
		cmocka_unit_test(longest_prefix_decides),
		cmocka_unit_test(refusal_wins_over_its_equal),
		cmocka_unit_test(mapped_addresses_count_as_ipv4),
		cmocka_unit_test(prefixes_cut_within_a_byte),
		cmocka_unit_test(nobody_without_networks_or_of_other_families),
	};
	return RUN_TESTS(tests);
}
