// SPDX-License-Identifier: Apache-2.0
// Access-based enumeration: which entries of a directory its user is shown.
//
// Rules cost a step for each name. ACLs have to be read, but most files of a directory have the very
// same one, so what it came to for the last file mostly does for the next.
#ifndef SIGNET_SERVER_COMMANDS_LIST_FILTER_H
#define SIGNET_SERVER_COMMANDS_LIST_FILTER_H

#include "base/arena.h"
#include "server/access_view.h"

struct dir_entry;
struct dir_list;
struct file_facts;
struct request;

enum { LIST_FILTER_ACL_LEN_MAX = 1024 }; // longer ones are judged each time

struct list_filter {
	const struct request *req;
	const struct access_view *view;
	bool by_rules;
	bool by_acls;
	struct access_place dir;   // where the kernel has it
	struct access_place named; // where it was opened
	struct arena arena;        // of one entry's ACL
	uint8_t first[2048];
	uint8_t acl[LIST_FILTER_ACL_LEN_MAX]; // the last one
	size_t acl_len;                       // 0: none
	bool acl_reads;
	bool skips_asking; // the last file had all that is asked for
};

// For the directory that the request has open. 0 or -errno; list_filter_done in any case.
int list_filter_init(struct list_filter *f, const struct request *req) WARN_UNUSED;
void list_filter_done(struct list_filter *f);
// By name, and by what it leads to if it is a link: 1 when it is shown, 0, or -EAGAIN, -ENOMEM.
int list_filter_shows_name(
	struct list_filter *f, struct dir_list *list, struct dir_entry *e, bool may_block) WARN_UNUSED;
// Its facts, unless its ACL does not let the user read it, or it is gone: false.
bool list_filter_look(
	struct list_filter *f, int fd, const struct dir_entry *e, struct file_facts *out) WARN_UNUSED;

#endif
