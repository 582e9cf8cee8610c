// SPDX-License-Identifier: Apache-2.0
// What somebody does on another machine who makes it run things, by what the wire shows of it: the words of
// lateral_movement, without its memory.
#ifndef SIGNET_DETECT_DETECTIONS_LATERAL_DEEDS_H
#define SIGNET_DETECT_DETECTIONS_LATERAL_DEEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "event/event.h"

enum deed {
	DEED_NONE = 0,
	DEED_CREATED = 1, // a service
	DEED_STARTED = 2, // a service
	DEED_TASK = 4,
	DEED_RUN = 8,        // a task was started
	DEED_PROGRAM = 16,   // written to a share for administrators
	DEED_TOOL = 32,      // the pipe of a remote execution tool
	DEED_FETCHED = 64,   // a program, from a share for administrators
	DEED_SHELL = 128,    // a service that is a command line
	DEED_METHOD = 256,   // of WMI
	DEED_OBJECT = 512,   // activated
	DEED_INVOKED = 1024, // a method of an object that nobody knows
	DEED_OUTPUT = 2048,  // a file fetched and deleted on a share for administrators
	DEEDS = 12,
	DEEDS_BY_OBJECTS = DEED_METHOD | DEED_OBJECT | DEED_INVOKED,
	DEEDS_ALONE = DEED_CREATED | DEED_TASK | DEED_PROGRAM | DEED_TOOL | DEED_FETCHED | DEED_METHOD |
		      DEED_OBJECT, // enough to speak of
};

// How evidence names a deed; its number among all.
const char *deed_name(enum deed deed);
size_t deed_index(enum deed deed);

// Of deeds together: whether somebody's things were run, and what to say of who did them.
bool deeds_are_execution(unsigned int deeds);
const char *deeds_verb(unsigned int deeds);

// Which deed a call is; 0: none, or none that runs anything as far as its argument shows.
enum deed deed_of_call(const struct event_rpc *r);
// Whether the service of a call's argument ("name: command") is a command line.
bool service_is_command_line(const char *argument);

bool pipe_is_of_tool(const char *name);    // of remote execution
bool pipe_is_management(const char *name); // of services, tasks and the registry
// What begins like a program, or is named like one.
bool file_is_program(const struct event *e, const char *path);

#endif
