// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: SMB1 as far as detection needs it: NEGOTIATE, SESSION_SETUP_ANDX, TREE_CONNECT_ANDX,
// NT_CREATE_ANDX, OPEN_ANDX and the older opens, TRANSACTION (named pipes), WRITE_ANDX, READ_ANDX, RENAME,
// DELETE, and of TRANSACTION2 and NT_TRANSACT what opens, renames, deletes and looks at files (MS-CIFS 2.2.4,
// MS-SMB 2.2.4). Its sessions, trees and opens are watched_session's too (SessionId: the Uid).
#ifndef SIGNET_SENSOR_SMB1_WATCH_H
#define SIGNET_SENSOR_SMB1_WATCH_H

#include "base/attributes.h"
#include "sensor/conversation.h"

struct smb1_watch;

struct smb1_watch *smb1_watch_new(struct conversation *c) WARN_UNUSED; // NULL when memory is out
void smb1_watch_free(struct smb1_watch *w);                            // NULL is fine
// A message of len bytes, or its first part.
void smb1_watch_message(struct smb1_watch *w, enum flow_side from, struct span message, size_t len);
// Bytes from that side are missing.
void smb1_watch_lost(struct smb1_watch *w, enum flow_side from);
// Whether messages are wanted whole, for their signatures.
bool smb1_watch_will_verify(const struct smb1_watch *w);

#endif
