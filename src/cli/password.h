// SPDX-License-Identifier: Apache-2.0
// A password that was typed or piped: kept out of swap as far as the limit for locked memory allows, wiped
// when it is done with.
#ifndef SIGNET_CLI_PASSWORD_H
#define SIGNET_CLI_PASSWORD_H

#include <stdbool.h>

#include "auth/account_store.h"
#include "base/attributes.h"

enum { PASSWORD_SIZE = 4 * ACCOUNT_PASSWORD_LEN_MAX + 2 }; // UTF-8, one too many, terminator

struct password {
	char text[PASSWORD_SIZE];
};

void password_lock(struct password *p);
void password_done(struct password *p);
// Up to the end of the line or of the input; false: error, too long, a NUL inside, or nothing there.
bool password_read_line(int fd, struct password *p) WARN_UNUSED;

#endif
