// SPDX-License-Identifier: Apache-2.0
#include "wire/dtyp/access_mask.h"

const struct generic_mapping generic_mapping_file = {
	.read = FILE_GENERIC_READ,
	.write = FILE_GENERIC_WRITE,
	.execute = FILE_GENERIC_EXECUTE,
	.all = FILE_ALL_ACCESS,
};

uint32_t access_mask_map(uint32_t mask, const struct generic_mapping *mapping)
{
	uint32_t mapped = mask & ~ACCESS_GENERIC_MASK;
	if (mask & ACCESS_GENERIC_READ)
		mapped |= mapping->read;
	if (mask & ACCESS_GENERIC_WRITE)
		mapped |= mapping->write;
	if (mask & ACCESS_GENERIC_EXECUTE)
		mapped |= mapping->execute;
	if (mask & ACCESS_GENERIC_ALL)
		mapped |= mapping->all;
	return mapped;
}
