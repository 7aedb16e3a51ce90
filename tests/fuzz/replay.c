/*
 * Runs a fuzz target without libFuzzer, for coverage: every file of the folders given, whole, cut short at each byte, and with each byte in
 * turn become another. The target's own checks hold for each.
 *
 * usage: replay FOLDER...
 */
#include "samtale/base.h"

#include <dirent.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of just its size, so that a sanitizer sees a read behind the end. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    SAM_MUST(copy);
    if (size > 0)
        memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

/* What each byte becomes: what ends, opens, separates and counts in the formats read here, and no text at all. */
static const char others[] = "\0\n \"-,:;/.|{}[]()<>@=*+#&\\09zA\xff";

static void run_damaged(uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t was = data[i];
        run(data, i);
        data[i] = (uint8_t)others[i % (sizeof others - 1)];
        run(data, size);
        data[i] = (uint8_t)others[(i * 7 + 3) % (sizeof others - 1)];
        run(data, size);
        data[i] = was;
    }
    run(data, size);
}

static unsigned run_folder(const char *folder)
{
    static uint8_t data[FILE_MAX];
    unsigned n = 0;
    DIR *dir = opendir(folder);
    SAM_MUST(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *file = fopen(path, "rb");
        SAM_MUST(file);
        run_damaged(data, fread(data, 1, sizeof data, file));
        (void)fclose(file);
        n++;
    }
    (void)closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    unsigned n = 0;
    for (int i = 1; i < argc; i++)
        n += run_folder(argv[i]);
    printf("%u files, whole and damaged\n", n);
    return n > 0 ? 0 : 1;
}
