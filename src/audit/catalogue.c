// SPDX-License-Identifier: Apache-2.0
// The table, put together from one file a theme. A check is added by a row; ids stay what they are.
#include "audit/catalogue.h"

// Sources, as published.
#define STIG_2025 "DISA Windows Server 2025 STIG V1R1"
#define STIG_2022 "DISA Windows Server 2022 STIG"
#define CIS_2022 "CIS Windows Server 2022 v3.0.0"
#define BASELINE_11 "Microsoft security baseline Windows 11 24H2"
#define OSCONFIG_2025 "Microsoft OSConfig baseline Windows Server 2025 2510"
#define SMB2 "MS-SMB2"
#define NLMP "MS-NLMP"

// Keys of the registry, as .reg files have them.
#define LANMAN_SERVER "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters]"
#define LANMAN_WORKSTATION                                                                                   \
	"[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\LanmanWorkstation\\Parameters]"
#define LANMAN_SERVER_POLICY "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\LanmanServer]"
#define LANMAN_WORKSTATION_POLICY                                                                            \
	"[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\LanmanWorkstation]"
#define LSA "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa]"
#define LSA_MSV1_0 "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0]"

const struct check audit_checks[] = {
#include "audit/catalogue/negotiation.inc"
#include "audit/catalogue/protection.inc"
#include "audit/catalogue/authentication.inc"
#include "audit/catalogue/exposure.inc"
#include "audit/catalogue/client.inc"
#include "audit/catalogue/configuration.inc"
#include "audit/catalogue/files.inc"
};
const size_t audit_check_count = ARRAY_LEN(audit_checks);
