// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "auth/accounts.h"
#include "base/attributes.h"
#include "base/utf16.h"
#include "wire/fscc/name_upcase.h"

bool account_name_equal(const char *a, const char *b)
{
	return name_equal(a, b);
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

static bool is_space(uint32_t c)
{
	return c == ' ' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200F) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

// Names that mean somebody else to Windows: an account of that name would be taken for it.
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = { "guest", "anonymous", "everyone", "system", "network" };

	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (account_name_equal(name, reserved[i]))
			return true;
	return false;
}

const char *account_name_check(const char *name)
{
	const char *cursor = name;
	uint32_t c;
	size_t count = 0;

	while ((c = utf8_next(&cursor)) != 0) {
		if (c == UTF8_INVALID || (c >= 0xD800 && c <= 0xDFFF))
			return "the name is not valid UTF-8";
		if (is_control(c) || is_space(c))
			return "the name has a control character or white space";
		if (c < 0x80 && strchr("\"/\\[]:;|=,+*?<>@#", (int)c) != NULL)
			return "the name has one of \" / \\ [ ] : ; | = , + * ? < > @ #";
		if (++count > ACCOUNT_NAME_LEN_MAX)
			return "the name is longer than 64 characters";
	}
	if (count == 0)
		return "the name is empty";
	if (name[0] == '!' || name[strlen(name) - 1] == '.')
		return "the name begins with ! or ends with a dot";
	return is_reserved(name) ? "the name is reserved" : NULL;
}
