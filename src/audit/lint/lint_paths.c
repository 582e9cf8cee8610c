// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/lint_paths.h"

#include <stddef.h>
#include <string.h>

// path without slashes that say nothing: "//etc/./" is "/etc". False: longer than any folder of the system.
static bool simplify(const char *path, char out[static 128])
{
	size_t len = 0;
	while (*path != 0) {
		path += strspn(path, "/");
		size_t n = strcspn(path, "/");
		if (n > 0 && !(n == 1 && *path == '.')) {
			if (len + n + 2 > 128)
				return false;
			out[len++] = '/';
			memcpy(out + len, path, n);
			len += n;
		}
		path += n;
	}
	if (len == 0)
		out[len++] = '/';
	out[len] = 0;
	return true;
}

bool lint_is_system_path(const char *path)
{
	static const char *const exactly[] = { "/", "/bin", "/home/root", "/lib", "/lib64", "/opt", "/run",
		"/sbin", "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/sbin", "/var", "/var/lib",
		"/var/log" };
	static const char *const below[] = { "/boot", "/dev", "/etc", "/proc", "/root", "/sys",
		"/var/lib/samba/private" };
	char simple[128];
	if (*path != '/' || !simplify(path, simple))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(exactly); i++) {
		if (strcmp(simple, exactly[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(below); i++) {
		size_t len = strlen(below[i]);
		if (strncmp(simple, below[i], len) == 0 && (simple[len] == 0 || simple[len] == '/'))
			return true;
	}
	return false;
}
