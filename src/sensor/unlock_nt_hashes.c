// SPDX-License-Identifier: Apache-2.0
// The file of NT hashes: "[DOMAIN\]ACCOUNT:HASH", or as pwdump and smbpasswd write it,
// "ACCOUNT:ID:LM:NT:...".
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"
#include "sensor/unlock_keys.h"
#include "wire/fscc/name_upcase.h"

enum { HASH_DIGITS = 2 * NTLM_KEY_LEN, GROWTH_FIRST = 64 };

struct hash_file {
	const char *path;
	unsigned long line;
	char *error;
};

static bool fail(const struct hash_file *f, const char *what)
{
	(void)snprintf(f->error, UNLOCK_ERROR_LEN, "%s:%lu: %s", f->path, f->line, what);
	return false;
}

// malloc'ed; NULL: memory is out.
static char *upper_case(const char *text)
{
	char *upper = malloc(4 * strlen(text) + 1), *out = upper;
	uint32_t c;
	if (upper == NULL)
		return NULL;
	while ((c = utf8_next(&text)) != 0) {
		if (c == UTF8_INVALID)
			*out++ = '?';
		else
			out += utf8_put(out, name_upcase_code_point(c));
	}
	*out = '\0';
	return upper;
}

// --- a line ------------------------------------------------------------------------------------------

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool hash_parse(const char *text, uint8_t hash[NTLM_KEY_LEN])
{
	if (strlen(text) != HASH_DIGITS)
		return false;
	for (size_t i = 0; i < NTLM_KEY_LEN; i++) {
		int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		hash[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

// How smbpasswd and pwdump say that an account has no password.
static bool is_no_hash(const char *text)
{
	return strncmp(text, "NO PASSWORD", strlen("NO PASSWORD")) == 0 || strspn(text, "X*") == HASH_DIGITS;
}

static bool account_add(struct unlock_keys *k, const char *name, const uint8_t hash[NTLM_KEY_LEN])
{
	if (k->account_count == k->account_capacity) {
		size_t capacity = k->account_capacity == 0 ? GROWTH_FIRST : 2 * k->account_capacity;
		struct nt_account *grown = calloc(capacity, sizeof(*grown));
		if (grown == NULL)
			return false;
		if (k->account_count > 0) {
			memcpy(grown, k->accounts, k->account_count * sizeof(*grown));
			secret_wipe_bytes(k->accounts, k->account_count * sizeof(*grown));
		}
		free(k->accounts);
		k->accounts = grown;
		k->account_capacity = capacity;
	}
	struct nt_account *a = &k->accounts[k->account_count];
	a->name = upper_case(name);
	if (a->name == NULL)
		return false;
	memcpy(a->nt_hash, hash, NTLM_KEY_LEN);
	k->account_count++;
	return true;
}

// The hash's field, cut off from the rest; NULL: neither form.
static char *hash_field(char *after_name)
{
	char *field = after_name;
	char *colon = strchr(field, ':');
	if (colon == NULL)
		return field;
	for (unsigned i = 0; i < 2; i++) {
		if (colon == NULL)
			return NULL;
		field = colon + 1;
		colon = strchr(field, ':');
	}
	if (colon != NULL)
		*colon = '\0';
	return field;
}

static bool line_parse(struct unlock_keys *k, const struct hash_file *f, char *line)
{
	uint8_t hash[NTLM_KEY_LEN];
	char *colon = strchr(line, ':');
	char *field = colon == NULL ? NULL : hash_field(colon + 1);
	if (field == NULL)
		return fail(f, "write ACCOUNT:HASH, DOMAIN\\ACCOUNT:HASH or a line of pwdump");
	*colon = '\0';
	// The proof in the exchange says whether it is the right account; its domain may be written in many
	// ways (NetBIOS, DNS, a host's name, none).
	char *backslash = strrchr(line, '\\');
	const char *name = backslash == NULL ? line : backslash + 1;
	if (*name == '\0')
		return fail(f, "there is no account's name before the colon");
	if (is_no_hash(field))
		return true;
	if (!hash_parse(field, hash))
		return fail(f, "the NT hash is not 32 hexadecimal digits (it is MD4 of the password, not the "
			       "password)");
	if (k->account_count >= UNLOCK_ACCOUNTS_MAX)
		return fail(f, "too many accounts; give those that are to be looked at");
	bool added = account_add(k, name, hash);
	secret_wipe_bytes(hash, sizeof(hash));
	return added || fail(f, "memory is out");
}

// --- the file ----------------------------------------------------------------------------------------

static char *trim(char *line)
{
	size_t len = strlen(line);
	while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
		line[--len] = '\0';
	return line + strspn(line, " \t");
}

static bool lines_read(struct unlock_keys *k, struct hash_file *f, FILE *in)
{
	char line[UNLOCK_LINE_LEN_MAX];
	bool ok = true;
	while (ok && fgets(line, sizeof(line), in) != NULL) {
		f->line++;
		if (strchr(line, '\n') == NULL && !feof(in)) {
			ok = fail(f, "the line is too long; this is not a file of NT hashes");
			break;
		}
		char *text = trim(line);
		ok = *text == '\0' || *text == '#' || line_parse(k, f, text);
	}
	secret_wipe_bytes(line, sizeof(line));
	if (ok && ferror(in)) {
		(void)snprintf(f->error, UNLOCK_ERROR_LEN, "%s: %s", f->path, strerror(errno));
		return false;
	}
	return ok;
}

static int account_compare(const void *a, const void *b)
{
	const struct nt_account *x = a, *y = b;
	return strcmp(x->name, y->name);
}

bool unlock_nt_hashes_load(struct unlock_keys *k, const char *path, char error[UNLOCK_ERROR_LEN])
{
	struct hash_file f = { .path = path, .error = error };
	char buffer[BUFSIZ];
	FILE *in = fopen(path, "re");
	if (in == NULL) {
		(void)snprintf(error, UNLOCK_ERROR_LEN, "%s: %s", path, strerror(errno));
		return false;
	}
	(void)setvbuf(in, buffer, _IOFBF, sizeof(buffer)); // ours, to be wiped
	bool ok = lines_read(k, &f, in);
	(void)fclose(in);
	secret_wipe_bytes(buffer, sizeof(buffer));
	if (ok && k->account_count == 0) {
		(void)snprintf(error, UNLOCK_ERROR_LEN, "%s: no account in it has an NT hash", path);
		return false;
	}
	if (ok)
		qsort(k->accounts, k->account_count, sizeof(k->accounts[0]), account_compare);
	return ok;
}

const struct nt_account *unlock_accounts_find(const struct unlock_keys *k, const char *name, size_t *count)
{
	char *upper = upper_case(name);
	size_t low = 0, high = k->account_count;
	*count = 0;
	if (upper == NULL)
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(k->accounts[middle].name, upper) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + *count < k->account_count && strcmp(k->accounts[low + *count].name, upper) == 0)
		(*count)++;
	free(upper);
	return *count > 0 ? &k->accounts[low] : NULL;
}
