// SPDX-License-Identifier: Apache-2.0
// What a file's Unix permissions leave of the rights that its security descriptor gives (identity = unix).
// The kernel would say no later, too; asked before, the client is told what it really has.
#ifndef SIGNET_SERVER_UNIX_RIGHTS_H
#define SIGNET_SERVER_UNIX_RIGHTS_H

#include <stdint.h>
#include <sys/stat.h>

struct unix_user;

// The access mask that this user, as whom the thread is acting, can have at the file fd (O_PATH will
// do). stat needs type and uid.
uint32_t unix_rights(int fd, const struct statx *stat, const struct unix_user *user);

#endif
