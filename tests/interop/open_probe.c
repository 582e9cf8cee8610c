// SPDX-License-Identifier: Apache-2.0
// Opens a file with the access and options that are given, says what came of it, and vanishes without closing
// anything.
//
//     open_probe PORT USER PASSWORD SHARE FILE ACCESS CREATE-OPTIONS
//
// The numbers as in MS-SMB2 2.2.13, in any base of C. Prints the status of the CREATE.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "client/client_send.h"

static void want(const char *what, int fault, struct nt_status status)
{
	if (fault >= 0 && nt_status_ok(status))
		return;
	(void)fprintf(stderr, "open_probe: %s: %d %s\n", what, fault, nt_status_name(status));
	_exit(1);
}

int main(int argc, char **argv)
{
	if (argc != 8)
		return 2;
	struct arena a;
	arena_init(&a, NULL, 0);
	struct client *c = NULL;
	struct nt_status status = STATUS(SUCCESS);
	struct client_options options = client_options_default();
	struct client_loop *loop = client_loop_new();
	want("connect", client_connect(loop, &options, "127.0.0.1", (uint16_t)atoi(argv[1]), &c, &status),
		status);
	const struct client_credentials who = { .user = argv[2], .password = argv[3] };
	want("log in", client_log_in(c, &who, &status), status);
	uint32_t tree = 0;
	want("tree", client_tree_connect(c, argv[4], &tree, NULL, &status), status);
	struct smb2_create_request m = client_open_request(utf16_from_utf8(&a, argv[5]));
	m.desired_access = (uint32_t)strtoul(argv[6], NULL, 0);
	m.create_options |= (uint32_t)strtoul(argv[7], NULL, 0);
	struct smb2_create_response opened;
	want("open", client_create(c, tree, &m, &opened, &status), STATUS(SUCCESS));
	(void)printf("%s\n", nt_status_name(status));
	(void)fflush(stdout);
	_exit(0); // frees nothing, as a client that vanishes
}
