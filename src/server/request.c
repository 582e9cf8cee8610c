// SPDX-License-Identifier: Apache-2.0
#include "server/request.h"

#include <errno.h>

#include "server/access_view.h"
#include "server/connection.h"
#include "server/session.h"
#include "server/session_user.h"
#include "server/work.h"

enum { CREDIT_UNIT = 65536 };

struct nt_status request_disconnect(struct request *req, enum connection_end end)
{
	req->work->disconnect = true;
	req->work->end = end;
	return DISCONNECT;
}

void request_hold(struct request *req, struct session *s, const char *reason)
{
	if (req->closing.session == NULL)
		req->closing.session = session_ref(s);
	req->closing.reason = reason;
}

bool request_reserve(struct request *req, size_t len)
{
	return work_reserve(req->work, len);
}

// No information is longer; and a listing goes on with the next request (MS-SMB2 3.3.5.18: up to, not
// exactly, OutputBufferLength).
enum { ANSWER_LEN_MAX = 1 << 20, ANSWER_HEADER_LEN = 64 };

size_t request_reserve_answer(struct request *req, uint32_t len)
{
	size_t usable = len < ANSWER_LEN_MAX ? len : ANSWER_LEN_MAX;
	return request_reserve(req, usable + ANSWER_HEADER_LEN) ? usable : 0;
}

struct nt_status request_status_of_errno(const struct request *req, int negative_errno)
{
	if (negative_errno == -EAGAIN && !req->may_block)
		return WOULD_BLOCK;
	return nt_status_of_errno(negative_errno);
}

const struct access_token *request_token(const struct request *req)
{
	return &req->view->user->token;
}

bool request_credits_cover(const struct request *req, size_t send_len, size_t receive_len)
{
	size_t payload = send_len > receive_len ? send_len : receive_len;
	if (!req->conn->supports_multi_credit)
		return payload <= CREDIT_UNIT;
	size_t charge = req->header.credit_charge == 0 ? 1 : req->header.credit_charge;
	return payload == 0 || (payload - 1) / CREDIT_UNIT + 1 <= charge;
}
