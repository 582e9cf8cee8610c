// SPDX-License-Identifier: Apache-2.0
// signet user add|passwd|remove|list [NAME] --config FILE [--password-stdin] [--ntlm] [--json]
#ifndef SIGNET_CLI_CLI_USER_H
#define SIGNET_CLI_CLI_USER_H

// argv[0] is "user". 0 done, 1 failure (said on standard error), 2 bad use (said there, too).
int cli_user(int argc, char **argv);

#endif
