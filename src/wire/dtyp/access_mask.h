// SPDX-License-Identifier: Apache-2.0
// Access masks (MS-DTYP 2.4.3, MS-SMB2 2.2.13.1) and the mapping of the generic rights for files.
#ifndef SIGNET_WIRE_DTYP_ACCESS_MASK_H
#define SIGNET_WIRE_DTYP_ACCESS_MASK_H

#include <stdint.h>

#define FILE_READ_DATA 0x00000001u
#define FILE_LIST_DIRECTORY 0x00000001u
#define FILE_WRITE_DATA 0x00000002u
#define FILE_ADD_FILE 0x00000002u
#define FILE_APPEND_DATA 0x00000004u
#define FILE_ADD_SUBDIRECTORY 0x00000004u
#define FILE_READ_EA 0x00000008u
#define FILE_WRITE_EA 0x00000010u
#define FILE_EXECUTE 0x00000020u
#define FILE_TRAVERSE 0x00000020u
#define FILE_DELETE_CHILD 0x00000040u
#define FILE_READ_ATTRIBUTES 0x00000080u
#define FILE_WRITE_ATTRIBUTES 0x00000100u
#define ACCESS_DELETE 0x00010000u
#define ACCESS_READ_CONTROL 0x00020000u
#define ACCESS_WRITE_DAC 0x00040000u
#define ACCESS_WRITE_OWNER 0x00080000u
#define ACCESS_SYNCHRONIZE 0x00100000u
#define ACCESS_SYSTEM_SECURITY 0x01000000u
#define ACCESS_MAXIMUM_ALLOWED 0x02000000u
#define ACCESS_GENERIC_ALL 0x10000000u
#define ACCESS_GENERIC_EXECUTE 0x20000000u
#define ACCESS_GENERIC_WRITE 0x40000000u
#define ACCESS_GENERIC_READ 0x80000000u
#define ACCESS_GENERIC_MASK 0xF0000000u

#define FILE_GENERIC_READ 0x00120089u
#define FILE_GENERIC_WRITE 0x00120116u
#define FILE_GENERIC_EXECUTE 0x001200A0u
#define FILE_ALL_ACCESS 0x001F01FFu
// Bits that a client may ask for; any other one is reserved (MS-SMB2 3.3.5.9: ACCESS_DENIED).
#define FILE_ACCESS_VALID_MASK 0xF31F01FFu

struct generic_mapping {
	uint32_t read, write, execute, all;
};

extern const struct generic_mapping generic_mapping_file;

// Replaces the generic bits with what they stand for; all other bits stay.
uint32_t access_mask_map(uint32_t mask, const struct generic_mapping *mapping);

#endif
