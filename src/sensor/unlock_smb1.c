// SPDX-License-Identifier: Apache-2.0
// SMB1: one key signs, that of the connection's first session, with the response behind it when extended
// security is not in use (MS-CIFS 3.2.5.3, MS-SMB 3.2.5.3).
#include "sensor/smb1_signing.h"
#include "sensor/unlock_keys.h"

enum { SHORT_KEY_LEN = 16 };

// Whole: what the final answer says, 1, 0 or negative. Taken when it is not wrong, or when nothing better
// came.
static int try_key(struct span key, const struct unlock_smb1_exchange *x, struct smb1_signing **best)
{
	struct span response = x->basic != NULL ? x->basic->nt_response : span_make(NULL, 0);
	struct smb1_signing *s = smb1_signing_new(key, response);
	if (s == NULL)
		return 0;
	int right = x->final_answer.len == 0 ? -1 : smb1_signing_final(s, x->header, x->final_answer);
	if (*best != NULL && right <= 0) {
		smb1_signing_free(s);
		return right;
	}
	smb1_signing_free(*best);
	*best = s;
	return right;
}

// Kerberos' keys may be longer than 16 bytes: Windows is said to sign with the first 16, Samba with all.
static struct smb1_signing *choose(const struct unlock_candidates *candidates,
	const struct unlock_smb1_exchange *x, struct unlock_findings *findings)
{
	struct smb1_signing *best = NULL;
	int right = -1;
	for (size_t i = 0; i < candidates->count && right <= 0; i++) {
		struct span key = secret_span(&candidates->keys[i]);
		right = try_key(key, x, &best);
		if (right <= 0 && key.len > SHORT_KEY_LEN)
			right = try_key(span_make(key.data, SHORT_KEY_LEN), x, &best);
	}
	findings->final_wrong = best != NULL && right == 0;
	return best;
}

struct smb1_signing *unlock_smb1(
	const struct unlock_keys *k, const struct unlock_smb1_exchange *x, struct unlock_findings *findings)
{
	struct unlock_candidates candidates = { .count = 0 };
	*findings = (struct unlock_findings){ .mic = EVENT_MIC_UNKNOWN };
	if (x->basic != NULL)
		unlock_ntlm_basic(k, x->basic, &candidates);
	else if (x->facts != NULL && x->facts->ap_req.len > 0)
		unlock_kerberos(k, x->facts, &candidates, findings);
	else if (x->facts != NULL && x->facts->ntlm_authenticate.len > 0)
		unlock_ntlm(k, x->facts, &candidates, findings);
	struct smb1_signing *s = choose(&candidates, x, findings);
	secret_wipe_bytes(&candidates, sizeof(candidates));
	return s;
}
