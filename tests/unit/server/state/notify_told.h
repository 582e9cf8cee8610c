// SPDX-License-Identifier: Apache-2.0
#ifndef SIGNET_TESTS_UNIT_SERVER_STATE_NOTIFY_TOLD_H
#define SIGNET_TESTS_UNIT_SERVER_STATE_NOTIFY_TOLD_H

#include <stddef.h>
#include <stdint.h>

// A FILE_NOTIFY_INFORMATION list as text, see told().
void notify_told(const uint8_t *records, size_t len, char *text, size_t cap);

#endif
