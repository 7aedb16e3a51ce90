/*
 * reading FILE...: how fast each reader is. Every file is read over and over; bytes a second of CPU time are summed by the format that
 * reading found, beside a plain scan of the same bytes in memory (memchr for a byte that is not there), and beside the whole path of what
 * was read but for the database: masking, the canonical form, joining and scoring. The best of five rounds counts.
 */
#include "samtale/join.h"
#include "samtale/privacy.h"
#include "samtale/read.h"
#include "samtale/score.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FORMATS_MAX 64
#define EACH_BYTES  (4U << 20) /* read of a file in a round */
#define PATH_LESS   16         /* so many times less of it goes the whole path, which takes longer */

struct row {
    const char *format;
    size_t files;
    double bytes, read_s, scan_s, path_s; /* path: of what comes behind reading */
};
struct path {
    const struct sam_scorer *scorer;
    struct sam_mask mask;
    struct sam_buf buf;
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

/* Masks, writes, joins and scores what was read: a run of parts with one id is a conversation. */
static void go_on(struct path *path, const struct sam_read_result *read, struct sam_arena *arena)
{
    const struct sam_part **parts = sam_arena_array(arena, read->parts_n, sizeof *parts);
    struct sam_conversation conversation;
    struct sam_score score;
    struct sam_err err;
    SAM_MUST(parts);
    sam_buf_clear(&path->buf);
    for (size_t i = 0, n = 0; i < read->parts_n; i++) {
        struct sam_part *part = &read->parts[i];
        SAM_MUST(sam_mask_part(&path->mask, part, arena, &err) == SAM_OK);
        sam_part_write(part, &path->buf);
        parts[n++] = part;
        if (i + 1 < read->parts_n && sam_span_equal(part->external_id, read->parts[i + 1].external_id))
            continue;
        SAM_MUST(sam_join(parts, n, arena, &conversation, &err) == SAM_OK);
        SAM_MUST(sam_score(path->scorer, &conversation, arena, &score, &err) == SAM_OK);
        n = 0;
    }
}

/* Reads the body times over. @param path  NULL: only reads; else behind_s is what the rest took @return the format, or NULL when it was
 * refused */
static const char *read_over(struct sam_span name, struct sam_span body, size_t times, struct sam_arena *arena, struct path *path,
                             double *behind_s)
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
        if (!path)
            continue;
        double began = cpu_s();
        go_on(path, &result, arena);
        *behind_s += cpu_s() - began;
    }
    return result.format;
}

static void scan_over(struct sam_span body, size_t times)
{
    static void *(*volatile scan)(const void *, int, size_t) = memchr; /* by a pointer, or the compiler scans once */
    for (size_t i = 0; i < times; i++)
        (void)scan(body.at, 1, body.len);
}

static void measure(struct sam_span name, struct sam_span body, struct sam_arena *arena, struct path *path)
{
    size_t times = body.len > 0 ? EACH_BYTES / body.len + 1 : 0;
    double read_s = 1e9, scan_s = 1e9, path_s = 1e9, started;
    const char *format = times > 0 ? read_over(name, body, 1, arena, NULL, NULL) : NULL;
    if (!format)
        return;
    for (int round = 0; round < 5; round++) {
        started = cpu_s();
        (void)read_over(name, body, times, arena, NULL, NULL);
        read_s = cpu_s() - started < read_s ? cpu_s() - started : read_s;
        started = cpu_s();
        scan_over(body, times);
        scan_s = cpu_s() - started < scan_s ? cpu_s() - started : scan_s;
        double behind_s = 0;
        size_t fewer = times / PATH_LESS + 1;
        (void)read_over(name, body, fewer, arena, path, &behind_s);
        behind_s *= (double)times / (double)fewer;
        path_s = behind_s < path_s ? behind_s : path_s;
    }
    struct row *row = row_of(format);
    row->files++;
    row->bytes += (double)body.len * (double)times;
    row->read_s += read_s;
    row->scan_s += scan_s;
    row->path_s += path_s;
}

int main(int argc, char **argv)
{
    struct sam_arena *arena = sam_arena_new((size_t)1 << 30);
    static char bytes[1 << 20];
    static const uint8_t key[SAM_MASK_KEY_BYTES] = {1};
    const struct sam_score_settings settings = sam_score_defaults();
    struct sam_scorer *scorer = NULL;
    struct sam_err err;
    SAM_MUST(sam_scorer_new(&settings, NULL, 0, &scorer, &err) == SAM_OK);
    struct path path = {scorer, sam_mask_of(key), sam_buf_of(256U << 20)};
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file)
            continue; /* gone since the list was made */
        size_t n = fread(bytes, 1, sizeof(bytes), file);
        (void)fclose(file);
        if (n < sizeof(bytes)) /* a cut file would be another one */
            measure(sam_span_of(strrchr(argv[i], '/') ? strrchr(argv[i], '/') + 1 : argv[i]), (struct sam_span){bytes, n}, arena, &path);
    }
    (void)printf("%-20s %5s %10s %12s %10s %12s\n", "reading", "files", "MB/s", "scan MB/s", "of a scan", "of the path");
    for (size_t i = 0; i < rows_n; i++)
        (void)printf("%-20s %5zu %10.0f %12.0f %9.2f%% %11.1f%%\n", rows[i].format, rows[i].files, rows[i].bytes / rows[i].read_s / 1e6,
                     rows[i].bytes / rows[i].scan_s / 1e6, 100 * rows[i].scan_s / rows[i].read_s,
                     100 * rows[i].read_s / (rows[i].read_s + rows[i].path_s));
    sam_buf_free(&path.buf);
    sam_scorer_free(scorer);
    sam_arena_free(arena);
    return 0;
}
