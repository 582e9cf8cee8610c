// SPDX-License-Identifier: Apache-2.0
// Stands in for libFuzzer's main: gives each file of a corpus folder to the target once, and each
// prefix and some mutations of it, so that an input that ever crashed stays a test.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_LEN_MAX = 1 << 20, PREFIXES_MAX = 300, FLIPS = 200 };

// In an allocation of exactly its size, so that a sanitizer sees a read beyond its end.
static void try_input(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	if (copy == NULL)
		abort();
	memcpy(copy, data, len);
	(void)LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static void try_variants(uint8_t *data, size_t len)
{
	try_input(data, len);
	for (size_t i = 0; i < len && i < PREFIXES_MAX; i++)
		try_input(data, i);
	unsigned int seed = (unsigned int)len;
	for (int i = 0; i < FLIPS && len > 0; i++) {
		size_t at = (size_t)rand_r(&seed) % len;
		uint8_t was = data[at];
		data[at] = (uint8_t)rand_r(&seed);
		try_input(data, len);
		data[at] = was;
	}
}

static int replay_file(const char *dir, const char *name)
{
	static uint8_t data[INPUT_LEN_MAX];
	char path[4096];
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "rb");
	if (f == NULL) {
		perror(path);
		return 1;
	}
	size_t len = fread(data, 1, sizeof(data), f);
	(void)fclose(f);
	try_variants(data, len);
	return 0;
}

int main(int argc, char **argv)
{
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	if (dir == NULL) {
		(void)fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]);
		return 2;
	}
	int failed = 0;
	int files = 0;
	for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
		if (e->d_name[0] == '.')
			continue;
		failed |= replay_file(argv[1], e->d_name);
		files++;
	}
	(void)closedir(dir);
	(void)printf("%d inputs\n", files);
	return failed != 0 || files == 0;
}
