// SPDX-License-Identifier: Apache-2.0
#ifndef SIGNET_AUDIT_REPORT_REPORT_HTML_ASSETS_H
#define SIGNET_AUDIT_REPORT_REPORT_HTML_ASSETS_H

extern const char report_html_style[];
extern const char report_html_script[];

#endif
