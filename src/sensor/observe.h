// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: what each SMB2 command tells. observe_message() splits what one frame carries,
// counts how it was protected, and calls the command's row: one function for its request, one for its
// answer, in observe_<command>.c.
#ifndef SIGNET_SENSOR_OBSERVE_H
#define SIGNET_SENSOR_OBSERVE_H

#include "sensor/conversation.h"
#include "sensor/watched_session.h"
#include "wire/smb2/smb2_command.h"

// One message of a frame.
struct observed {
	struct conversation *c;
	struct smb2_header header;
	struct span message;             // from its header on; cut when `len` is more
	size_t len;                      // on the wire
	struct watched_session *session; // NULL: none of that id yet
	struct pending *pending; // answers: its request; requests: where to note it. NULL: not seen, too many
};

// bytes: the first part (or all) of the len bytes of a frame.
void observe_frame(struct conversation *c, struct span bytes, size_t len);
// The signature of the answer that ended an authentication, which is the first with the session's new key;
// wrong: it is known to be, though there is no key.
void observe_final_signature(struct observed *o, bool wrong);
// That of a message which binds this connection to a session, by the session's key; NULL: there is none.
void observe_binding_signature(struct observed *o, const struct session_secrets *secrets);

void observe_negotiate_request(struct observed *o);
void observe_negotiate_answer(struct observed *o);
void observe_session_setup_request(struct observed *o);
void observe_session_setup_answer(struct observed *o);
// Of a session that ends: tells of an authentication that was begun and not finished.
void observe_session_unfinished(struct watched_session *s);
void observe_logoff_answer(struct observed *o);
void observe_tree_connect_request(struct observed *o);
void observe_tree_connect_answer(struct observed *o);
void observe_tree_disconnect_answer(struct observed *o);
void observe_create_request(struct observed *o);
void observe_create_answer(struct observed *o);
void observe_close_request(struct observed *o);
void observe_close_answer(struct observed *o);
void observe_read_request(struct observed *o);
void observe_read_answer(struct observed *o);
void observe_write_request(struct observed *o);
void observe_write_answer(struct observed *o);
void observe_ioctl_request(struct observed *o);
void observe_ioctl_answer(struct observed *o);
void observe_set_info_request(struct observed *o);
void observe_set_info_answer(struct observed *o);

#endif
