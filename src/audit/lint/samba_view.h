// SPDX-License-Identifier: Apache-2.0
// smb.conf by what it comes to: the value that counts for the server, and for one share after the other,
// whether it is set there, in [global] before the share, or is Samba's default.
#ifndef SIGNET_AUDIT_LINT_SAMBA_VIEW_H
#define SIGNET_AUDIT_LINT_SAMBA_VIEW_H

#include "audit/lint/lint_rules.h"
#include "audit/lint/samba_parameters.h"

struct samba_view {
	struct lint_context *context;
	const struct lint_setting *global[SAMBA_PARAMETERS_MAX];
	const struct lint_section *section; // the share that is looked at
	const struct lint_setting *share[SAMBA_PARAMETERS_MAX];
	const struct lint_setting *defaults[SAMBA_PARAMETERS_MAX]; // of [global], as they were when it began
	const struct lint_setting *next_default;
};

void samba_view_init(struct samba_view *v, struct lint_context *c);
// The next share, NULL at the end; [global] is none.
const struct lint_section *samba_view_next(struct samba_view *v) WARN_UNUSED;

// What counts: setting, or the default. name is spelt as the table has it.
struct lint_proof samba_global(const struct samba_view *v, const char *name) WARN_UNUSED;
struct lint_proof samba_share(const struct samba_view *v, const char *name) WARN_UNUSED;
const char *samba_value(const struct lint_proof *p) WARN_UNUSED; // "" rather than NULL
bool samba_is(struct lint_proof p, const char *word) WARN_UNUSED;
bool samba_empty(struct lint_proof p) WARN_UNUSED;
long samba_number(struct lint_proof p) WARN_UNUSED;
bool samba_global_yes(const struct samba_view *v, const char *name) WARN_UNUSED;
bool samba_share_yes(const struct samba_view *v, const char *name) WARN_UNUSED;

// What several rules ask.
enum samba_level { SAMBA_OFF, SAMBA_IF_REQUIRED, SAMBA_DESIRED, SAMBA_REQUIRED };
enum samba_level samba_level(struct lint_proof p) WARN_UNUSED;              // of signing or encryption
unsigned samba_dialect(struct lint_proof p, unsigned standard) WARN_UNUSED; // 0x0311; 0x0100: SMB1 or older
bool samba_is_dc(const struct samba_view *v) WARN_UNUSED;
bool samba_in_domain(const struct samba_view *v) WARN_UNUSED;
bool samba_signing_required(const struct samba_view *v) WARN_UNUSED;
bool samba_encryption_required(const struct samba_view *v) WARN_UNUSED; // of everything

// The rules by theme; those of shares are called for each.
void rules_samba_protocol(struct samba_view *v);
void rules_samba_algorithms(struct samba_view *v);
void rules_samba_authentication(struct samba_view *v);
void rules_samba_anonymous(struct samba_view *v);
void rules_samba_domain(struct samba_view *v);
void rules_samba_client(struct samba_view *v);
void rules_samba_exposure(struct samba_view *v);
void rules_samba_settings(struct samba_view *v);
void rules_samba_share_access(struct samba_view *v);
void rules_samba_share_files(struct samba_view *v);
void rules_samba_share_contradictions(struct samba_view *v);

#endif
