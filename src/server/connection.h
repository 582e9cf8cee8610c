// SPDX-License-Identifier: Apache-2.0
// A client's TCP connection (MS-SMB2 3.3.1.7): receives frames, sends replies, and holds what
// NEGOTIATE decided. Lives on one loop; is freed when the socket is closed and the last piece of
// work that refers to it has ended.
//
// Fields are of three kinds: the loop's thread only; set once by NEGOTIATE and then constant; and
// those under the lock, which work on other threads may touch too.
#ifndef SIGNET_SERVER_CONNECTION_H
#define SIGNET_SERVER_CONNECTION_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

#include "base/span.h"
#include "config/config.h"
#include "crypto/crypto.h"
#include "event/event.h"
#include "server/connection_end.h"
#include "server/loop.h"
#include "server/outbox.h"
#include "session/preauth.h"
#include "session/sequence_window.h"
#include "wire/dtyp/guid.h"
#include "wire/smb2/smb2_header.h"

struct buffer;
struct memory_account;
struct peer;
struct request;
struct server;
struct session;
struct work;

// NEW until NEGOTIATE; MULTI_PROTOCOL after an SMB1 negotiate that led to "2.???".
enum connection_state {
	CONNECTION_NEW,
	CONNECTION_MULTI_PROTOCOL,
	CONNECTION_NEGOTIATED,
	CONNECTION_CLOSING, // nothing more is read; queued replies still go out
	CONNECTION_CLOSED,
};

struct connection {
	// The loop's thread only.
	struct loop *loop;
	struct server *server;
	struct connection *next;
	struct connection *prev;
	uv_tcp_t tcp;
	enum connection_state state;
	enum connection_end end;
	struct buffer *partial; // a frame of which a part has come, its 4-byte header included
	size_t partial_len;
	size_t partial_need;
	size_t partial_start;      // what is before it was worked on
	uint64_t partial_since_ms; // uv_now() when it began
	bool reading;
	bool put_off; // waits for its next turn
	struct loop_task turn;
	struct outbox outbox;
	unsigned work_count; // frames being worked on, parked ones included
	unsigned weight;     // of them together (work_weigh)
	unsigned parked_count;
	struct work *delayed;        // whose answers are held back
	uint64_t opened_ms;          // monotonic_ms() when it was accepted
	uint64_t last_receive_ms;    // when bytes last came
	uint64_t lingering_since_ms; // uv_now() when all was sent, if its end is then waited for (drain.h)

	atomic_uint refs;
	struct sockaddr_storage peer;
	struct sockaddr_storage local;
	char peer_text[INET6_ADDRSTRLEN];
	char local_text[INET6_ADDRSTRLEN];
	struct event_connection about;    // what its events say of it
	struct peer *counted;             // in the server's table of peers, with a reference
	struct memory_account *memory;    // what its frames and replies are charged to
	atomic_bool unknown_session_told; // once is enough: there is no limit to what it may name
	atomic_bool authenticated;        // it has or had a valid session

	// Set by NEGOTIATE, then constant.
	uint16_t dialect; // 0 until then
	uint8_t client_guid[16];
	char client_guid_text[GUID_TEXT_SIZE];
	uint16_t client_security_mode;
	uint32_t client_capabilities;
	uint16_t server_security_mode;
	uint32_t server_capabilities;
	enum cipher cipher;
	enum signing_algorithm signing;
	bool supports_multi_credit;
	uint32_t max_transact_size;
	uint32_t max_read_size;
	uint32_t max_write_size;
	struct preauth_hash preauth;
	struct config_codes dialects; // that were allowed then

	atomic_uint_fast64_t bytes_read; // of files, by its opens
	atomic_uint_fast64_t bytes_written;

	pthread_mutex_t lock; // guards what follows
	struct sequence_window window;
	struct session *sessions; // uthash by SessionId
	unsigned session_count;
	struct request *parked; // asynchronous requests, a doubly linked list
	uint64_t next_async_id;
};

// Takes an accepted socket and the peer's reference from peers_add_connection; on failure it is
// closed. On the loop's thread.
void connection_accept(struct loop *l, int fd, struct peer *counted, const struct sockaddr_storage *address);
struct connection *connection_ref(struct connection *c);
void connection_unref(struct connection *c);

// Closes at once; queued replies are lost. Idempotent. On the loop's thread.
void connection_close(struct connection *c, enum connection_end why);
// Reads no more and closes when the queued replies are sent. On the loop's thread.
void connection_finish(struct connection *c, enum connection_end why);
// For the outbox of a connection that finishes: all was handed to the socket.
void connection_shut_down(struct connection *c);
// Reads on if there is room again for what comes. On the loop's thread.
void connection_go_on(struct connection *c);
// A work ended: reads on if its end makes room. On the loop's thread.
void connection_work_ended(struct connection *c, unsigned weight);
// Whether its peer may use len more bytes for frames and replies; if not, tells of the limit. From any
// thread.
bool connection_has_memory(struct connection *c, size_t len) WARN_UNUSED;
// The loop's tick: closes what is over a time limit.
void connection_check_time(struct connection *c);

// The address without port, IPv4-mapped as IPv4; text has INET6_ADDRSTRLEN bytes.
void sockaddr_text(const struct sockaddr_storage *a, char *text, uint16_t *port);

// How many credits, and so MessageIds, a request takes (MS-SMB2 3.3.5.2.3): before 2.1, one.
uint16_t connection_credit_charge(const struct connection *c, const struct smb2_header *h);

#endif
