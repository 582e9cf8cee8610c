// SPDX-License-Identifier: Apache-2.0
#include "sensor/smb1_watch.h"

#include <stdlib.h>

#include "wire/smb1/smb1_negotiate.h"

struct smb1_watch {
	struct conversation *conversation;
};

struct smb1_watch *smb1_watch_new(struct conversation *c)
{
	struct smb1_watch *w = calloc(1, sizeof(*w));
	if (w != NULL)
		w->conversation = c;
	return w;
}

void smb1_watch_free(struct smb1_watch *w)
{
	free(w);
}

void smb1_watch_message(struct smb1_watch *w, enum flow_side from, struct span message)
{
	struct smb1_negotiate m;
	if (from == FLOW_CLIENT && smb1_negotiate_decode(message, &m) == VERDICT_OK)
		w->conversation->negotiated.by_smb1 = true;
}
