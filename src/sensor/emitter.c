// SPDX-License-Identifier: Apache-2.0
#include "sensor/emitter.h"

void emitter_emit(struct sensor_emitter *m, struct event *e, uint64_t time_us)
{
	if (e->time_us == 0)
		e->time_us = time_us;
	m->events++;
	m->emit(m->context, e);
}

void flow_names_fill(struct flow_names *names, struct event_connection *c, const struct endpoint *client,
	const struct endpoint *server)
{
	ip_address_text(&client->address, names->client);
	ip_address_text(&server->address, names->server);
	c->client_address = names->client;
	c->client_port = client->port;
	c->server_address = names->server;
	c->server_port = server->port;
}
