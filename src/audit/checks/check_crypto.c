// SPDX-License-Identifier: Apache-2.0
// Which ciphers, signing and compression algorithms are taken, and which are preferred.
#include "audit/checks/checks.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

enum { INDEX_311 = 4 };

// As in host_facts.ciphers: the weakest first, for 256 bits are more than 128, and of equal keys GCM is more
// than CCM.
static const char *const cipher_names[FACTS_CIPHERS] = { "AES-128-CCM", "AES-128-GCM", "AES-256-CCM",
	"AES-256-GCM" };
static const char *const compression_names[FACTS_COMPRESSIONS] = { "none", "LZNT1", "LZ77", "LZ77+Huffman",
	"Pattern_V1", "LZ4" };

static bool speaks_smb2(const struct host_facts *f)
{
	return f->dialect_max != 0;
}

static const struct fact *first_with(const struct fact *facts, unsigned count, enum answer a)
{
	for (unsigned i = 0; i < count; i++) {
		if (fact_is(&facts[i], a))
			return &facts[i];
	}
	return NULL;
}

// None of count, and it is known of each.
static bool none_of(const struct fact *facts, unsigned count)
{
	return first_with(facts, count, ANSWER_YES) == NULL &&
	       first_with(facts, count, ANSWER_UNKNOWN) == NULL;
}

// All facts prove it together.
static void report_all(
	const struct check_context *c, const char *id, const struct fact *facts, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		(void)!check_report(c, id, NULL, &facts[i]);
}

static void check_encryption(const struct check_context *c)
{
	static const char id[] = "encryption_not_supported";
	const struct fact *ciphers = c->facts->ciphers;
	const struct fact *unknown = first_with(ciphers, FACTS_CIPHERS, ANSWER_UNKNOWN);
	// SMB1 has none of its own.
	if (!speaks_smb2(c->facts) && fact_is(&c->facts->smb1, ANSWER_YES)) {
		(void)!check_report(c, id, NULL, &c->facts->smb1);
		return;
	}
	if (none_of(ciphers, FACTS_CIPHERS))
		report_all(c, id, ciphers, FACTS_CIPHERS);
	else if (first_with(ciphers, FACTS_CIPHERS, ANSWER_YES) == NULL)
		check_leave_open(c, id, unknown);
}

// Before 3.1.1 there are none; that 3.1.1 is missing is the finding then.
static void check_256(const struct check_context *c)
{
	static const char id[] = "cipher_256_missing";
	const struct host_facts *f = c->facts;
	const struct fact *large = &f->ciphers[2];
	if (!fact_is(&f->dialects[INDEX_311], ANSWER_YES) || none_of(f->ciphers, FACTS_CIPHERS))
		return;
	if (none_of(large, 2))
		report_all(c, id, large, 2);
	else if (first_with(large, 2, ANSWER_YES) == NULL)
		check_leave_open(c, id, first_with(large, 2, ANSWER_UNKNOWN));
}

// The server's own choice of all, where it has a better one.
static void check_preference(const struct check_context *c)
{
	static const char id[] = "weak_cipher_preferred";
	const struct host_facts *f = c->facts;
	unsigned preferred = (unsigned)f->cipher_preferred - SMB2_CIPHER_AES_128_CCM;
	if (fact_is(&f->cipher_order, ANSWER_UNKNOWN) && !none_of(f->ciphers, FACTS_CIPHERS) &&
		fact_is(&f->dialects[INDEX_311], ANSWER_YES))
		check_leave_open(c, id, &f->cipher_order);
	if (!fact_is(&f->cipher_order, ANSWER_YES) || preferred >= FACTS_CIPHERS)
		return;
	const struct fact *better = NULL;
	for (unsigned i = preferred + 1; i < FACTS_CIPHERS; i++) {
		if (fact_is(&f->ciphers[i], ANSWER_YES))
			better = &f->ciphers[i];
	}
	if (better == NULL)
		return;
	(void)!check_report(c, id, cipher_names[preferred], &f->cipher_order);
	(void)!check_report(c, id, cipher_names[preferred], better);
}

static void check_signing(const struct check_context *c)
{
	static const char id[] = "signing_algorithm_old";
	const struct fact *newer = &c->facts->signings[SMB2_SIGNING_AES_CMAC]; // and AES-GMAC behind it
	if (!fact_is(&c->facts->dialects[INDEX_311], ANSWER_YES))
		return;
	if (none_of(newer, 2))
		report_all(c, id, newer, 2);
	else if (first_with(newer, 2, ANSWER_YES) == NULL)
		check_leave_open(c, id, first_with(newer, 2, ANSWER_UNKNOWN));
}

static void check_compression(const struct check_context *c)
{
	static const char id[] = "compression_offered";
	const struct fact *all = c->facts->compressions;
	if (!fact_is(&c->facts->dialects[INDEX_311], ANSWER_YES))
		return;
	for (unsigned i = 1; i < FACTS_COMPRESSIONS; i++) {
		if (fact_is(&all[i], ANSWER_YES))
			(void)!check_report(c, id, compression_names[i], &all[i]);
	}
	const struct fact *unknown = first_with(all + 1, FACTS_COMPRESSIONS - 1, ANSWER_UNKNOWN);
	if (unknown != NULL)
		check_leave_open(c, id, unknown);
}

// Enforced for those who can encrypt, and not for those who say they cannot: somebody who is attacked can be
// made to be one of those before 3.1.1, and a careless client is one.
static void check_stripped(const struct check_context *c)
{
	const struct host_facts *f = c->facts;
	if (fact_is(&f->unsealed_accepted, ANSWER_NO) && fact_is(&f->encryption_stripped, ANSWER_YES))
		(void)!check_report(c, "encryption_not_required", "without ENCRYPTION_CAPABILITIES",
			&f->encryption_stripped);
}

void check_crypto(const struct check_context *c)
{
	check_encryption(c);
	check_256(c);
	check_preference(c);
	check_signing(c);
	check_compression(c);
	check_stripped(c);
}
