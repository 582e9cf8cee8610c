// SPDX-License-Identifier: Apache-2.0
#include "rpc/interface.h"

#include <strings.h>

static const struct rpc_interface *const INTERFACES[] = { &rpc_srvsvc, &rpc_wkssvc };

const struct rpc_interface *rpc_interface_find(const char *pipe)
{
	for (size_t i = 0; i < sizeof(INTERFACES) / sizeof(INTERFACES[0]); i++) {
		if (strcasecmp(INTERFACES[i]->pipe, pipe) == 0)
			return INTERFACES[i];
	}
	return NULL;
}

const struct rpc_operation *rpc_operation_find(const struct rpc_interface *interface, uint16_t opnum)
{
	for (size_t i = 0; i < interface->operation_count; i++) {
		if (interface->operations[i].opnum == opnum)
			return &interface->operations[i];
	}
	return NULL;
}
