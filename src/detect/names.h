// SPDX-License-Identifier: Apache-2.0
// Which names a server answers to: what it calls itself (NTLM's CHALLENGE), and the aliases of the
// settings. Tells whether a client that believed to talk to a name
// talked to whom it meant.
#ifndef SIGNET_DETECT_NAMES_H
#define SIGNET_DETECT_NAMES_H

#include <stdbool.h>

#include "base/attributes.h"
#include "config/detect_settings.h"

enum {
	NAMES_SERVERS_MAX = 16384,
	NAMES_OF_SERVER_MAX = 6,
	NAME_LEN_MAX = 128,
};

enum name_verdict {
	NAME_FITS,
	NAME_NOT_TOLD, // nothing is known of the server, or the name says nothing (loopback)
	NAME_STRANGE,  // the server calls itself otherwise; nobody known has this name: an alias, perhaps
	NAME_OTHERS,   // it is another known server's name, or another address
};

struct names;

struct names *names_new(const struct detect_settings *settings) WARN_UNUSED; // NULL when memory is out
void names_free(struct names *n);                                            // NULL is fine
void names_learn(struct names *n, const char *address, const char *name);    // NULL and "" are left out
bool names_known(struct names *n, const char *address);                      // whether there are any
// service: "cifs/host", "host/host@REALM", or a name alone.
enum name_verdict names_judge(struct names *n, const char *address, const char *service);
// The host of a service's name, lower case.
const char *names_host(const char *service, char host[NAME_LEN_MAX]);

#endif
