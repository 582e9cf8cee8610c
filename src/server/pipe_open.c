// SPDX-License-Identifier: Apache-2.0
#include "server/pipe_open.h"

#include <stdlib.h>

#include "server/connection.h"
#include "server/policy.h"
#include "server/server.h"
#include "server/session.h"
#include "server/session_user.h"
#include "server/share.h"

// What clients of our days expect to see; it says nothing about this program.
enum { SERVER_VERSION_MAJOR = 10, SERVER_VERSION_MINOR = 0 };

// SHI1005_FLAGS_ACCESS_BASED_DIRECTORY_ENUM (MS-SRVS 2.2.4.29).
enum { SHARE_FLAG_ENUMERATES_BY_ACCESS = 0x0800 };

static void describe_server(void *user, struct arena *a, struct rpc_server_info *out)
{
	const struct pipe_open *pipe = user;
	struct policy *p = server_policy(pipe->session->server);
	char *name = arena_strdup(a, p->netbios_name);
	*out = (struct rpc_server_info){
		.name = name == NULL ? "" : name,
		.comment = "",
		.domain = name == NULL ? "" : name,
		.version_major = SERVER_VERSION_MAJOR,
		.version_minor = SERVER_VERSION_MINOR,
		.users_max = UINT32_MAX,
	};
	policy_unref(p);
}

// A share whose users do not include this one does not exist for him.
static bool share_is_known_to(const struct share *share, struct session *s)
{
	struct session_user *user CLEANUP(session_user_put) = session_user_get(s);
	return share->is_ipc ||
	       (config_share_access(share->config, user->identity) != SHARE_ACCESS_NONE &&
		       config_share_admits(share->config, (const struct sockaddr *)&s->conn->peer));
}

static bool describe_share(const struct share *share, struct arena *a, struct rpc_share *out)
{
	const char *comment = share->config != NULL && share->config->comment != NULL
				      ? arena_strdup(a, share->config->comment)
				      : arena_strdup(a, share->is_ipc ? "Remote IPC" : "");
	*out = (struct rpc_share){
		.name = arena_strdup(a, share->name),
		.comment = comment,
		.kind = share->is_ipc ? RPC_SHARE_IPC : RPC_SHARE_DISK,
		.special = share->is_ipc,
		.max_uses = UINT32_MAX,
		.csc_flags = share->config != NULL && share->config->access_based_enumeration
				     ? SHARE_FLAG_ENUMERATES_BY_ACCESS
				     : 0,
	};
	return out->name != NULL && out->comment != NULL;
}

static bool is_hidden(const struct share *share)
{
	return share->config != NULL && share->config->hidden;
}

static bool list_shares(void *user, struct arena *a, const struct rpc_share **out, size_t *count)
{
	const struct pipe_open *pipe = user;
	struct policy *p = server_policy(pipe->session->server);
	struct rpc_share *shares = arena_alloc(a, (p->share_count + 1) * sizeof(*shares));
	bool fine = shares != NULL;
	*count = 0;
	for (size_t i = 0; fine && i < p->share_count; i++) {
		const struct share *share = p->shares[i];
		if (!is_hidden(share) && share_is_known_to(share, pipe->session))
			fine = describe_share(share, a, &shares[(*count)++]);
	}
	*out = shares;
	policy_unref(p);
	return fine;
}

static bool find_share(void *user, struct arena *a, const char *name, struct rpc_share *out)
{
	const struct pipe_open *pipe = user;
	struct policy *p = server_policy(pipe->session->server);
	const struct share *share = policy_share_find(p, name);
	bool found =
		share != NULL && share_is_known_to(share, pipe->session) && describe_share(share, a, out);
	policy_unref(p);
	return found;
}

struct pipe_open *pipe_open_new(const char *name, struct session *s)
{
	struct pipe_open *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->session = s;
	p->context = (struct rpc_context){
		.user = p,
		.server_info = describe_server,
		.shares = list_shares,
		.share_find = find_share,
	};
	pthread_mutex_init(&p->lock, NULL);
	p->rpc = rpc_pipe_new(name, &p->context);
	if (p->rpc != NULL)
		return p;
	pipe_open_free(p);
	return NULL;
}

void pipe_open_free(struct pipe_open *p)
{
	if (p == NULL)
		return;
	rpc_pipe_free(p->rpc);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
