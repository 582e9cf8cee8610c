// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: names as peers send them, as text that is safe to show. Each writes at most
// AUTH_WATCH_NAME_LEN_MAX bytes with the NUL; what is longer is cut at a character, control characters
// become '?'.
#ifndef SIGNET_SENSOR_AUTH_TEXT_H
#define SIGNET_SENSOR_AUTH_TEXT_H

#include <stdint.h>

#include "base/span.h"

void auth_text_of_utf16(struct span utf16, char *out);
void auth_text_of_ascii(struct span bytes, char *out); // others than ASCII become '?'
// By NTLMSSP_NEGOTIATE_UNICODE of the message's flags.
void auth_text(struct span bytes, uint32_t ntlm_flags, char *out);
// Components with '/' between them.
void auth_text_join(const struct span *components, unsigned int count, char *out);

#endif
