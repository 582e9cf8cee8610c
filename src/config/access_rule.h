// SPDX-License-Identifier: Apache-2.0
// [access NAME]: what some users may do where in a share. Rules only ever take away from what the
// share's own users and write give:
// - what a deny pattern covers does not exist for the rule's users, whatever else is said of it;
// - read and write confine: a user of whom any rule has read or write reaches what these cover, of
//   all rules that concern him, and nothing else; and changes only what write covers.
//
// Walks go component by component (path_glob.h), so that each name of a listing costs one step.
// Everything here is pure and thread-safe.
#ifndef SIGNET_CONFIG_ACCESS_RULE_H
#define SIGNET_CONFIG_ACCESS_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "config/path_glob.h"
#include "config/user_list.h"

struct identity;

enum { ACCESS_GLOBS_MAX = 128 }; // of all rules of one share

struct glob_list {
	struct path_glob *items; // owned
	size_t count;
};

struct access_rule {
	char *name;
	char *share;             // its name, as written
	struct user_list users;  // nobody named: all of the share's
	struct user_list except; // whom of them it does not concern
	struct glob_list read;
	struct glob_list write;
	struct glob_list deny;
	unsigned line; // of its heading
};

// What a user reaches of something in the share. Each includes those before it.
enum reach {
	REACH_NOTHING,
	REACH_PASS, // a folder on the way to something: seen and listed, nothing else
	REACH_READ,
	REACH_WRITE,
};

int glob_list_add(
	struct glob_list *list, const struct path_glob *glob) WARN_UNUSED; // takes it over; 0, -ENOMEM
void glob_list_done(struct glob_list *list);
void access_rule_done(struct access_rule *r);
bool access_rule_concerns(const struct access_rule *r, const struct identity *who) WARN_UNUSED;
// The same of a name as the configuration has it.
bool access_rule_names(const struct access_rule *r, const char *account) WARN_UNUSED;

// The patterns of a share that concern one user. Borrows the rules.
enum access_kind { ACCESS_DENY, ACCESS_READ, ACCESS_WRITE };
struct access_set {
	struct {
		const struct path_glob *glob;
		const struct access_rule *rule;
		enum access_kind kind;
	} globs[ACCESS_GLOBS_MAX];
	size_t count;
	bool confined;   // only what a read or write pattern covers
	enum reach most; // what the share itself gives: REACH_READ or REACH_WRITE
};

void access_set_init(struct access_set *set, enum reach most);
// Adds the rule's patterns; those beyond ACCESS_GLOBS_MAX, which no configuration has, deny all.
void access_set_add(struct access_set *set, const struct access_rule *rule);

// Where a walk is.
struct access_place {
	path_glob_states states[ACCESS_GLOBS_MAX];
	bool is_no_name; // it went over something that is no name: nothing is reached
};

void access_begin(const struct access_set *set, struct access_place *out); // at the share's root
// to may be from.
void access_step(const struct access_set *set, const struct access_place *from, const char *name, size_t len,
	struct access_place *to);
// From the root along a path ('/' between components, "" is the root).
void access_walk(const struct access_set *set, const char *path, struct access_place *out);

// REACH_PASS is for folders: of a file it means REACH_NOTHING (access_reach_of).
enum reach access_reach(const struct access_set *set, const struct access_place *place);
enum reach access_reach_of(enum reach reach, bool is_directory);
// The rule that keeps the user away from there, the first of those that confine him together; NULL: none.
const struct access_rule *access_refuser(const struct access_set *set, const struct access_place *place);
// Whether what is denied below one folder is so below another too, whatever is in there: only then
// does moving the one to the other uncover nothing.
bool access_denies_alike(
	const struct access_set *set, const struct access_place *from, const struct access_place *to);

#endif
