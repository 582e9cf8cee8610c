// SPDX-License-Identifier: Apache-2.0
#include "detect/detections/lateral_deeds.h"

#include <string.h>

#include "base/attributes.h"
#include "detect/file_view.h"

static const char *const deed_names[DEEDS] = { "service_created", "service_started", "task", "task_started",
	"program", "tool_pipe", "program_fetched", "command_line", "method_called", "object_activated",
	"method_invoked", "output_fetched" };

const char *deed_name(enum deed deed)
{
	return deed_names[deed_index(deed)];
}

size_t deed_index(enum deed deed)
{
	size_t i = 0;
	while ((unsigned int)deed >> (i + 1) != 0)
		i++;
	return i;
}

bool deeds_are_execution(unsigned int deeds)
{
	return (deeds & (DEED_TOOL | DEED_SHELL)) != 0 ||
	       ((deeds & DEED_CREATED) != 0 && (deeds & DEED_STARTED) != 0) ||
	       ((deeds & DEED_TASK) != 0 && (deeds & (DEED_RUN | DEED_PROGRAM)) != 0) ||
	       ((deeds & (DEEDS_BY_OBJECTS | DEED_CREATED | DEED_TASK)) != 0 && (deeds & DEED_OUTPUT) != 0) ||
	       ((deeds & DEEDS_BY_OBJECTS) != 0 && (deeds & DEED_PROGRAM) != 0) ||
	       ((deeds & DEED_PROGRAM) != 0 && (deeds & (DEED_CREATED | DEED_STARTED | DEED_RUN)) != 0);
}

const char *deeds_verb(unsigned int deeds)
{
	if ((deeds & DEED_PROGRAM) != 0 && (deeds & (DEED_STARTED | DEED_RUN)) != 0)
		return "wrote a program and started it";
	if ((deeds & DEED_PROGRAM) != 0 && deeds_are_execution(deeds))
		return "wrote a program and made a service or task of it";
	if ((deeds & DEEDS_BY_OBJECTS) != 0 && (deeds & DEED_PROGRAM) != 0)
		return "wrote a program and called a method";
	if ((deeds & DEED_OUTPUT) != 0 && deeds_are_execution(deeds))
		return "ran commands and fetched what they said";
	if ((deeds & DEED_TOOL) != 0)
		return "ran commands";
	if ((deeds & DEED_SHELL) != 0)
		return "made a service of a command line";
	if ((deeds & DEED_STARTED) != 0 && (deeds & DEED_CREATED) != 0)
		return "made and started a service";
	if ((deeds & DEED_CREATED) != 0)
		return "made a service";
	if ((deeds & DEED_TASK) != 0)
		return "made a task";
	if ((deeds & DEED_METHOD) != 0)
		return "called a method of WMI";
	if ((deeds & DEED_OBJECT) != 0)
		return "activated an object that runs things";
	return (deeds & DEED_PROGRAM) != 0 ? "wrote a program" : "fetched a program";
}

// --- calls -------------------------------------------------------------------------------------------

static const struct operation {
	const char *interface;
	uint16_t opnum;
	enum deed deed;
} operations[] = {
	// MS-SCMR 3.1.4: RCreateServiceW, A, WOW64A, WOW64W, RCreateWowService; RStartServiceW, A
	{ "svcctl", 12, DEED_CREATED },
	{ "svcctl", 24, DEED_CREATED },
	{ "svcctl", 44, DEED_CREATED },
	{ "svcctl", 45, DEED_CREATED },
	{ "svcctl", 60, DEED_CREATED },
	{ "svcctl", 19, DEED_STARTED },
	{ "svcctl", 31, DEED_STARTED },
	// MS-TSCH 3.2.5: NetrJobAdd; SchRpcRegisterTask, SchRpcRun
	{ "atsvc", 0, DEED_TASK },
	{ "itaskschedulerservice", 1, DEED_TASK },
	{ "itaskschedulerservice", 12, DEED_RUN },
	// MS-WMI 3.1.4.3: ExecMethod, ExecMethodAsync
	{ "iwbemservices", 24, DEED_METHOD },
	{ "iwbemservices", 25, DEED_METHOD },
	// MS-DCOM 3.1.2.5.2: RemoteGetClassObject, RemoteCreateInstance; MS-OAUT 3.1.4: Invoke
	{ "isystemactivator", 3, DEED_OBJECT },
	{ "isystemactivator", 4, DEED_OBJECT },
	{ "idispatch", 6, DEED_INVOKED },
};

// What can be seen of it decides; most of it cannot.
static bool runs_things(enum deed deed, const char *argument)
{
	static const char *const methods[] = { "win32_process", "win32_scheduledjob", "win32_service",
		"win32_baseservice", "win32_product" };
	if (deed == DEED_OBJECT) // activation of which nothing is seen is everybody's
		return argument != NULL && strcmp(argument, "WbemLevel1Login") != 0;
	if (deed != DEED_METHOD || argument == NULL)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (strcasestr(argument, methods[i]) != NULL)
			return true;
	return false;
}

enum deed deed_of_call(const struct event_rpc *r)
{
	for (size_t i = 0; i < ARRAY_LEN(operations); i++)
		if (operations[i].opnum == r->opnum && strcmp(operations[i].interface, r->interface) == 0)
			return runs_things(operations[i].deed, r->argument) ? operations[i].deed : DEED_NONE;
	return DEED_NONE;
}

bool service_is_command_line(const char *argument)
{
	static const char *const shells[] = { "%comspec%", "cmd.exe", "cmd /", "powershell" };
	const char *command = strstr(argument, ": "); // behind the service's name
	for (size_t i = 0; command != NULL && i < ARRAY_LEN(shells); i++)
		if (strcasestr(command, shells[i]) != NULL)
			return true;
	return false;
}

// --- pipes and files --------------------------------------------------------------------------------

static bool is_named_like(const char *name, const char *const *begins, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(name, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

bool pipe_is_of_tool(const char *name)
{
	static const char *const tools[] = { "psexesvc", "psexecsvc", "remcom_", "paexec", "csexec",
		"winexesvc", "ahexec" };
	return is_named_like(name, tools, ARRAY_LEN(tools));
}

bool pipe_is_management(const char *name)
{
	static const char *const management[] = { "svcctl", "atsvc", "winreg", "itaskscheduler" };
	return is_named_like(name, management, ARRAY_LEN(management));
}

bool file_is_program(const struct event *e, const char *path)
{
	static const char *const extensions[] = { ".exe", ".dll", ".bat", ".cmd", ".ps1", ".vbs", ".js",
		".com", ".scr", ".msi", ".sys", ".hta" };
	const char *type = e->content == NULL ? NULL : e->content->type;
	if (type != NULL && (strcmp(type, "pe") == 0 || strcmp(type, "elf") == 0))
		return true;
	const char *extension = file_view_extension(path);
	for (size_t i = 0; i < ARRAY_LEN(extensions); i++)
		if (strcmp(extension, extensions[i]) == 0)
			return true;
	return false;
}
