/*
 * score SECONDS: how much text a core scores with packs and models, beside a plain scan of memory; what loading them costs. The turns are
 * those of two conversations of two languages in turn, so that no pack stays in the caches for long. CPU time; medians of five.
 */
#include "texts.h"

#include <malloc.h>

#define ROUNDS 5
#define SCAN   ((size_t)64 << 20)

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double of[ROUNDS])
{
    qsort(of, ROUNDS, sizeof *of, by_size);
    return of[ROUNDS / 2];
}

/* Four turns of one, four turns of the other. */
static struct sam_conversation mixed(const struct text *one, const struct text *other, struct sam_arena *arena, double *bytes)
{
    const struct sam_conversation *of[2] = {&one->conversation, &other->conversation};
    struct sam_conversation made = *of[0];
    size_t at[2] = {0, 0}, all = of[0]->turns_n + of[1]->turns_n;
    made.turns = sam_arena_array(arena, all, sizeof *made.turns);
    made.turns_n = 0;
    if (made.turns == NULL)
        die("score", "no memory");
    for (int side = 0; made.turns_n < all; side = !side) {
        for (int i = 0; i < 4 && at[side] < of[side]->turns_n; i++) {
            *bytes += (double)of[side]->turns[at[side]].text.len;
            made.turns[made.turns_n++] = of[side]->turns[at[side]++];
        }
    }
    return made;
}

static struct sam_conversation *make_all(struct sam_arena *arena, double *bytes)
{
    struct sam_conversation *all = sam_arena_array(arena, texts_n, sizeof *all);
    if (all == NULL)
        die("score", "no memory");
    for (size_t i = 0; i < texts_n; i++) {
        size_t other = (i + 1) % texts_n;
        while (other != i && sam_span_equal(texts[other].language, texts[i].language))
            other = (other + 7) % texts_n;
        all[i] = mixed(&texts[i], &texts[other], arena, bytes);
    }
    return all;
}

static double score_all(const struct sam_scorer *scorer, const struct sam_conversation *all, double bytes, double seconds, size_t *findings)
{
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    double begin = cpu_s(), spent = 0, done = 0;
    for (size_t n = 0; spent < seconds || n % texts_n != 0; n++) {
        struct sam_score score;
        struct sam_err err;
        sam_arena_reset(arena);
        if (sam_score(scorer, &all[n % texts_n], arena, &score, &err) != SAM_OK)
            die("score", err.text);
        *findings += score.findings_n;
        if (n % texts_n == texts_n - 1) {
            done += bytes;
            spent = cpu_s() - begin;
        }
    }
    sam_arena_free(arena);
    return done / spent / 1e6;
}

/* What reading every byte once costs. */
static double scan(double seconds)
{
    unsigned char *memory = malloc(SCAN);
    volatile size_t found = 0;
    double begin = cpu_s(), spent = 0, done = 0;
    if (memory == NULL)
        die("scan", "no memory");
    memset(memory, 'a', SCAN);
    for (begin = cpu_s(); spent < seconds; spent = cpu_s() - begin) {
        size_t n = 0;
        for (size_t i = 0; i < SCAN; i++)
            n += memory[i] == 'e';
        found += n;
        done += (double)SCAN;
    }
    free(memory);
    return done / spent / 1e6;
}

static struct sam_scorer *load(double *ms, double *mib)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_scorer *scorer = NULL;
    struct sam_err err;
    struct mallinfo2 before = mallinfo2();
    double begin = cpu_s();
    if (sam_scorer_new(&settings, NULL, 0, &scorer, &err) != SAM_OK)
        die("scorer", err.text);
    *ms = (cpu_s() - begin) * 1e3;
    struct mallinfo2 after = mallinfo2();
    *mib = (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / 1048576;
    return scorer;
}

int main(int argc, char **argv)
{
    double ms[ROUNDS], mib[ROUNDS], speed[ROUNDS], scanned[ROUNDS], bytes = 0;
    double seconds = argc == 2 ? strtod(argv[1], NULL) : 0;
    struct sam_arena *arena = sam_arena_new((size_t)256 << 20);
    size_t findings = 0;
    if (!(seconds > 0) || arena == NULL)
        die("usage", "score SECONDS");
    load_texts();
    const struct sam_conversation *all = make_all(arena, &bytes);
    for (int round = 0; round < ROUNDS; round++) {
        struct sam_scorer *scorer = load(&ms[round], &mib[round]);
        speed[round] = score_all(scorer, all, bytes, seconds / ROUNDS, &findings);
        scanned[round] = scan(seconds / ROUNDS / 4);
        sam_scorer_free(scorer);
    }
    double scored = median(speed), plain = median(scanned);
    (void)printf("score  %.1f MB/s of text a core with models, mixed-language turns (bar 40); a plain scan of memory %.0f MB/s (1/%.0f)\n",
                 scored, plain, plain / scored);
    (void)printf("load   packs and models in %.0f ms CPU (bar 100), %.1f MiB (bar 32)\n", median(ms), median(mib));
    return findings == 0;
}
