// SPDX-License-Identifier: Apache-2.0
// What is usual: which account came from which client to which share of which server (first_seen), which
// clients speak SMB to which servers (segmentation), and when first and last. Kept in a small text file, a
// line each, so that it can be read, mended and carried elsewhere. One thread.
#ifndef SIGNET_DETECT_BASELINE_H
#define SIGNET_DETECT_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum { BASELINE_ENTRIES_MAX = 262144, BASELINE_KEY_MAX = 512 };

struct baseline;

struct baseline *baseline_new(void) WARN_UNUSED; // empty; NULL when memory is out
void baseline_free(struct baseline *b);          // NULL is fine
// What the file has is added. 0, also when there is no file; a negative errno; -EBADMSG: not such a file.
int baseline_load(struct baseline *b, const char *path) WARN_UNUSED;
// Replaces the file in one step. 0 or a negative errno.
int baseline_save(const struct baseline *b, const char *path) WARN_UNUSED;

// Begins at the first event that it ever saw: until `for_us` after that everything is learned.
bool baseline_is_learning(struct baseline *b, uint64_t now_us, uint64_t for_us);
// Whether it is there already; it is from now on.
bool baseline_touch(struct baseline *b, const char *key, uint64_t now_us);
// Whether it is there, and was seen now; it is not made.
bool baseline_knows(struct baseline *b, const char *key, uint64_t now_us);
// When it was first there; that is now when it is new.
uint64_t baseline_since(struct baseline *b, const char *key, uint64_t now_us);
size_t baseline_count(const struct baseline *b);

#endif
