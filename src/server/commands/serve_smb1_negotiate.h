// SPDX-License-Identifier: Apache-2.0
#ifndef SIGNET_SERVER_COMMANDS_SERVE_SMB1_NEGOTIATE_H
#define SIGNET_SERVER_COMMANDS_SERVE_SMB1_NEGOTIATE_H

struct work;

// Answers an SMB1 NEGOTIATE so far as it leads to SMB 2, or ends the connection: all else that is
// SMB1 does not exist here.
void serve_smb1_negotiate(struct work *w);

#endif
