// SPDX-License-Identifier: Apache-2.0
#include "auth/account_store.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account_file.h"
#include "auth/ntlm_crypto.h"
#include "auth/state_file.h"
#include "base/secret.h"
#include "base/utf16.h"

// One change: what is to be done, and to whom.
struct change {
	const char *state_dir;
	const char *name;
	bool ntlm;
	bool disabled;
	const uint8_t *nt_hash; // NULL: none
	int (*apply)(struct account_file *f, const struct change *c, struct account_error *error);
};

static int file_load(struct account_file *f, int dir, const struct change *c, struct account_error *error)
{
	char path[PATH_MAX];
	struct stat st;
	char *text;
	size_t len;

	*f = (struct account_file){ .next_rid = ACCOUNT_RID_FIRST };
	int rc = state_file_read(dir, c->state_dir, "accounts", &text, &len, &st, error);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), "%s/accounts", c->state_dir);
	rc = account_file_parse(f, text, path, error);
	secret_wipe_bytes(text, len);
	free(text);
	return rc;
}

static int file_save(
	const struct account_file *f, int dir, const struct change *c, struct account_error *error)
{
	size_t len;
	char *text = account_file_format(f, &len);

	if (text == NULL)
		return account_fail(error, -ENOMEM, "%s/accounts: memory is out", c->state_dir);
	int rc = state_file_replace(dir, c->state_dir, "accounts", span_make(text, len), error);
	secret_wipe_bytes(text, len);
	free(text);
	return rc;
}

static int change_run(const struct change *c, struct account_error *error)
{
	struct account_file f;

	CLEANUP(state_close) int dir = state_dir_open(c->state_dir, error);
	if (dir < 0)
		return dir;
	CLEANUP(state_close) int lock = state_lock(dir, c->state_dir, error);
	if (lock < 0)
		return lock;
	int rc = file_load(&f, dir, c, error);
	if (rc == 0)
		rc = c->apply(&f, c, error);
	if (rc == 0)
		rc = file_save(&f, dir, c, error);
	account_file_done(&f);
	return rc;
}

static int password_check(const char *password, struct account_error *error)
{
	const char *cursor = password;
	size_t count = 0;
	uint32_t c;

	while ((c = utf8_next(&cursor)) != 0) {
		if (c == UTF8_INVALID || (c >= 0xD800 && c <= 0xDFFF))
			return account_fail(error, -EINVAL, "the password is not valid UTF-8");
		if (++count > ACCOUNT_PASSWORD_LEN_MAX)
			return account_fail(error, -EINVAL, "the password is longer than %d characters",
				ACCOUNT_PASSWORD_LEN_MAX);
	}
	if (count == 0)
		return account_fail(error, -EINVAL, "the password is empty; an account needs one");
	return 0;
}

static int hash_make(const char *password, uint8_t hash[NT_HASH_LEN], struct account_error *error)
{
	int rc = password_check(password, error);

	if (rc < 0)
		return rc;
	rc = ntlm_nt_hash(password, hash);
	return rc < 0 ? account_fail(error, rc, "cannot hash the password: %s", strerror(-rc)) : 0;
}

static int not_found(const struct change *c, struct account_error *error)
{
	return account_fail(error, -ENOENT,
		"there is no account \"%s\" in %s/accounts; see: signet user list", c->name, c->state_dir);
}

static int add_apply(struct account_file *f, const struct change *c, struct account_error *error)
{
	const struct account_record *there = account_file_find(f, c->name);

	if (there != NULL)
		return account_fail(error, -EEXIST,
			"there is already an account \"%s\"; to change its password: signet user passwd",
			there->name);
	if (f->count >= ACCOUNTS_MAX || f->next_rid > ACCOUNT_RID_LAST)
		return account_fail(
			error, -E2BIG, "%s/accounts: no more accounts are possible", c->state_dir);
	struct account_record *r = account_file_add(f, c->name);
	if (r == NULL)
		return account_fail(error, -ENOMEM, "%s/accounts: memory is out", c->state_dir);
	r->ntlm = c->ntlm;
	if (c->nt_hash != NULL)
		memcpy(r->nt_hash, c->nt_hash, sizeof(r->nt_hash));
	return 0;
}

int account_store_add(
	const char *state_dir, const char *name, bool ntlm, const char *password, struct account_error *error)
{
	struct change c = { .state_dir = state_dir, .name = name, .ntlm = ntlm, .apply = add_apply };
	uint8_t hash[NT_HASH_LEN];
	const char *wrong = account_name_check(name);

	error->text[0] = 0;
	if (wrong != NULL)
		return account_fail(error, -EINVAL, "cannot add \"%s\": %s", name, wrong);
	if (ntlm) {
		if (password == NULL)
			return account_fail(error, -EINVAL, "an account with NTLM needs a password");
		int rc = hash_make(password, hash, error);
		if (rc < 0)
			return rc;
		c.nt_hash = hash;
	}
	int rc = change_run(&c, error);
	secret_wipe_bytes(hash, sizeof(hash));
	return rc;
}

static int passwd_apply(struct account_file *f, const struct change *c, struct account_error *error)
{
	struct account_record *r = account_file_find(f, c->name);

	if (r == NULL)
		return not_found(c, error);
	if (!r->ntlm && !c->ntlm)
		return account_fail(error, -EINVAL,
			"account \"%s\" has no password here: it may not use NTLM; to allow it: signet user "
			"passwd %s "
			"--ntlm",
			r->name, r->name);
	r->ntlm = true;
	memcpy(r->nt_hash, c->nt_hash, sizeof(r->nt_hash));
	return 0;
}

int account_store_passwd(
	const char *state_dir, const char *name, bool ntlm, const char *password, struct account_error *error)
{
	uint8_t hash[NT_HASH_LEN];
	struct change c = {
		.state_dir = state_dir, .name = name, .ntlm = ntlm, .nt_hash = hash, .apply = passwd_apply
	};

	error->text[0] = 0;
	int rc = hash_make(password, hash, error);
	if (rc == 0)
		rc = change_run(&c, error);
	secret_wipe_bytes(hash, sizeof(hash));
	return rc;
}

static int remove_apply(struct account_file *f, const struct change *c, struct account_error *error)
{
	struct account_record *r = account_file_find(f, c->name);

	if (r == NULL)
		return not_found(c, error);
	account_file_remove(f, r);
	return 0;
}

int account_store_remove(const char *state_dir, const char *name, struct account_error *error)
{
	struct change c = { .state_dir = state_dir, .name = name, .apply = remove_apply };

	error->text[0] = 0;
	return change_run(&c, error);
}

static int disable_apply(struct account_file *f, const struct change *c, struct account_error *error)
{
	struct account_record *r = account_file_find(f, c->name);

	if (r == NULL)
		return not_found(c, error);
	r->disabled = c->disabled;
	return 0;
}

int account_store_disable(const char *state_dir, const char *name, bool disabled, struct account_error *error)
{
	struct change c = {
		.state_dir = state_dir, .name = name, .disabled = disabled, .apply = disable_apply
	};

	error->text[0] = 0;
	return change_run(&c, error);
}
