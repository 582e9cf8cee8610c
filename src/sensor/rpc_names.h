// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: RPC interfaces and operations that say something about what is being done, by the
// names that their specifications give them, and which of an operation's arguments tells.
#ifndef SIGNET_SENSOR_RPC_NAMES_H
#define SIGNET_SENSOR_RPC_NAMES_H

#include <stdint.h>

enum rpc_argument {
	RPC_ARGUMENT_NONE,
	RPC_ARGUMENT_PATH,          // the first string with a backslash in it; without one the first
	RPC_ARGUMENT_FIRST,         // the first string
	RPC_ARGUMENT_LAST,          // the last string
	RPC_ARGUMENT_SERVICE,       // "NAME: COMMAND LINE": the first string, and the first that is a path
	RPC_ARGUMENT_SERVICE_ASCII, // likewise, in 8-bit characters
	RPC_ARGUMENT_FIRST_ASCII,
	RPC_ARGUMENT_CLASS,  // the class that is activated, of those that are known to run things
	RPC_ARGUMENT_METHOD, // "OBJECT: METHOD" of WMI: two strings behind an ORPCTHIS
	RPC_ARGUMENT_TASK,   // "PATH: COMMAND LINE": the first string, and the command in the XML behind it
};

struct rpc_operation {
	uint16_t opnum;
	const char *name;
	enum rpc_argument argument;
};

struct rpc_interface {
	const char *uuid;
	const char *name;
	const struct rpc_operation *operations;
	uint16_t operation_count;
};

// NULL when it is not among them. uuid: as guid_to_text() writes it.
const struct rpc_interface *watched_interface_find(const char *uuid);
// interface may be NULL.
const struct rpc_operation *watched_operation_find(const struct rpc_interface *interface, uint16_t opnum);

#endif
