/*
 * stages N: CPU and memory of each pure room a conversation, over N conversations, without a database. The least of five rounds counts.
 */
#include "texts.h"

/* ---- the pure rooms, one after another on this thread ------------------------------------------------------------------------- */

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { READ, MASK, WRITE, JOIN, SCORE, STAGES };

static void stages_once(const struct sam_scorer *scorer, const struct sam_mask *mask, struct sam_span message, struct sam_arena *arena,
                        struct sam_buf *buf, double *spent, double *kept)
{
    const struct sam_read_settings settings = sam_read_defaults();
    const struct sam_read_input input = {SAM_NO_SPAN, SAM_NO_SPAN, SAM_SPAN("application/json"), SAM_NO_SPAN, message};
    const struct sam_part *parts[4];
    struct sam_conversation conversation;
    struct sam_read_result read;
    struct sam_score score;
    struct sam_err err;
    double at[STAGES + 1];
    size_t used[STAGES + 1] = {0};
    bool done = true;
    at[READ] = cpu_s();
    done = done && sam_read(&settings, &input, arena, &read, &err) == SAM_OK && read.parts_n <= SAM_COUNT(parts);
    at[MASK] = cpu_s();
    used[MASK] = sam_arena_used(arena);
    for (size_t i = 0; done && i < read.parts_n; i++) {
        done = sam_mask_part(mask, &read.parts[i], arena, &err) == SAM_OK;
        parts[i] = &read.parts[i];
    }
    at[WRITE] = cpu_s();
    used[WRITE] = sam_arena_used(arena);
    for (size_t i = 0; done && i < read.parts_n; i++)
        sam_part_write(&read.parts[i], buf);
    at[JOIN] = cpu_s();
    used[JOIN] = sam_arena_used(arena);
    done = done && sam_join(parts, read.parts_n, arena, &conversation, &err) == SAM_OK;
    at[SCORE] = cpu_s();
    used[SCORE] = sam_arena_used(arena);
    done = done && sam_score(scorer, &conversation, arena, &score, &err) == SAM_OK;
    at[STAGES] = cpu_s();
    used[STAGES] = sam_arena_used(arena);
    if (!done)
        die("stages", err.text);
    for (int i = 0; i < STAGES; i++)
        spent[i] += at[i + 1] - at[i];
    for (int i = 0; i < STAGES; i++)
        kept[i] += (double)(used[i + 1] - used[i]);
}

static void stages(uint64_t n)
{
    static const char *const names[STAGES] = {"read", "mask", "write", "join", "score"};
    static const uint8_t key[SAM_MASK_KEY_BYTES] = {1};
    const struct sam_mask mask = sam_mask_of(key);
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    struct sam_buf message = sam_buf_of(1 << 20), buf = sam_buf_of(1 << 20);
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_scorer *scorer = NULL;
    double least[STAGES] = {0}, kept[STAGES] = {0}, bytes = 0;
    struct sam_err err;
    if (sam_scorer_new(&settings, NULL, 0, &scorer, &err) != SAM_OK)
        die("scorer", err.text);
    for (int round = 0; round < 5; round++) {
        double spent[STAGES] = {0};
        bytes = 0;
        for (uint64_t id = 1; id <= n; id++) {
            put_message(&message, id, 0);
            bytes += (double)message.len;
            sam_arena_reset(arena);
            sam_buf_clear(&buf);
            stages_once(scorer, &mask, sam_buf_get(&message), arena, &buf, spent, kept);
        }
        for (int i = 0; i < STAGES; i++)
            least[i] = round == 0 || spent[i] < least[i] ? spent[i] : least[i];
    }
    (void)printf("message %.0f B; CPU us a conversation, least of 5:", bytes / (double)n);
    for (int i = 0; i < STAGES; i++)
        (void)printf(" %s %.1f", names[i], least[i] * 1e6 / (double)n);
    (void)printf("; KiB of its arena:");
    for (int i = 0; i < STAGES; i++)
        (void)printf(" %s %.1f", names[i], kept[i] / 1024 / 5 / (double)n);
    (void)printf("\n");
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage", "stages N");
    load_texts();
    stages(strtoull(argv[1], NULL, 10));
    return 0;
}
