// SPDX-License-Identifier: Apache-2.0
// The parameters of ksmbd.conf(5), of ksmbd-tools 3.5, and what they come to in a file.
#ifndef SIGNET_AUDIT_LINT_KSMBD_PARAMETERS_H
#define SIGNET_AUDIT_LINT_KSMBD_PARAMETERS_H

#include "audit/lint/lint_rules.h"

struct ksmbd_parameter {
	const char *name;
	const char *standard;
	bool share;             // may stand in a share; otherwise in [global] alone
	const char *inverse_of; // a synonym that means the opposite of it
	bool boolean;
};

extern const struct ksmbd_parameter ksmbd_parameters[];
extern const size_t ksmbd_parameter_count;
enum { KSMBD_PARAMETERS_MAX = 64 };

const struct ksmbd_parameter *ksmbd_parameter_find(const char *name) WARN_UNUSED;
// The name of what it stands for; itself if it is no synonym.
const char *ksmbd_parameter_meant(const char *name) WARN_UNUSED;
const char *ksmbd_parameter_nearest(const char *name) WARN_UNUSED;

struct ksmbd_view {
	struct lint_context *context;
	const struct lint_section *section; // the share that is looked at
	const struct lint_setting *global[KSMBD_PARAMETERS_MAX];
	const struct lint_setting *share[KSMBD_PARAMETERS_MAX];
};

void ksmbd_view_init(struct ksmbd_view *v, struct lint_context *c);
void ksmbd_view_share(struct ksmbd_view *v, const struct lint_section *share);
struct lint_proof ksmbd_global(const struct ksmbd_view *v, const char *name) WARN_UNUSED;
struct lint_proof ksmbd_share(const struct ksmbd_view *v, const char *name) WARN_UNUSED;

void rules_ksmbd(struct lint_context *c);

#endif
