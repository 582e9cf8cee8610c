// SPDX-License-Identifier: Apache-2.0
// NTSTATUS (MS-ERREF 2.3) as its own type, so that it can be confused neither with a reader's
// verdict nor with an internal fault (a negative errno).
#ifndef SIGNET_BASE_NT_STATUS_H
#define SIGNET_BASE_NT_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/reader.h"

struct nt_status {
	uint32_t code;
};

// clang-format off
// X(name, code): the statuses that this program sends or understands.
#define NT_STATUS_LIST(X)                                   \
	X(SUCCESS, 0x00000000)                              \
	X(PENDING, 0x00000103)                              \
	X(NOTIFY_CLEANUP, 0x0000010B)                       \
	X(NOTIFY_ENUM_DIR, 0x0000010C)                      \
	X(BUFFER_OVERFLOW, 0x80000005)                      \
	X(NO_MORE_FILES, 0x80000006)                        \
	X(NO_MORE_EAS, 0x80000012)                          \
	X(INVALID_EA_NAME, 0x80000013)                      \
	X(EA_LIST_INCONSISTENT, 0x80000014)                 \
	X(INVALID_EA_FLAG, 0x80000015)                      \
	X(STOPPED_ON_SYMLINK, 0x8000002D)                   \
	X(UNSUCCESSFUL, 0xC0000001)                         \
	X(NOT_IMPLEMENTED, 0xC0000002)                      \
	X(INVALID_INFO_CLASS, 0xC0000003)                   \
	X(INFO_LENGTH_MISMATCH, 0xC0000004)                 \
	X(INVALID_HANDLE, 0xC0000008)                       \
	X(INVALID_PARAMETER, 0xC000000D)                    \
	X(NO_SUCH_DEVICE, 0xC000000E)                       \
	X(NO_SUCH_FILE, 0xC000000F)                         \
	X(INVALID_DEVICE_REQUEST, 0xC0000010)               \
	X(END_OF_FILE, 0xC0000011)                          \
	X(MORE_PROCESSING_REQUIRED, 0xC0000016)             \
	X(NO_MEMORY, 0xC0000017)                            \
	X(INVALID_VIEW_SIZE, 0xC000001F)                    \
	X(ACCESS_DENIED, 0xC0000022)                        \
	X(BUFFER_TOO_SMALL, 0xC0000023)                     \
	X(OBJECT_TYPE_MISMATCH, 0xC0000024)                 \
	X(OBJECT_NAME_INVALID, 0xC0000033)                  \
	X(OBJECT_NAME_NOT_FOUND, 0xC0000034)                \
	X(OBJECT_NAME_COLLISION, 0xC0000035)                \
	X(OBJECT_PATH_INVALID, 0xC0000039)                  \
	X(OBJECT_PATH_NOT_FOUND, 0xC000003A)                \
	X(OBJECT_PATH_SYNTAX_BAD, 0xC000003B)               \
	X(DATA_ERROR, 0xC000003E)                           \
	X(SHARING_VIOLATION, 0xC0000043)                    \
	X(EAS_NOT_SUPPORTED, 0xC000004F)                    \
	X(EA_TOO_LARGE, 0xC0000050)                         \
	X(NONEXISTENT_EA_ENTRY, 0xC0000051)                 \
	X(NO_EAS_ON_FILE, 0xC0000052)                       \
	X(FILE_LOCK_CONFLICT, 0xC0000054)                   \
	X(LOCK_NOT_GRANTED, 0xC0000055)                     \
	X(DELETE_PENDING, 0xC0000056)                       \
	X(CTL_FILE_NOT_SUPPORTED, 0xC0000057)               \
	X(UNKNOWN_REVISION, 0xC0000058)                     \
	X(INVALID_OWNER, 0xC000005A)                        \
	X(NO_LOGON_SERVERS, 0xC000005E)                     \
	X(PRIVILEGE_NOT_HELD, 0xC0000061)                   \
	X(NO_SUCH_USER, 0xC0000064)                         \
	X(WRONG_PASSWORD, 0xC000006A)                       \
	X(LOGON_FAILURE, 0xC000006D)                        \
	X(ACCOUNT_RESTRICTION, 0xC000006E)                  \
	X(PASSWORD_EXPIRED, 0xC0000071)                     \
	X(ACCOUNT_DISABLED, 0xC0000072)                     \
	X(NONE_MAPPED, 0xC0000073)                          \
	X(INVALID_ACL, 0xC0000077)                          \
	X(INVALID_SID, 0xC0000078)                          \
	X(INVALID_SECURITY_DESCR, 0xC0000079)               \
	X(RANGE_NOT_LOCKED, 0xC000007E)                     \
	X(DISK_FULL, 0xC000007F)                            \
	X(INSUFFICIENT_RESOURCES, 0xC000009A)               \
	X(MEDIA_WRITE_PROTECTED, 0xC00000A2)                \
	X(BAD_IMPERSONATION_LEVEL, 0xC00000A5)              \
	X(INSTANCE_NOT_AVAILABLE, 0xC00000AB)               \
	X(PIPE_NOT_AVAILABLE, 0xC00000AC)                   \
	X(INVALID_PIPE_STATE, 0xC00000AD)                   \
	X(PIPE_BUSY, 0xC00000AE)                            \
	X(ILLEGAL_FUNCTION, 0xC00000AF)                     \
	X(PIPE_DISCONNECTED, 0xC00000B0)                    \
	X(PIPE_CLOSING, 0xC00000B1)                         \
	X(PIPE_EMPTY, 0xC00000D9)                           \
	X(INVALID_READ_MODE, 0xC00000B4)                    \
	X(IO_TIMEOUT, 0xC00000B5)                           \
	X(FILE_IS_A_DIRECTORY, 0xC00000BA)                  \
	X(INVALID_USER_BUFFER, 0xC00000E8)                  \
	X(NOT_SUPPORTED, 0xC00000BB)                        \
	X(DUPLICATE_NAME, 0xC00000BD)                       \
	X(NETWORK_ACCESS_DENIED, 0xC00000CA)                \
	X(BAD_DEVICE_TYPE, 0xC00000CB)                      \
	X(BAD_NETWORK_NAME, 0xC00000CC)                     \
	X(TOO_MANY_SESSIONS, 0xC00000CE)                    \
	X(REQUEST_NOT_ACCEPTED, 0xC00000D0)                 \
	X(INTERNAL_ERROR, 0xC00000E5)                       \
	X(UNEXPECTED_IO_ERROR, 0xC00000E9)                  \
	X(DIRECTORY_NOT_EMPTY, 0xC0000101)                  \
	X(NOT_A_DIRECTORY, 0xC0000103)                      \
	X(NAME_TOO_LONG, 0xC0000106)                        \
	X(TOO_MANY_OPENED_FILES, 0xC000011F)                \
	X(CANCELLED, 0xC0000120)                            \
	X(CANNOT_DELETE, 0xC0000121)                        \
	X(FILE_DELETED, 0xC0000123)                         \
	X(FILE_CLOSED, 0xC0000128)                          \
	X(TOO_MANY_LINKS, 0xC0000265)                       \
	X(INVALID_LOCK_RANGE, 0xC00001A1)                   \
	X(USER_SESSION_DELETED, 0xC0000203)                 \
	X(NETWORK_SESSION_EXPIRED, 0xC000035C)              \
	X(INVALID_DEVICE_STATE, 0xC0000184)                 \
	X(IO_DEVICE_ERROR, 0xC0000185)                      \
	X(LOGON_TYPE_NOT_GRANTED, 0xC000015B)               \
	X(ACCOUNT_EXPIRED, 0xC0000193)                      \
	X(NOT_FOUND, 0xC0000225)                            \
	X(ACCOUNT_LOCKED_OUT, 0xC0000234)                   \
	X(CONNECTION_RESET, 0xC000020D)                     \
	X(NETWORK_NAME_DELETED, 0xC00000C9)                 \
	X(PATH_NOT_COVERED, 0xC0000257)                     \
	X(FS_DRIVER_REQUIRED, 0xC000019C)                   \
	X(NOT_A_REPARSE_POINT, 0xC0000275)                  \
	X(IO_REPARSE_TAG_INVALID, 0xC0000276)               \
	X(IO_REPARSE_DATA_INVALID, 0xC0000278)              \
	X(IO_REPARSE_TAG_NOT_HANDLED, 0xC0000279)           \
	X(TIME_DIFFERENCE_AT_DC, 0xC0000133)                \
	X(FILE_NOT_AVAILABLE, 0xC0000467)                   \
	X(NTLM_BLOCKED, 0xC0000418)                         \
	X(FILE_SYSTEM_LIMITATION, 0xC0000427)               \
	X(HASH_NOT_SUPPORTED, 0xC000A100)                   \
	X(INVALID_SIGNATURE, 0xC000A000)                    \
	X(SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP, 0xC05D0000) \
	X(SMB_BAD_CLUSTER_DIALECT, 0xC05D0001)
// clang-format on

// STATUS(ACCESS_DENIED) is a value of struct nt_status; NT_STATUS_ACCESS_DENIED the bare code, for
// switches.
#define STATUS(name) ((struct nt_status){ (uint32_t)NT_STATUS_##name })

enum nt_status_code {
#define X(name, value) NT_STATUS_##name = (int)(value),
	NT_STATUS_LIST(X)
#undef X
};

static inline bool nt_status_equal(struct nt_status a, struct nt_status b)
{
	return a.code == b.code;
}

// Severity success or informational (the two top bits, MS-ERREF 2.3).
static inline bool nt_status_ok(struct nt_status s)
{
	return (s.code & 0x80000000u) == 0;
}

// Severity error. A warning (BUFFER_OVERFLOW, NO_MORE_FILES) is neither ok nor an error.
static inline bool nt_status_is_error(struct nt_status s)
{
	return (s.code & 0xC0000000u) == 0xC0000000u;
}

// "STATUS_ACCESS_DENIED"; "0xC0001234"-like codes that are not in the list: "STATUS_UNKNOWN".
const char *nt_status_name(struct nt_status s);
// What a negative errno means to an SMB client; 0 is SUCCESS.
struct nt_status nt_status_of_errno(int negative_errno) WARN_UNUSED;
// What a reader's verdict means to an SMB client: INVALID_PARAMETER unless OK.
struct nt_status nt_status_of_verdict(enum verdict v) WARN_UNUSED;

#endif
