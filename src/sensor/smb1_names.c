// SPDX-License-Identifier: Apache-2.0
// What SMB1 does to files by their names (MS-CIFS 2.2.4.2 to 2.2.4.10, 2.2.4.66).
#include <stdlib.h>
#include <string.h>

#include "sensor/smb1_state.h"

// Names start with a backslash here, which those of SMB2 do not.
char *smb1_path_of(char *name)
{
	if (name != NULL && name[0] == '/')
		memmove(name, name + 1, strlen(name));
	return name;
}

// The second name is remembered behind the first one's NUL.
static char *join_names(char *first, char *second)
{
	size_t a = first == NULL ? 0 : strlen(first), z = second == NULL ? 0 : strlen(second);
	char *both = calloc(1, a + z + 2);
	if (both != NULL && first != NULL && second != NULL) {
		memcpy(both, first, a + 1);
		memcpy(both + a + 1, second, z + 1);
	}
	free(first);
	free(second);
	return both;
}

void smb1_note_paths(struct smb1_message *m, const char *action, char *first, char *second)
{
	char *both = join_names(first, second);
	if (m->pending == NULL || m->pending->name != NULL) {
		free(both);
		return;
	}
	m->pending->action = action;
	m->pending->name = both;
}

void smb1_note_names(struct smb1_message *m, const char *action, struct span first, struct span second)
{
	smb1_note_paths(m, action, smb1_path_of(smb1_text(first, m->unicode)),
		smb1_path_of(smb1_text(second, m->unicode)));
}

void smb1_tell_names(struct smb1_message *m)
{
	if (m->session == NULL || m->pending == NULL || m->pending->name == NULL ||
		m->pending->action == NULL)
		return;
	const char *name = m->pending->name, *second = name + strlen(name) + 1;
	struct watched_tree *t = watched_tree_find(m->session, m->pending->tree_id);
	struct event e = {
		.kind = EVENT_FILE,
		.action = m->pending->action,
		.status = m->header.status,
		.result = nt_status_ok(m->header.status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.share = t == NULL ? "" : t->share,
		.path = name,
		.target_path = second[0] == '\0' ? NULL : second,
		.directory = m->pending->directory,
	};
	conversation_emit(m->c, m->session, &e, m->pending->packet);
}

static const char *action_of(uint8_t command)
{
	switch (command) {
	case SMB1_RENAME:
	case SMB1_NT_RENAME:
		return "rename";
	case SMB1_CREATE_DIRECTORY:
		return "create";
	case SMB1_SET_INFORMATION:
		return "attributes";
	default:
		return "delete";
	}
}

void smb1_on_names(struct smb1_message *m)
{
	struct span first, second;
	if (smb1_names_decode(m->message, &m->block, m->unicode, &first, &second) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	if (m->pending != NULL)
		m->pending->directory = m->block.command <= SMB1_DELETE_DIRECTORY;
	smb1_note_names(m, action_of(m->block.command), first, second);
}

// One that makes another name of the file takes no name away.
void smb1_on_nt_rename(struct smb1_message *m)
{
	struct span first, second;
	uint16_t level;
	if (smb1_names_decode(m->message, &m->block, m->unicode, &first, &second) != VERDICT_OK ||
		smb1_nt_rename_level(&m->block, &level) != VERDICT_OK)
		smb1_malformed(m);
	else if (level == SMB1_NT_RENAME_LINK)
		smb1_note_names(m, "create", second, span_make(NULL, 0));
	else
		smb1_note_names(m, "rename", first, second);
}
