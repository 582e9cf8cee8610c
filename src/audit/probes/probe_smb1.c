// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/probes.h"

void probe_smb1(struct probe *p)
{
	(void)p;
}
