// SPDX-License-Identifier: Apache-2.0
// The requests, asynchronous and blocking. One file a command: send_<command>.c.
//
// client_send_<command> returns 0 when done will be called, else a negative errno (and it will not).
// What its structures borrow is copied before it returns.
#ifndef SIGNET_CLIENT_CLIENT_SEND_H
#define SIGNET_CLIENT_CLIENT_SEND_H

#include "client/client.h"
#include "wire/smb2/smb2_change_notify.h"
#include "wire/smb2/smb2_close.h"
#include "wire/smb2/smb2_create.h"
#include "wire/smb2/smb2_flush.h"
#include "wire/smb2/smb2_ioctl.h"
#include "wire/smb2/smb2_lock.h"
#include "wire/smb2/smb2_query_directory.h"
#include "wire/smb2/smb2_query_info.h"
#include "wire/smb2/smb2_read.h"
#include "wire/smb2/smb2_set_info.h"
#include "wire/smb2/smb2_tree_connect.h"
#include "wire/smb2/smb2_write.h"

// Requests sent between begin and end go out as one related compound (MS-SMB2 3.2.4.1.4); each has its
// own completion. smb2_file_id_previous() is the file that the chain's create opened. At most
// CLIENT_COMPOUND_MAX of them, all together within max_transact_size.
enum { CLIENT_COMPOUND_MAX = 8 };
void client_compound_begin(struct client *c);
int client_compound_end(struct client *c) WARN_UNUSED;

int client_send_create(struct client *c, uint32_t tree_id, const struct smb2_create_request *m,
	client_done done, void *context) WARN_UNUSED;
int client_send_close(struct client *c, uint32_t tree_id, const struct smb2_close_request *m,
	client_done done, void *context) WARN_UNUSED;
int client_send_flush(struct client *c, uint32_t tree_id, struct smb2_file_id id, client_done done,
	void *context) WARN_UNUSED;
int client_send_read(struct client *c, uint32_t tree_id, const struct smb2_read_request *m, client_done done,
	void *context) WARN_UNUSED;
int client_send_write(struct client *c, uint32_t tree_id, const struct smb2_write_request *m,
	client_done done, void *context) WARN_UNUSED;
int client_send_lock(struct client *c, uint32_t tree_id, const struct smb2_lock_request *m, client_done done,
	void *context) WARN_UNUSED;
int client_send_ioctl(struct client *c, uint32_t tree_id, const struct smb2_ioctl_request *m,
	client_done done, void *context) WARN_UNUSED;
int client_send_echo(struct client *c, client_done done, void *context) WARN_UNUSED;
int client_send_query_directory(struct client *c, uint32_t tree_id,
	const struct smb2_query_directory_request *m, client_done done, void *context) WARN_UNUSED;
int client_send_change_notify(struct client *c, uint32_t tree_id, const struct smb2_change_notify_request *m,
	client_done done, void *context) WARN_UNUSED;
int client_send_query_info(struct client *c, uint32_t tree_id, const struct smb2_query_info_request *m,
	client_done done, void *context) WARN_UNUSED;
int client_send_set_info(struct client *c, uint32_t tree_id, const struct smb2_set_info_request *m,
	client_done done, void *context) WARN_UNUSED;
// Cancels the request whose completion has this context; false when there is none in flight. The
// request itself is still answered.
bool client_send_cancel(struct client *c, const void *context) WARN_UNUSED;

// A create that opens what is there for reading, or makes or empties a file for writing: the usual
// fields, to be changed by the caller. name is UTF-16 and borrowed.
struct smb2_create_request client_open_request(struct span name);
struct smb2_create_request client_overwrite_request(struct span name);

// The blocking forms. Outputs are set only when *status has the command's own body (success, and
// warnings such as BUFFER_OVERFLOW); their spans last until the next call that runs the loop.
// As client_tree_connect, with all that the server says of the share.
int client_tree_connect_full(struct client *c, const char *share, uint32_t *tree_id,
	struct smb2_tree_connect_response *out, struct nt_status *status) WARN_UNUSED;
int client_create(struct client *c, uint32_t tree_id, const struct smb2_create_request *m,
	struct smb2_create_response *out, struct nt_status *status) WARN_UNUSED;
int client_close(
	struct client *c, uint32_t tree_id, struct smb2_file_id id, struct nt_status *status) WARN_UNUSED;
int client_flush(
	struct client *c, uint32_t tree_id, struct smb2_file_id id, struct nt_status *status) WARN_UNUSED;
int client_read(struct client *c, uint32_t tree_id, const struct smb2_read_request *m, struct span *data,
	struct nt_status *status) WARN_UNUSED;
int client_write(struct client *c, uint32_t tree_id, const struct smb2_write_request *m, uint32_t *count,
	struct nt_status *status) WARN_UNUSED;
int client_lock(struct client *c, uint32_t tree_id, const struct smb2_lock_request *m,
	struct nt_status *status) WARN_UNUSED;
int client_ioctl(struct client *c, uint32_t tree_id, const struct smb2_ioctl_request *m,
	struct smb2_ioctl_response *out, struct nt_status *status) WARN_UNUSED;
int client_echo(struct client *c, struct nt_status *status) WARN_UNUSED;
int client_query_directory(struct client *c, uint32_t tree_id, const struct smb2_query_directory_request *m,
	struct span *output, struct nt_status *status) WARN_UNUSED;
int client_query_info(struct client *c, uint32_t tree_id, const struct smb2_query_info_request *m,
	struct span *output, struct nt_status *status) WARN_UNUSED;
int client_set_info(struct client *c, uint32_t tree_id, const struct smb2_set_info_request *m,
	struct nt_status *status) WARN_UNUSED;

#endif
