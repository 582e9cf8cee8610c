// SPDX-License-Identifier: Apache-2.0
#include "sensor/auth_text.h"

#include <string.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "sensor/auth_watch.h"
#include "wire/ntlm/ntlm_flags.h"

static void clean(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

// Not in the middle of a character.
static void copy_cut(const char *text, char *out)
{
	size_t len = strlen(text);
	if (len >= AUTH_WATCH_NAME_LEN_MAX) {
		len = AUTH_WATCH_NAME_LEN_MAX - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(out, text, len);
	out[len] = '\0';
	clean(out);
}

void auth_text_of_utf16(struct span utf16, char *out)
{
	uint8_t first[2048];
	struct arena a;
	arena_init(&a, first, sizeof(first));
	const char *text = utf16_to_utf8(&a, utf16);
	copy_cut(text == NULL ? "" : text, out);
	arena_reset(&a);
}

void auth_text_of_ascii(struct span bytes, char *out)
{
	size_t len = bytes.len < AUTH_WATCH_NAME_LEN_MAX - 1 ? bytes.len : AUTH_WATCH_NAME_LEN_MAX - 1;
	for (size_t i = 0; i < len; i++)
		out[i] = bytes.data[i] < 0x80 && bytes.data[i] != 0 ? (char)bytes.data[i] : '?';
	out[len] = '\0';
	clean(out);
}

void auth_text(struct span bytes, uint32_t ntlm_flags, char *out)
{
	if ((ntlm_flags & NTLMSSP_NEGOTIATE_UNICODE) != 0)
		auth_text_of_utf16(bytes, out);
	else
		auth_text_of_ascii(bytes, out);
}

void auth_text_join(const struct span *components, unsigned int count, char *out)
{
	size_t at = 0;
	char part[AUTH_WATCH_NAME_LEN_MAX];
	for (unsigned int i = 0; i < count; i++) {
		auth_text_of_ascii(components[i], part);
		size_t len = strlen(part), room = AUTH_WATCH_NAME_LEN_MAX - 1 - at;
		if (i > 0 && room > 0) {
			out[at++] = '/';
			room--;
		}
		len = len < room ? len : room;
		memcpy(out + at, part, len);
		at += len;
	}
	out[at] = '\0';
}
