// SPDX-License-Identifier: Apache-2.0
#include "detect/detections/logon.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

bool logon_is_wrong(const struct event *e)
{
	if (!detect_is_authentication(e) || detect_is_success(e))
		return false;
	switch ((int)e->status.code) {
	case NT_STATUS_LOGON_FAILURE:
	case NT_STATUS_WRONG_PASSWORD:
	case NT_STATUS_NO_SUCH_USER:
	case NT_STATUS_ACCOUNT_LOCKED_OUT:
	case NT_STATUS_ACCOUNT_DISABLED:
		return detect_account(e)[0] != '\0';
	default:
		return false;
	}
}

bool logon_is_right(const struct event *e)
{
	if (!detect_is_authentication(e) || !detect_is_success(e) || detect_account(e)[0] == '\0')
		return false;
	return e->auth == NULL || (!e->auth->guest && !e->auth->anonymous && !e->auth->binding);
}

const char *logon_name(const struct event *e, char name[LOGON_NAME_MAX])
{
	(void)snprintf(name, LOGON_NAME_MAX, "%s", detect_account(e));
	char *at = strchr(name, '@'); // the same account by its principal
	if (at != NULL)
		*at = '\0';
	for (char *p = name; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return name;
}
