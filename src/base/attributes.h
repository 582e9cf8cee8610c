// SPDX-License-Identifier: Apache-2.0
// Compiler attributes under short names, and the cleanup helpers that make early returns leak-free.
#ifndef SIGNET_BASE_ATTRIBUTES_H
#define SIGNET_BASE_ATTRIBUTES_H

#define WARN_UNUSED __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define UNUSED __attribute__((unused))
#define NORETURN __attribute__((noreturn))
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
