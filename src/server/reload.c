// SPDX-License-Identifier: Apache-2.0
#include "server/reload.h"

#include "base/log.h"
#include "config/config.h"
#include "event/event_sink.h"
#include "server/confinement.h"
#include "server/detection.h"
#include "server/domain_groups.h"
#include "server/policy.h"
#include "server/server.h"

static void emit_reload(const struct reload *r, bool fine, const char *detail)
{
	struct event e = {
		.kind = EVENT_CONFIG_RELOAD,
		.result = fine ? EVENT_SUCCESS : EVENT_FAILURE,
		.detail = detail,
	};
	event_emit(r->server->events, &e);
}

// Takes config over.
static int make_policy(
	const struct reload *r, struct config *config, struct policy **out, struct account_error *error)
{
	uint64_t generation = atomic_load(&r->server->policy_generation) + 1;
	int err = confinement_admits(r->walls, config, error);
	if (err == 0)
		err = domain_groups_resolve(config, error);
	if (err == 0)
		return policy_new(config, generation, out, error);
	config_unref(config);
	return err;
}

static void put_in_force(const struct reload *r, struct config *config, const char *what)
{
	struct account_error error;
	struct policy *p = NULL;
	if (make_policy(r, config, &p, &error) != 0) {
		log_error("%s not taken: %s; what was in force stays", what, error.text);
		emit_reload(r, false, error.text);
		return;
	}
	detection_reload(r->detection, p->config);
	server_set_policy(r->server, p);
	log_info("%s in force", what);
	emit_reload(r, true, what);
}

// A file with anything wrong in it is refused whole.
void reload_configuration(const struct reload *r)
{
	struct config_messages errors = { 0 };
	struct policy *now = server_policy(r->server);
	struct config *config = config_load(now->config->file, &errors);
	policy_unref(now);
	event_sink_reopen(r->server->events);
	for (size_t i = 0; i < errors.count; i++)
		log_error("%s", errors.lines[i]);
	if (config != NULL)
		put_in_force(r, config, "configuration");
	else
		emit_reload(r, false, errors.count > 0 ? errors.lines[0] : "unreadable");
	config_messages_done(&errors);
}

// `signet user` writes the accounts' file; what it says counts from the next log-on.
void reload_accounts_if_changed(const struct reload *r)
{
	struct policy *now = server_policy(r->server);
	bool stale = account_db_stale(now->accounts);
	struct config *config = stale ? config_ref(now->config) : NULL;
	policy_unref(now);
	if (stale)
		put_in_force(r, config, "accounts");
}
