// SPDX-License-Identifier: Apache-2.0
#include "sensor/rpc_names.h"

#include <stddef.h>
#include <string.h>

#include "base/attributes.h"

#define ARGUMENT(kind) RPC_ARGUMENT_##kind

// MS-SRVS 3.1.4
static const struct rpc_operation srvsvc[] = {
	{ 8, "NetrConnectionEnum", ARGUMENT(NONE) },
	{ 9, "NetrFileEnum", ARGUMENT(NONE) },
	{ 10, "NetrFileGetInfo", ARGUMENT(NONE) },
	{ 11, "NetrFileClose", ARGUMENT(NONE) },
	{ 12, "NetrSessionEnum", ARGUMENT(NONE) },
	{ 13, "NetrSessionDel", ARGUMENT(NONE) },
	{ 14, "NetrShareAdd", ARGUMENT(LAST) },
	{ 15, "NetrShareEnum", ARGUMENT(NONE) },
	{ 16, "NetrShareGetInfo", ARGUMENT(NONE) },
	{ 17, "NetrShareSetInfo", ARGUMENT(NONE) },
	{ 18, "NetrShareDel", ARGUMENT(LAST) },
	{ 19, "NetrShareDelSticky", ARGUMENT(NONE) },
	{ 20, "NetrShareCheck", ARGUMENT(NONE) },
	{ 21, "NetrServerGetInfo", ARGUMENT(NONE) },
	{ 22, "NetrServerSetInfo", ARGUMENT(NONE) },
	{ 23, "NetrServerDiskEnum", ARGUMENT(NONE) },
	{ 24, "NetrServerStatisticsGet", ARGUMENT(NONE) },
	{ 28, "NetrRemoteTOD", ARGUMENT(NONE) },
	{ 30, "NetprPathType", ARGUMENT(NONE) },
	{ 31, "NetprPathCanonicalize", ARGUMENT(NONE) },
	{ 32, "NetprPathCompare", ARGUMENT(NONE) },
	{ 33, "NetprNameValidate", ARGUMENT(NONE) },
	{ 34, "NetprNameCanonicalize", ARGUMENT(NONE) },
	{ 35, "NetprNameCompare", ARGUMENT(NONE) },
	{ 36, "NetrShareEnumSticky", ARGUMENT(NONE) },
	{ 37, "NetrShareDelStart", ARGUMENT(NONE) },
	{ 38, "NetrShareDelCommit", ARGUMENT(NONE) },
	{ 39, "NetrpGetFileSecurity", ARGUMENT(NONE) },
	{ 40, "NetrpSetFileSecurity", ARGUMENT(NONE) },
};

// MS-WKST 3.2.4
static const struct rpc_operation wkssvc[] = {
	{ 0, "NetrWkstaGetInfo", ARGUMENT(NONE) },
	{ 1, "NetrWkstaSetInfo", ARGUMENT(NONE) },
	{ 2, "NetrWkstaUserEnum", ARGUMENT(NONE) },
	{ 5, "NetrWkstaTransportEnum", ARGUMENT(NONE) },
	{ 8, "NetrUseAdd", ARGUMENT(NONE) },
	{ 9, "NetrUseGetInfo", ARGUMENT(NONE) },
	{ 10, "NetrUseDel", ARGUMENT(NONE) },
	{ 11, "NetrUseEnum", ARGUMENT(NONE) },
	{ 20, "NetrGetJoinInformation", ARGUMENT(NONE) },
	{ 22, "NetrJoinDomain2", ARGUMENT(NONE) },
	{ 23, "NetrUnjoinDomain2", ARGUMENT(NONE) },
	{ 24, "NetrRenameMachineInDomain2", ARGUMENT(NONE) },
};

// MS-SCMR 3.1.4
static const struct rpc_operation svcctl[] = {
	{ 0, "RCloseServiceHandle", ARGUMENT(NONE) },
	{ 1, "RControlService", ARGUMENT(NONE) },
	{ 2, "RDeleteService", ARGUMENT(NONE) },
	{ 3, "RLockServiceDatabase", ARGUMENT(NONE) },
	{ 4, "RQueryServiceObjectSecurity", ARGUMENT(NONE) },
	{ 5, "RSetServiceObjectSecurity", ARGUMENT(NONE) },
	{ 6, "RQueryServiceStatus", ARGUMENT(NONE) },
	{ 7, "RSetServiceStatus", ARGUMENT(NONE) },
	{ 8, "RUnlockServiceDatabase", ARGUMENT(NONE) },
	{ 9, "RNotifyBootConfigStatus", ARGUMENT(NONE) },
	{ 11, "RChangeServiceConfigW", ARGUMENT(PATH) },
	{ 12, "RCreateServiceW", ARGUMENT(SERVICE) },
	{ 13, "REnumDependentServicesW", ARGUMENT(NONE) },
	{ 14, "REnumServicesStatusW", ARGUMENT(NONE) },
	{ 15, "ROpenSCManagerW", ARGUMENT(NONE) },
	{ 16, "ROpenServiceW", ARGUMENT(FIRST) },
	{ 17, "RQueryServiceConfigW", ARGUMENT(NONE) },
	{ 18, "RQueryServiceLockStatusW", ARGUMENT(NONE) },
	{ 19, "RStartServiceW", ARGUMENT(NONE) },
	{ 20, "RGetServiceDisplayNameW", ARGUMENT(NONE) },
	{ 21, "RGetServiceKeyNameW", ARGUMENT(NONE) },
	{ 23, "RChangeServiceConfigA", ARGUMENT(NONE) },
	{ 24, "RCreateServiceA", ARGUMENT(SERVICE_ASCII) },
	{ 25, "REnumDependentServicesA", ARGUMENT(NONE) },
	{ 26, "REnumServicesStatusA", ARGUMENT(NONE) },
	{ 27, "ROpenSCManagerA", ARGUMENT(NONE) },
	{ 28, "ROpenServiceA", ARGUMENT(FIRST_ASCII) },
	{ 29, "RQueryServiceConfigA", ARGUMENT(NONE) },
	{ 30, "RQueryServiceLockStatusA", ARGUMENT(NONE) },
	{ 31, "RStartServiceA", ARGUMENT(NONE) },
	{ 32, "RGetServiceDisplayNameA", ARGUMENT(NONE) },
	{ 33, "RGetServiceKeyNameA", ARGUMENT(NONE) },
	{ 35, "REnumServiceGroupW", ARGUMENT(NONE) },
	{ 36, "RChangeServiceConfig2A", ARGUMENT(NONE) },
	{ 37, "RChangeServiceConfig2W", ARGUMENT(NONE) },
	{ 38, "RQueryServiceConfig2A", ARGUMENT(NONE) },
	{ 39, "RQueryServiceConfig2W", ARGUMENT(NONE) },
	{ 40, "RQueryServiceStatusEx", ARGUMENT(NONE) },
	{ 41, "REnumServicesStatusExA", ARGUMENT(NONE) },
	{ 42, "REnumServicesStatusExW", ARGUMENT(NONE) },
	{ 44, "RCreateServiceWOW64A", ARGUMENT(SERVICE_ASCII) },
	{ 45, "RCreateServiceWOW64W", ARGUMENT(SERVICE) },
	{ 47, "RNotifyServiceStatusChange", ARGUMENT(NONE) },
	{ 48, "RGetNotifyResults", ARGUMENT(NONE) },
	{ 49, "RCloseNotifyHandle", ARGUMENT(NONE) },
	{ 50, "RControlServiceExA", ARGUMENT(NONE) },
	{ 51, "RControlServiceExW", ARGUMENT(NONE) },
	{ 56, "RQueryServiceConfigEx", ARGUMENT(NONE) },
	{ 60, "RCreateWowService", ARGUMENT(SERVICE) },
	{ 64, "ROpenSCManager2", ARGUMENT(NONE) },
};

// MS-TSCH 3.2.5.2
static const struct rpc_operation atsvc[] = {
	{ 0, "NetrJobAdd", ARGUMENT(LAST) },
	{ 1, "NetrJobDel", ARGUMENT(NONE) },
	{ 2, "NetrJobEnum", ARGUMENT(NONE) },
	{ 3, "NetrJobGetInfo", ARGUMENT(NONE) },
};

// MS-TSCH 3.2.5.3
static const struct rpc_operation sasec[] = {
	{ 0, "SASetAccountInformation", ARGUMENT(NONE) },
	{ 1, "SASetNSAccountInformation", ARGUMENT(NONE) },
	{ 2, "SAGetNSAccountInformation", ARGUMENT(NONE) },
	{ 3, "SAGetAccountInformation", ARGUMENT(NONE) },
};

// MS-TSCH 3.2.5.4
static const struct rpc_operation itaskschedulerservice[] = {
	{ 0, "SchRpcHighestVersion", ARGUMENT(NONE) },
	{ 1, "SchRpcRegisterTask", ARGUMENT(TASK) },
	{ 2, "SchRpcRetrieveTask", ARGUMENT(FIRST) },
	{ 3, "SchRpcCreateFolder", ARGUMENT(FIRST) },
	{ 4, "SchRpcSetSecurity", ARGUMENT(FIRST) },
	{ 5, "SchRpcGetSecurity", ARGUMENT(NONE) },
	{ 6, "SchRpcEnumFolders", ARGUMENT(NONE) },
	{ 7, "SchRpcEnumTasks", ARGUMENT(NONE) },
	{ 8, "SchRpcEnumInstances", ARGUMENT(NONE) },
	{ 9, "SchRpcGetInstanceInfo", ARGUMENT(NONE) },
	{ 10, "SchRpcStopInstance", ARGUMENT(NONE) },
	{ 11, "SchRpcStop", ARGUMENT(FIRST) },
	{ 12, "SchRpcRun", ARGUMENT(FIRST) },
	{ 13, "SchRpcDelete", ARGUMENT(FIRST) },
	{ 14, "SchRpcRename", ARGUMENT(FIRST) },
	{ 15, "SchRpcScheduledRuntimes", ARGUMENT(NONE) },
	{ 16, "SchRpcGetLastRunInfo", ARGUMENT(NONE) },
	{ 17, "SchRpcGetTaskInfo", ARGUMENT(NONE) },
	{ 18, "SchRpcGetNumberOfMissedRuns", ARGUMENT(NONE) },
	{ 19, "SchRpcEnableTask", ARGUMENT(FIRST) },
};

// MS-RRP 3.1.5
static const struct rpc_operation winreg[] = {
	{ 0, "OpenClassesRoot", ARGUMENT(NONE) },
	{ 1, "OpenCurrentUser", ARGUMENT(NONE) },
	{ 2, "OpenLocalMachine", ARGUMENT(NONE) },
	{ 3, "OpenPerformanceData", ARGUMENT(NONE) },
	{ 4, "OpenUsers", ARGUMENT(NONE) },
	{ 5, "BaseRegCloseKey", ARGUMENT(NONE) },
	{ 6, "BaseRegCreateKey", ARGUMENT(FIRST) },
	{ 7, "BaseRegDeleteKey", ARGUMENT(FIRST) },
	{ 8, "BaseRegDeleteValue", ARGUMENT(FIRST) },
	{ 9, "BaseRegEnumKey", ARGUMENT(NONE) },
	{ 10, "BaseRegEnumValue", ARGUMENT(NONE) },
	{ 11, "BaseRegFlushKey", ARGUMENT(NONE) },
	{ 12, "BaseRegGetKeySecurity", ARGUMENT(NONE) },
	{ 13, "BaseRegLoadKey", ARGUMENT(LAST) },
	{ 15, "BaseRegOpenKey", ARGUMENT(FIRST) },
	{ 16, "BaseRegQueryInfoKey", ARGUMENT(NONE) },
	{ 17, "BaseRegQueryValue", ARGUMENT(FIRST) },
	{ 18, "BaseRegReplaceKey", ARGUMENT(FIRST) },
	{ 19, "BaseRegRestoreKey", ARGUMENT(FIRST) },
	{ 20, "BaseRegSaveKey", ARGUMENT(FIRST) },
	{ 21, "BaseRegSetKeySecurity", ARGUMENT(NONE) },
	{ 22, "BaseRegSetValue", ARGUMENT(FIRST) },
	{ 23, "BaseRegUnLoadKey", ARGUMENT(FIRST) },
	{ 26, "BaseRegGetVersion", ARGUMENT(NONE) },
	{ 27, "OpenCurrentConfig", ARGUMENT(NONE) },
	{ 29, "BaseRegQueryMultipleValues", ARGUMENT(NONE) },
	{ 31, "BaseRegSaveKeyEx", ARGUMENT(FIRST) },
	{ 32, "OpenPerformanceText", ARGUMENT(NONE) },
	{ 33, "OpenPerformanceNlsText", ARGUMENT(NONE) },
	{ 34, "BaseRegQueryMultipleValues2", ARGUMENT(NONE) },
	{ 35, "BaseRegDeleteKeyEx", ARGUMENT(FIRST) },
};

// MS-SAMR 3.1.5
static const struct rpc_operation samr[] = {
	{ 0, "SamrConnect", ARGUMENT(NONE) },
	{ 1, "SamrCloseHandle", ARGUMENT(NONE) },
	{ 2, "SamrSetSecurityObject", ARGUMENT(NONE) },
	{ 3, "SamrQuerySecurityObject", ARGUMENT(NONE) },
	{ 5, "SamrLookupDomainInSamServer", ARGUMENT(FIRST) },
	{ 6, "SamrEnumerateDomainsInSamServer", ARGUMENT(NONE) },
	{ 7, "SamrOpenDomain", ARGUMENT(NONE) },
	{ 8, "SamrQueryInformationDomain", ARGUMENT(NONE) },
	{ 9, "SamrSetInformationDomain", ARGUMENT(NONE) },
	{ 10, "SamrCreateGroupInDomain", ARGUMENT(FIRST) },
	{ 11, "SamrEnumerateGroupsInDomain", ARGUMENT(NONE) },
	{ 12, "SamrCreateUserInDomain", ARGUMENT(FIRST) },
	{ 13, "SamrEnumerateUsersInDomain", ARGUMENT(NONE) },
	{ 14, "SamrCreateAliasInDomain", ARGUMENT(FIRST) },
	{ 15, "SamrEnumerateAliasesInDomain", ARGUMENT(NONE) },
	{ 16, "SamrGetAliasMembership", ARGUMENT(NONE) },
	{ 17, "SamrLookupNamesInDomain", ARGUMENT(FIRST) },
	{ 18, "SamrLookupIdsInDomain", ARGUMENT(NONE) },
	{ 19, "SamrOpenGroup", ARGUMENT(NONE) },
	{ 20, "SamrQueryInformationGroup", ARGUMENT(NONE) },
	{ 21, "SamrSetInformationGroup", ARGUMENT(NONE) },
	{ 22, "SamrAddMemberToGroup", ARGUMENT(NONE) },
	{ 23, "SamrDeleteGroup", ARGUMENT(NONE) },
	{ 24, "SamrRemoveMemberFromGroup", ARGUMENT(NONE) },
	{ 25, "SamrGetMembersInGroup", ARGUMENT(NONE) },
	{ 27, "SamrOpenAlias", ARGUMENT(NONE) },
	{ 28, "SamrQueryInformationAlias", ARGUMENT(NONE) },
	{ 29, "SamrSetInformationAlias", ARGUMENT(NONE) },
	{ 30, "SamrDeleteAlias", ARGUMENT(NONE) },
	{ 31, "SamrAddMemberToAlias", ARGUMENT(NONE) },
	{ 32, "SamrRemoveMemberFromAlias", ARGUMENT(NONE) },
	{ 33, "SamrGetMembersInAlias", ARGUMENT(NONE) },
	{ 34, "SamrOpenUser", ARGUMENT(NONE) },
	{ 35, "SamrDeleteUser", ARGUMENT(NONE) },
	{ 36, "SamrQueryInformationUser", ARGUMENT(NONE) },
	{ 37, "SamrSetInformationUser", ARGUMENT(NONE) },
	{ 38, "SamrChangePasswordUser", ARGUMENT(NONE) },
	{ 39, "SamrGetGroupsForUser", ARGUMENT(NONE) },
	{ 40, "SamrQueryDisplayInformation", ARGUMENT(NONE) },
	{ 41, "SamrGetDisplayEnumerationIndex", ARGUMENT(NONE) },
	{ 44, "SamrGetUserDomainPasswordInformation", ARGUMENT(NONE) },
	{ 46, "SamrQueryInformationDomain2", ARGUMENT(NONE) },
	{ 47, "SamrQueryInformationUser2", ARGUMENT(NONE) },
	{ 48, "SamrQueryDisplayInformation2", ARGUMENT(NONE) },
	{ 50, "SamrCreateUser2InDomain", ARGUMENT(FIRST) },
	{ 51, "SamrQueryDisplayInformation3", ARGUMENT(NONE) },
	{ 54, "SamrOemChangePasswordUser2", ARGUMENT(NONE) },
	{ 55, "SamrUnicodeChangePasswordUser2", ARGUMENT(LAST) },
	{ 56, "SamrGetDomainPasswordInformation", ARGUMENT(NONE) },
	{ 57, "SamrConnect2", ARGUMENT(NONE) },
	{ 58, "SamrSetInformationUser2", ARGUMENT(NONE) },
	{ 62, "SamrConnect4", ARGUMENT(NONE) },
	{ 64, "SamrConnect5", ARGUMENT(NONE) },
	{ 65, "SamrRidToSid", ARGUMENT(NONE) },
	{ 66, "SamrSetDSRMPassword", ARGUMENT(NONE) },
	{ 67, "SamrValidatePassword", ARGUMENT(NONE) },
};

// MS-LSAD 3.1.4, MS-LSAT 3.1.4
static const struct rpc_operation lsarpc[] = {
	{ 0, "LsarClose", ARGUMENT(NONE) },
	{ 2, "LsarEnumeratePrivileges", ARGUMENT(NONE) },
	{ 6, "LsarOpenPolicy", ARGUMENT(NONE) },
	{ 7, "LsarQueryInformationPolicy", ARGUMENT(NONE) },
	{ 8, "LsarSetInformationPolicy", ARGUMENT(NONE) },
	{ 10, "LsarCreateAccount", ARGUMENT(NONE) },
	{ 11, "LsarEnumerateAccounts", ARGUMENT(NONE) },
	{ 12, "LsarCreateTrustedDomain", ARGUMENT(NONE) },
	{ 13, "LsarEnumerateTrustedDomains", ARGUMENT(NONE) },
	{ 14, "LsarLookupNames", ARGUMENT(FIRST) },
	{ 15, "LsarLookupSids", ARGUMENT(NONE) },
	{ 16, "LsarCreateSecret", ARGUMENT(FIRST) },
	{ 17, "LsarOpenAccount", ARGUMENT(NONE) },
	{ 28, "LsarOpenSecret", ARGUMENT(FIRST) },
	{ 29, "LsarSetSecret", ARGUMENT(NONE) },
	{ 30, "LsarQuerySecret", ARGUMENT(NONE) },
	{ 35, "LsarEnumerateAccountsWithUserRight", ARGUMENT(FIRST) },
	{ 36, "LsarEnumerateAccountRights", ARGUMENT(NONE) },
	{ 37, "LsarAddAccountRights", ARGUMENT(FIRST) },
	{ 38, "LsarRemoveAccountRights", ARGUMENT(NONE) },
	{ 42, "LsarStorePrivateData", ARGUMENT(FIRST) },
	{ 43, "LsarRetrievePrivateData", ARGUMENT(FIRST) },
	{ 44, "LsarOpenPolicy2", ARGUMENT(NONE) },
	{ 45, "LsarGetUserName", ARGUMENT(NONE) },
	{ 46, "LsarQueryInformationPolicy2", ARGUMENT(NONE) },
	{ 47, "LsarSetInformationPolicy2", ARGUMENT(NONE) },
	{ 50, "LsarEnumerateTrustedDomainsEx", ARGUMENT(NONE) },
	{ 57, "LsarLookupSids2", ARGUMENT(NONE) },
	{ 58, "LsarLookupNames2", ARGUMENT(FIRST) },
	{ 68, "LsarLookupNames3", ARGUMENT(FIRST) },
	{ 74, "LsarSetForestTrustInformation", ARGUMENT(NONE) },
	{ 76, "LsarLookupSids3", ARGUMENT(NONE) },
	{ 77, "LsarLookupNames4", ARGUMENT(FIRST) },
};

// MS-DSSP 3.2.5
static const struct rpc_operation dssetup[] = {
	{ 0, "DsRolerGetPrimaryDomainInformation", ARGUMENT(NONE) },
};

// MS-DRSR 4.1
static const struct rpc_operation drsuapi[] = {
	{ 0, "IDL_DRSBind", ARGUMENT(NONE) },
	{ 1, "IDL_DRSUnbind", ARGUMENT(NONE) },
	{ 2, "IDL_DRSReplicaSync", ARGUMENT(NONE) },
	{ 3, "IDL_DRSGetNCChanges", ARGUMENT(NONE) },
	{ 4, "IDL_DRSUpdateRefs", ARGUMENT(NONE) },
	{ 5, "IDL_DRSReplicaAdd", ARGUMENT(NONE) },
	{ 6, "IDL_DRSReplicaDel", ARGUMENT(NONE) },
	{ 7, "IDL_DRSReplicaModify", ARGUMENT(NONE) },
	{ 8, "IDL_DRSVerifyNames", ARGUMENT(NONE) },
	{ 9, "IDL_DRSGetMemberships", ARGUMENT(NONE) },
	{ 10, "IDL_DRSInterDomainMove", ARGUMENT(NONE) },
	{ 11, "IDL_DRSGetNT4ChangeLog", ARGUMENT(NONE) },
	{ 12, "IDL_DRSCrackNames", ARGUMENT(NONE) },
	{ 13, "IDL_DRSWriteSPN", ARGUMENT(NONE) },
	{ 14, "IDL_DRSRemoveDsServer", ARGUMENT(NONE) },
	{ 15, "IDL_DRSRemoveDsDomain", ARGUMENT(NONE) },
	{ 16, "IDL_DRSDomainControllerInfo", ARGUMENT(NONE) },
	{ 17, "IDL_DRSAddEntry", ARGUMENT(NONE) },
	{ 18, "IDL_DRSExecuteKCC", ARGUMENT(NONE) },
	{ 19, "IDL_DRSGetReplInfo", ARGUMENT(NONE) },
	{ 20, "IDL_DRSAddSidHistory", ARGUMENT(NONE) },
};

// MS-DRSR 4.2
static const struct rpc_operation dsaop[] = {
	{ 0, "IDL_DSAPrepareScript", ARGUMENT(NONE) },
	{ 1, "IDL_DSAExecuteScript", ARGUMENT(NONE) },
};

// MS-NRPC 3.5.4
static const struct rpc_operation netlogon[] = {
	{ 2, "NetrLogonSamLogon", ARGUMENT(NONE) },
	{ 3, "NetrLogonSamLogoff", ARGUMENT(NONE) },
	{ 4, "NetrServerReqChallenge", ARGUMENT(LAST) },
	{ 5, "NetrServerAuthenticate", ARGUMENT(LAST) },
	{ 6, "NetrServerPasswordSet", ARGUMENT(LAST) },
	{ 7, "NetrDatabaseDeltas", ARGUMENT(NONE) },
	{ 8, "NetrDatabaseSync", ARGUMENT(NONE) },
	{ 11, "NetrGetDCName", ARGUMENT(NONE) },
	{ 12, "NetrLogonControl", ARGUMENT(NONE) },
	{ 14, "NetrLogonControl2", ARGUMENT(NONE) },
	{ 15, "NetrServerAuthenticate2", ARGUMENT(LAST) },
	{ 16, "NetrDatabaseSync2", ARGUMENT(NONE) },
	{ 18, "NetrLogonControl2Ex", ARGUMENT(NONE) },
	{ 20, "DsrGetDcName", ARGUMENT(NONE) },
	{ 21, "NetrLogonGetCapabilities", ARGUMENT(NONE) },
	{ 26, "NetrServerAuthenticate3", ARGUMENT(LAST) },
	{ 27, "DsrGetDcNameEx", ARGUMENT(NONE) },
	{ 29, "NetrLogonGetDomainInfo", ARGUMENT(NONE) },
	{ 30, "NetrServerPasswordSet2", ARGUMENT(LAST) },
	{ 31, "NetrServerPasswordGet", ARGUMENT(LAST) },
	{ 34, "DsrGetDcNameEx2", ARGUMENT(NONE) },
	{ 36, "NetrEnumerateTrustedDomainsEx", ARGUMENT(NONE) },
	{ 39, "NetrLogonSamLogonEx", ARGUMENT(NONE) },
	{ 40, "DsrEnumerateDomainTrusts", ARGUMENT(NONE) },
	{ 42, "NetrServerTrustPasswordsGet", ARGUMENT(LAST) },
	{ 45, "NetrLogonSamLogonWithFlags", ARGUMENT(NONE) },
	{ 46, "NetrServerGetTrustInfo", ARGUMENT(NONE) },
};

// MS-EFSR 3.1.4.2
static const struct rpc_operation efsrpc[] = {
	{ 0, "EfsRpcOpenFileRaw", ARGUMENT(PATH) },
	{ 1, "EfsRpcReadFileRaw", ARGUMENT(NONE) },
	{ 2, "EfsRpcWriteFileRaw", ARGUMENT(NONE) },
	{ 3, "EfsRpcCloseRaw", ARGUMENT(NONE) },
	{ 4, "EfsRpcEncryptFileSrv", ARGUMENT(PATH) },
	{ 5, "EfsRpcDecryptFileSrv", ARGUMENT(PATH) },
	{ 6, "EfsRpcQueryUsersOnFile", ARGUMENT(PATH) },
	{ 7, "EfsRpcQueryRecoveryAgents", ARGUMENT(PATH) },
	{ 8, "EfsRpcRemoveUsersFromFile", ARGUMENT(PATH) },
	{ 9, "EfsRpcAddUsersToFile", ARGUMENT(PATH) },
	{ 11, "EfsRpcNotSupported", ARGUMENT(NONE) },
	{ 12, "EfsRpcFileKeyInfo", ARGUMENT(PATH) },
	{ 13, "EfsRpcDuplicateEncryptionInfoFile", ARGUMENT(PATH) },
	{ 15, "EfsRpcAddUsersToFileEx", ARGUMENT(PATH) },
	{ 16, "EfsRpcFileKeyInfoEx", ARGUMENT(PATH) },
	{ 18, "EfsRpcGetEncryptedFileMetadata", ARGUMENT(PATH) },
	{ 19, "EfsRpcSetEncryptedFileMetadata", ARGUMENT(PATH) },
	{ 20, "EfsRpcFlushEfsCache", ARGUMENT(NONE) },
	{ 21, "EfsRpcEncryptFileExSrv", ARGUMENT(PATH) },
	{ 22, "EfsRpcQueryProtectors", ARGUMENT(PATH) },
};

// MS-RPRN 3.1.4
static const struct rpc_operation spoolss[] = {
	{ 0, "RpcEnumPrinters", ARGUMENT(NONE) },
	{ 1, "RpcOpenPrinter", ARGUMENT(FIRST) },
	{ 2, "RpcSetJob", ARGUMENT(NONE) },
	{ 3, "RpcGetJob", ARGUMENT(NONE) },
	{ 4, "RpcEnumJobs", ARGUMENT(NONE) },
	{ 5, "RpcAddPrinter", ARGUMENT(NONE) },
	{ 6, "RpcDeletePrinter", ARGUMENT(NONE) },
	{ 7, "RpcSetPrinter", ARGUMENT(NONE) },
	{ 8, "RpcGetPrinter", ARGUMENT(NONE) },
	{ 9, "RpcAddPrinterDriver", ARGUMENT(PATH) },
	{ 10, "RpcEnumPrinterDrivers", ARGUMENT(NONE) },
	{ 11, "RpcGetPrinterDriver", ARGUMENT(NONE) },
	{ 12, "RpcGetPrinterDriverDirectory", ARGUMENT(NONE) },
	{ 13, "RpcDeletePrinterDriver", ARGUMENT(NONE) },
	{ 14, "RpcAddPrintProcessor", ARGUMENT(NONE) },
	{ 17, "RpcStartDocPrinter", ARGUMENT(NONE) },
	{ 19, "RpcWritePrinter", ARGUMENT(NONE) },
	{ 23, "RpcEndDocPrinter", ARGUMENT(NONE) },
	{ 29, "RpcClosePrinter", ARGUMENT(NONE) },
	{ 35, "RpcEnumPorts", ARGUMENT(NONE) },
	{ 36, "RpcEnumMonitors", ARGUMENT(NONE) },
	{ 46, "RpcAddMonitor", ARGUMENT(NONE) },
	{ 53, "RpcGetPrinterDriver2", ARGUMENT(NONE) },
	{ 56, "RpcFindClosePrinterChangeNotification", ARGUMENT(NONE) },
	{ 58, "RpcReplyOpenPrinter", ARGUMENT(NONE) },
	{ 59, "RpcRouterReplyPrinter", ARGUMENT(NONE) },
	{ 60, "RpcReplyClosePrinter", ARGUMENT(NONE) },
	{ 62, "RpcRemoteFindFirstPrinterChangeNotification", ARGUMENT(PATH) },
	{ 65, "RpcRemoteFindFirstPrinterChangeNotificationEx", ARGUMENT(PATH) },
	{ 66, "RpcRouterReplyPrinterEx", ARGUMENT(NONE) },
	{ 67, "RpcRouterRefreshPrinterChangeNotification", ARGUMENT(NONE) },
	{ 69, "RpcOpenPrinterEx", ARGUMENT(FIRST) },
	{ 70, "RpcAddPrinterEx", ARGUMENT(NONE) },
	{ 73, "RpcEnumPrinterData", ARGUMENT(NONE) },
	{ 77, "RpcSetPrinterDataEx", ARGUMENT(NONE) },
	{ 84, "RpcDeletePrinterDriverEx", ARGUMENT(NONE) },
	{ 88, "RpcXcvData", ARGUMENT(NONE) },
	{ 89, "RpcAddPrinterDriverEx", ARGUMENT(PATH) },
};

// MS-PAR 3.1.4
static const struct rpc_operation iremotewinspool[] = {
	{ 0, "RpcAsyncOpenPrinter", ARGUMENT(PATH) },
	{ 1, "RpcAsyncAddPrinter", ARGUMENT(NONE) },
	{ 38, "RpcAsyncEnumPrinters", ARGUMENT(NONE) },
	{ 39, "RpcAsyncAddPrinterDriver", ARGUMENT(PATH) },
	{ 40, "RpcAsyncEnumPrinterDrivers", ARGUMENT(NONE) },
	{ 41, "RpcAsyncGetPrinterDriverDirectory", ARGUMENT(NONE) },
	{ 58, "RpcSyncRegisterForRemoteNotifications", ARGUMENT(NONE) },
	{ 59, "RpcSyncUnRegisterForRemoteNotifications", ARGUMENT(NONE) },
	{ 60, "RpcSyncRefreshRemoteNotifications", ARGUMENT(NONE) },
	{ 61, "RpcAsyncGetRemoteNotifications", ARGUMENT(NONE) },
};

// MS-DFSNM 3.1.4
static const struct rpc_operation netdfs[] = {
	{ 0, "NetrDfsManagerGetVersion", ARGUMENT(NONE) },
	{ 1, "NetrDfsAdd", ARGUMENT(PATH) },
	{ 2, "NetrDfsRemove", ARGUMENT(PATH) },
	{ 3, "NetrDfsSetInfo", ARGUMENT(PATH) },
	{ 4, "NetrDfsGetInfo", ARGUMENT(PATH) },
	{ 5, "NetrDfsEnum", ARGUMENT(NONE) },
	{ 6, "NetrDfsMove", ARGUMENT(NONE) },
	{ 10, "NetrDfsAddFtRoot", ARGUMENT(FIRST) },
	{ 11, "NetrDfsRemoveFtRoot", ARGUMENT(FIRST) },
	{ 12, "NetrDfsAddStdRoot", ARGUMENT(FIRST) },
	{ 13, "NetrDfsRemoveStdRoot", ARGUMENT(FIRST) },
	{ 14, "NetrDfsManagerInitialize", ARGUMENT(FIRST) },
	{ 15, "NetrDfsAddStdRootForced", ARGUMENT(FIRST) },
	{ 16, "NetrDfsGetDcAddress", ARGUMENT(NONE) },
	{ 17, "NetrDfsSetDcAddress", ARGUMENT(FIRST) },
	{ 18, "NetrDfsFlushFtTable", ARGUMENT(NONE) },
	{ 19, "NetrDfsAdd2", ARGUMENT(PATH) },
	{ 20, "NetrDfsRemove2", ARGUMENT(PATH) },
	{ 21, "NetrDfsEnumEx", ARGUMENT(PATH) },
	{ 22, "NetrDfsSetInfo2", ARGUMENT(PATH) },
	{ 23, "NetrDfsAddRootTarget", ARGUMENT(PATH) },
	{ 24, "NetrDfsRemoveRootTarget", ARGUMENT(PATH) },
	{ 25, "NetrDfsGetSupportedNamespaceVersion", ARGUMENT(NONE) },
};

// MS-FSRVP 3.1.4
static const struct rpc_operation fssagentrpc[] = {
	{ 0, "GetSupportedVersion", ARGUMENT(NONE) },
	{ 1, "SetContext", ARGUMENT(NONE) },
	{ 2, "StartShadowCopySet", ARGUMENT(NONE) },
	{ 3, "AddToShadowCopySet", ARGUMENT(PATH) },
	{ 4, "CommitShadowCopySet", ARGUMENT(NONE) },
	{ 5, "ExposeShadowCopySet", ARGUMENT(NONE) },
	{ 6, "RecoveryCompleteShadowCopySet", ARGUMENT(NONE) },
	{ 7, "AbortShadowCopySet", ARGUMENT(NONE) },
	{ 8, "IsPathSupported", ARGUMENT(PATH) },
	{ 9, "IsPathShadowCopied", ARGUMENT(PATH) },
	{ 10, "GetShareMapping", ARGUMENT(PATH) },
	{ 11, "DeleteShareMapping", ARGUMENT(PATH) },
	{ 12, "PrepareShadowCopySet", ARGUMENT(NONE) },
};

// MS-EVEN 3.1.4
static const struct rpc_operation eventlog[] = {
	{ 0, "ElfrClearELFW", ARGUMENT(NONE) },
	{ 1, "ElfrBackupELFW", ARGUMENT(PATH) },
	{ 2, "ElfrCloseEL", ARGUMENT(NONE) },
	{ 3, "ElfrDeregisterEventSource", ARGUMENT(NONE) },
	{ 4, "ElfrNumberOfRecords", ARGUMENT(NONE) },
	{ 5, "ElfrOldestRecord", ARGUMENT(NONE) },
	{ 6, "ElfrChangeNotify", ARGUMENT(NONE) },
	{ 7, "ElfrOpenELW", ARGUMENT(FIRST) },
	{ 8, "ElfrRegisterEventSourceW", ARGUMENT(NONE) },
	{ 9, "ElfrOpenBELW", ARGUMENT(PATH) },
	{ 10, "ElfrReadELW", ARGUMENT(NONE) },
	{ 11, "ElfrReportEventW", ARGUMENT(NONE) },
	{ 12, "ElfrClearELFA", ARGUMENT(NONE) },
	{ 13, "ElfrBackupELFA", ARGUMENT(NONE) },
	{ 14, "ElfrOpenELA", ARGUMENT(NONE) },
	{ 15, "ElfrRegisterEventSourceA", ARGUMENT(NONE) },
	{ 16, "ElfrOpenBELA", ARGUMENT(FIRST_ASCII) },
	{ 17, "ElfrReadELA", ARGUMENT(NONE) },
	{ 18, "ElfrReportEventA", ARGUMENT(NONE) },
};

// MS-EVEN6 3.1.4
static const struct rpc_operation eventlog6[] = {
	{ 0, "EvtRpcRegisterRemoteSubscription", ARGUMENT(NONE) },
	{ 5, "EvtRpcRegisterLogQuery", ARGUMENT(NONE) },
	{ 6, "EvtRpcClearLog", ARGUMENT(FIRST) },
	{ 7, "EvtRpcExportLog", ARGUMENT(FIRST) },
	{ 11, "EvtRpcQueryNext", ARGUMENT(NONE) },
	{ 19, "EvtRpcGetChannelList", ARGUMENT(NONE) },
};

// C706 appendix O
static const struct rpc_operation epmapper[] = {
	{ 0, "ept_insert", ARGUMENT(NONE) },
	{ 1, "ept_delete", ARGUMENT(NONE) },
	{ 2, "ept_lookup", ARGUMENT(NONE) },
	{ 3, "ept_map", ARGUMENT(NONE) },
	{ 4, "ept_lookup_handle_free", ARGUMENT(NONE) },
	{ 5, "ept_inq_object", ARGUMENT(NONE) },
	{ 6, "ept_mgmt_delete", ARGUMENT(NONE) },
};

// C706 appendix Q
static const struct rpc_operation mgmt[] = {
	{ 0, "rpc__mgmt_inq_if_ids", ARGUMENT(NONE) },
	{ 1, "rpc__mgmt_inq_stats", ARGUMENT(NONE) },
	{ 2, "rpc__mgmt_is_server_listening", ARGUMENT(NONE) },
	{ 3, "rpc__mgmt_stop_server_listening", ARGUMENT(NONE) },
	{ 4, "rpc__mgmt_inq_princ_name", ARGUMENT(NONE) },
};

// MS-BKRP 3.1.4
static const struct rpc_operation backupkey[] = {
	{ 0, "BackuprKey", ARGUMENT(NONE) },
};

// MS-DCOM 3.1.2.5.2
static const struct rpc_operation isystemactivator[] = {
	{ 3, "RemoteGetClassObject", ARGUMENT(CLASS) },
	{ 4, "RemoteCreateInstance", ARGUMENT(CLASS) },
};

// MS-DCOM 3.1.2.5.1
static const struct rpc_operation iobjectexporter[] = {
	{ 0, "ResolveOxid", ARGUMENT(NONE) },
	{ 1, "SimplePing", ARGUMENT(NONE) },
	{ 2, "ComplexPing", ARGUMENT(NONE) },
	{ 3, "ServerAlive", ARGUMENT(NONE) },
	{ 4, "ResolveOxid2", ARGUMENT(NONE) },
	{ 5, "ServerAlive2", ARGUMENT(NONE) },
};

// MS-DCOM 3.1.1.5.7
static const struct rpc_operation iremunknown2[] = {
	{ 3, "RemQueryInterface", ARGUMENT(NONE) },
	{ 4, "RemAddRef", ARGUMENT(NONE) },
	{ 5, "RemRelease", ARGUMENT(NONE) },
	{ 6, "RemQueryInterface2", ARGUMENT(NONE) },
};

// MS-OAUT 3.1.4
static const struct rpc_operation idispatch[] = {
	{ 3, "GetTypeInfoCount", ARGUMENT(NONE) },
	{ 4, "GetTypeInfo", ARGUMENT(NONE) },
	{ 5, "GetIDsOfNames", ARGUMENT(NONE) },
	{ 6, "Invoke", ARGUMENT(NONE) },
};

// MS-WMI 3.1.4.1
static const struct rpc_operation iwbemlevel1login[] = {
	{ 3, "EstablishPosition", ARGUMENT(NONE) },
	{ 4, "RequestChallenge", ARGUMENT(NONE) },
	{ 5, "WBEMLogin", ARGUMENT(NONE) },
	{ 6, "NTLMLogin", ARGUMENT(NONE) },
};

// MS-WMI 3.1.4.3
static const struct rpc_operation iwbemservices[] = {
	{ 3, "OpenNamespace", ARGUMENT(NONE) },
	{ 6, "GetObject", ARGUMENT(NONE) },
	{ 7, "GetObjectAsync", ARGUMENT(NONE) },
	{ 8, "PutClass", ARGUMENT(NONE) },
	{ 12, "CreateClassEnum", ARGUMENT(NONE) },
	{ 14, "PutInstance", ARGUMENT(NONE) },
	{ 16, "DeleteInstance", ARGUMENT(NONE) },
	{ 18, "CreateInstanceEnum", ARGUMENT(NONE) },
	{ 20, "ExecQuery", ARGUMENT(NONE) },
	{ 21, "ExecQueryAsync", ARGUMENT(NONE) },
	{ 22, "ExecNotificationQuery", ARGUMENT(NONE) },
	{ 23, "ExecNotificationQueryAsync", ARGUMENT(NONE) },
	{ 24, "ExecMethod", ARGUMENT(METHOD) },
	{ 25, "ExecMethodAsync", ARGUMENT(METHOD) },
};

// MS-RSP 3.1.4
static const struct rpc_operation initshutdown[] = {
	{ 0, "BaseInitiateShutdown", ARGUMENT(NONE) },
	{ 1, "BaseAbortShutdown", ARGUMENT(NONE) },
	{ 2, "BaseInitiateShutdownEx", ARGUMENT(NONE) },
};

// MS-RSP 3.2.4
static const struct rpc_operation windowsshutdown[] = {
	{ 0, "WsdrInitiateShutdown", ARGUMENT(NONE) },
	{ 1, "WsdrAbortShutdown", ARGUMENT(NONE) },
};

// MS-DNSP 3.1.4
static const struct rpc_operation dnsserver[] = {
	{ 0, "R_DnssrvOperation", ARGUMENT(NONE) },
	{ 1, "R_DnssrvQuery", ARGUMENT(NONE) },
	{ 2, "R_DnssrvComplexOperation", ARGUMENT(NONE) },
	{ 3, "R_DnssrvEnumRecords", ARGUMENT(NONE) },
	{ 4, "R_DnssrvUpdateRecord", ARGUMENT(NONE) },
	{ 5, "R_DnssrvOperation2", ARGUMENT(NONE) },
	{ 6, "R_DnssrvQuery2", ARGUMENT(NONE) },
	{ 7, "R_DnssrvComplexOperation2", ARGUMENT(NONE) },
	{ 8, "R_DnssrvEnumRecords2", ARGUMENT(NONE) },
	{ 9, "R_DnssrvUpdateRecord2", ARGUMENT(NONE) },
};

// MS-ICPR 3.2.4.1
static const struct rpc_operation icertpassage[] = {
	{ 0, "CertServerRequest", ARGUMENT(NONE) },
};

// MS-MSRP 3.2.4
static const struct rpc_operation msgsvcsend[] = {
	{ 0, "NetrSendMessage", ARGUMENT(NONE) },
};

// MS-SWN 3.1.4
static const struct rpc_operation witness[] = {
	{ 0, "WitnessrGetInterfaceList", ARGUMENT(NONE) },
	{ 1, "WitnessrRegister", ARGUMENT(NONE) },
	{ 2, "WitnessrUnRegister", ARGUMENT(NONE) },
	{ 3, "WitnessrAsyncNotify", ARGUMENT(NONE) },
	{ 4, "WitnessrRegisterEx", ARGUMENT(NONE) },
};

#define OPERATIONS(table) table, ARRAY_LEN(table)

static const struct rpc_interface interfaces[] = {
	{ "4b324fc8-1670-01d3-1278-5a47bf6ee188", "srvsvc", OPERATIONS(srvsvc) },
	{ "6bffd098-a112-3610-9833-46c3f87e345a", "wkssvc", OPERATIONS(wkssvc) },
	{ "367abb81-9844-35f1-ad32-98f038001003", "svcctl", OPERATIONS(svcctl) },
	{ "1ff70682-0a51-30e8-076d-740be8cee98b", "atsvc", OPERATIONS(atsvc) },
	{ "378e52b0-c0a9-11cf-822d-00aa0051e40f", "sasec", OPERATIONS(sasec) },
	{ "86d35949-83c9-4044-b424-db363231fd0c", "itaskschedulerservice",
		OPERATIONS(itaskschedulerservice) },
	{ "338cd001-2244-31f1-aaaa-900038001003", "winreg", OPERATIONS(winreg) },
	{ "12345778-1234-abcd-ef00-0123456789ac", "samr", OPERATIONS(samr) },
	{ "12345778-1234-abcd-ef00-0123456789ab", "lsarpc", OPERATIONS(lsarpc) },
	{ "3919286a-b10c-11d0-9ba8-00c04fd92ef5", "dssetup", OPERATIONS(dssetup) },
	{ "e3514235-4b06-11d1-ab04-00c04fc2dcd2", "drsuapi", OPERATIONS(drsuapi) },
	{ "7c44d7d4-31d5-424c-bd5e-2b3e1f323d22", "dsaop", OPERATIONS(dsaop) },
	{ "12345678-1234-abcd-ef00-01234567cffb", "netlogon", OPERATIONS(netlogon) },
	{ "c681d488-d850-11d0-8c52-00c04fd90f7e", "efsrpc", OPERATIONS(efsrpc) },
	{ "df1941c5-fe89-4e79-bf10-463657acf44d", "efsrpc", OPERATIONS(efsrpc) },
	{ "12345678-1234-abcd-ef00-0123456789ab", "spoolss", OPERATIONS(spoolss) },
	{ "76f03f96-cdfd-44fc-a22c-64950a001209", "iremotewinspool", OPERATIONS(iremotewinspool) },
	{ "4fc742e0-4a10-11cf-8273-00aa004ae673", "netdfs", OPERATIONS(netdfs) },
	{ "a8e0653c-2744-4389-a61d-7373df8b2292", "fssagentrpc", OPERATIONS(fssagentrpc) },
	{ "82273fdc-e32a-18c3-3f78-827929dc23ea", "eventlog", OPERATIONS(eventlog) },
	{ "f6beaff7-1e19-4fbb-9f8f-b89e2018337c", "eventlog6", OPERATIONS(eventlog6) },
	{ "e1af8308-5d1f-11c9-91a4-08002b14a0fa", "epmapper", OPERATIONS(epmapper) },
	{ "afa8bd80-7d8a-11c9-bef4-08002b102989", "mgmt", OPERATIONS(mgmt) },
	{ "3dde7c30-165d-11d1-ab8f-00805f14db40", "backupkey", OPERATIONS(backupkey) },
	{ "000001a0-0000-0000-c000-000000000046", "isystemactivator", OPERATIONS(isystemactivator) },
	{ "99fcfec4-5260-101b-bbcb-00aa0021347a", "iobjectexporter", OPERATIONS(iobjectexporter) },
	{ "00000131-0000-0000-c000-000000000046", "iremunknown", OPERATIONS(iremunknown2) },
	{ "00000143-0000-0000-c000-000000000046", "iremunknown2", OPERATIONS(iremunknown2) },
	{ "00020400-0000-0000-c000-000000000046", "idispatch", OPERATIONS(idispatch) },
	{ "f309ad18-d86a-11d0-a075-00c04fb68820", "iwbemlevel1login", OPERATIONS(iwbemlevel1login) },
	{ "9556dc99-828c-11cf-a37e-00aa003240c7", "iwbemservices", OPERATIONS(iwbemservices) },
	{ "894de0c0-0d55-11d3-a322-00c04fa321a1", "initshutdown", OPERATIONS(initshutdown) },
	{ "d95afe70-a6d5-4259-822e-2c84da1ddb0d", "windowsshutdown", OPERATIONS(windowsshutdown) },
	{ "6bffd098-a112-3610-9833-012892020162", "browser", NULL, 0 },
	{ "8d9f4e40-a03d-11ce-8f69-08003e30051b", "ntsvcs", NULL, 0 },
	{ "300f3532-38cc-11d0-a3f0-0020af6b0add", "trkwks", NULL, 0 },
	{ "50abc2a4-574d-40b3-9d66-ee4fd5fba076", "dnsserver", OPERATIONS(dnsserver) },
	{ "91ae6020-9e3c-11cf-8d7c-00aa00c091be", "icertpassage", OPERATIONS(icertpassage) },
	{ "5a7b91f8-ff00-11d0-a9b2-00c04fb6e6fc", "msgsvcsend", OPERATIONS(msgsvcsend) },
	{ "ccd8c074-d0e5-4a40-92b4-d074faa6ba28", "witness", OPERATIONS(witness) },
};

const struct rpc_interface *watched_interface_find(const char *uuid)
{
	for (size_t i = 0; i < ARRAY_LEN(interfaces); i++)
		if (strcmp(interfaces[i].uuid, uuid) == 0)
			return &interfaces[i];
	return NULL;
}

const struct rpc_operation *watched_operation_find(const struct rpc_interface *interface, uint16_t opnum)
{
	for (size_t i = 0; interface != NULL && i < interface->operation_count; i++)
		if (interface->operations[i].opnum == opnum)
			return &interface->operations[i];
	return NULL;
}
