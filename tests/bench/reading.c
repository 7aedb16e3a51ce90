/*
 * reading FILE...: how fast each reader is. Every file is read over and over; bytes a second of CPU time are summed by the format that
 * reading found, beside a plain scan of the same bytes in memory (memchr for a byte that is not there). The best of five rounds counts.
 */
#include "samtale/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FORMATS_MAX 64
#define EACH_BYTES  (4U << 20) /* read of a file in a round */

struct row {
    const char *format;
    size_t files;
    double bytes, read_s, scan_s;
};
static struct row rows[FORMATS_MAX];
static size_t rows_n;

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct row *row_of(const char *format)
{
    size_t i = 0;
    while (i < rows_n && strcmp(rows[i].format, format) != 0)
        i++;
    SAM_MUST(i < FORMATS_MAX);
    if (i == rows_n)
        rows[rows_n++].format = format;
    return &rows[i];
}

/* Reads the body times over. @return the format, or NULL when it was refused */
static const char *read_over(struct sam_span name, struct sam_span body, size_t times, struct sam_arena *arena)
{
    struct sam_read_settings settings = sam_read_defaults();
    const struct sam_read_input input = {.name = name, .body = body};
    struct sam_read_result result = {.format = NULL};
    struct sam_err err;
    settings.source = SAM_SPAN("bench");
    for (size_t i = 0; i < times; i++) {
        sam_arena_reset(arena);
        if (sam_read(&settings, &input, arena, &result, &err) != SAM_OK)
            return NULL;
    }
    return result.format;
}

static void scan_over(struct sam_span body, size_t times)
{
    static void *(*volatile scan)(const void *, int, size_t) = memchr; /* by a pointer, or the compiler scans once */
    for (size_t i = 0; i < times; i++)
        (void)scan(body.at, 1, body.len);
}

static void measure(struct sam_span name, struct sam_span body, struct sam_arena *arena)
{
    size_t times = body.len > 0 ? EACH_BYTES / body.len + 1 : 0;
    double read_s = 1e9, scan_s = 1e9, started;
    const char *format = times > 0 ? read_over(name, body, 1, arena) : NULL;
    if (!format)
        return;
    for (int round = 0; round < 5; round++) {
        started = cpu_s();
        (void)read_over(name, body, times, arena);
        read_s = cpu_s() - started < read_s ? cpu_s() - started : read_s;
        started = cpu_s();
        scan_over(body, times);
        scan_s = cpu_s() - started < scan_s ? cpu_s() - started : scan_s;
    }
    struct row *row = row_of(format);
    row->files++;
    row->bytes += (double)body.len * (double)times;
    row->read_s += read_s;
    row->scan_s += scan_s;
}

int main(int argc, char **argv)
{
    struct sam_arena *arena = sam_arena_new((size_t)1 << 30);
    static char bytes[1 << 20];
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file)
            continue; /* gone since the list was made */
        size_t n = fread(bytes, 1, sizeof(bytes), file);
        (void)fclose(file);
        if (n < sizeof(bytes)) /* a cut file would be another one */
            measure(sam_span_of(strrchr(argv[i], '/') ? strrchr(argv[i], '/') + 1 : argv[i]), (struct sam_span){bytes, n}, arena);
    }
    (void)printf("%-20s %5s %10s %12s %10s\n", "reading", "files", "MB/s", "scan MB/s", "of a scan");
    for (size_t i = 0; i < rows_n; i++)
        (void)printf("%-20s %5zu %10.0f %12.0f %9.2f%%\n", rows[i].format, rows[i].files, rows[i].bytes / rows[i].read_s / 1e6,
                     rows[i].bytes / rows[i].scan_s / 1e6, 100 * rows[i].scan_s / rows[i].read_s);
    sam_arena_free(arena);
    return 0;
}
