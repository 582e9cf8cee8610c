// SPDX-License-Identifier: Apache-2.0
// Another configuration, or other accounts, while the server runs: taken whole or not at all. What is in
// force stays where something is wrong; either is told as an event.
#ifndef SIGNET_SERVER_RELOAD_H
#define SIGNET_SERVER_RELOAD_H

struct detection;
struct server;
struct walls;

// What has to follow, and the walls that stand; all borrowed. Used by one thread.
struct reload {
	struct server *server;
	struct detection *detection; // NULL: off
	const struct walls *walls;
};

// Reads the configuration's file again. The events' file is opened again too, for who rotates it.
void reload_configuration(const struct reload *r);
// Reads the accounts again if their file is not what it was.
void reload_accounts_if_changed(const struct reload *r);

#endif
