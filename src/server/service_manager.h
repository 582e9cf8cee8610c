// SPDX-License-Identifier: Apache-2.0
// What systemd and its like say to a service by its environment, and are told: sockets that they have
// opened already (sd_listen_fds(3)), and when it is ready, reloads and stops (sd_notify(3)).
#ifndef SIGNET_SERVER_SERVICE_MANAGER_H
#define SIGNET_SERVER_SERVICE_MANAGER_H

#include <stddef.h>

#include "base/attributes.h"

enum { SERVICE_FIRST_SOCKET = 3 };

// How many sockets were handed over, from SERVICE_FIRST_SOCKET on. Takes them out of the environment.
size_t service_sockets_take(void) WARN_UNUSED;

// The descriptor to tell it by, or -1 when nobody asks to be told. Before the walls go up: they let no
// such socket be made.
int service_notify_open(void) WARN_UNUSED;
// "READY=1", "STOPPING=1" ...; fd -1 is fine.
void service_notify(int fd, const char *state);

#endif
