// SPDX-License-Identifier: Apache-2.0
// The generated table behind name_upcase.c. Internal to this folder.
#ifndef SIGNET_WIRE_FSCC_NAME_UPCASE_TABLE_H
#define SIGNET_WIRE_FSCC_NAME_UPCASE_TABLE_H

#include <stdint.h>

extern const uint8_t name_upcase_page_of[256];
extern const uint16_t name_upcase_pages[][256];

#endif
