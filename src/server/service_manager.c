// SPDX-License-Identifier: Apache-2.0
#include "server/service_manager.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SOCKETS_MAX = 64 };

static long number_of(const char *text)
{
	char *end = NULL;
	long n = text == NULL || *text == '\0' ? -1 : strtol(text, &end, 10);
	return n >= 0 && *end == '\0' ? n : -1;
}

size_t service_sockets_take(void)
{
	long pid = number_of(getenv("LISTEN_PID"));
	long count = number_of(getenv("LISTEN_FDS"));
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	// Meant for another process, which left its environment to this one.
	if (pid != getpid() || count < 0 || count > SOCKETS_MAX)
		return 0;
	return (size_t)count;
}

int service_notify_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = path == NULL ? 0 : strlen(path);
	if (len < 2 || len >= sizeof(to.sun_path) || (*path != '/' && *path != '@'))
		return -1;
	memcpy(to.sun_path, path, len);
	if (*path == '@') // the abstract namespace
		to.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, size) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void service_notify(int fd, const char *state)
{
	if (fd >= 0)
		(void)send(fd, state, strlen(state), MSG_NOSIGNAL);
}
