/*
 * The text floor under fuzzing: any bytes are turns of a conversation. Tokens lie in order inside their text; marks name turns that exist
 * and places inside them; scoring twice gives the same.
 */
#include "samtale/score.h"

#include <string.h>

#define TURNS 64

static struct sam_scorer *scorer;

static void check_words(struct sam_arena *arena, struct sam_span text)
{
    struct sam_words words = {NULL, 0, 0};
    struct sam_err err;
    uint32_t at = 0, cp = 0, all = (uint32_t)sam_utf8_count(text);
    SAM_MUST(sam_words_add(&words, text, 3, arena, &err) == SAM_OK);
    for (size_t i = 0; i < words.n; i++) {
        const struct sam_token *token = &words.at[i];
        SAM_MUST(token->hash != 0 && token->piece == 3 && token->bytes > 0 && token->end > token->start);
        SAM_MUST(token->at >= at && token->start >= cp && token->at + token->bytes <= text.len && token->end <= all);
        at = token->at + token->bytes;
        cp = token->end;
    }
}

/* Lines are turns; the first byte of each says who speaks. */
static size_t turns_of(struct sam_span text, struct sam_turn turns[TURNS])
{
    struct sam_span line;
    size_t n = 0;
    while (n < TURNS && sam_span_line(&text, &line)) {
        unsigned char who = line.len > 0 ? (unsigned char)line.at[0] : 0;
        enum sam_role role = who % 8 == 7 ? SAM_ROLE_UNKNOWN : who % 2 == 0 ? SAM_ROLE_AGENT : SAM_ROLE_CUSTOMER;
        turns[n] = (struct sam_turn){.i = (int32_t)n, .party = -1, .role = role, .text = line};
        n++;
    }
    return n;
}

static void score_twice(struct sam_arena *arena, struct sam_span text)
{
    struct sam_turn turns[TURNS];
    struct sam_conversation conversation = {.turns = turns, .turns_n = turns_of(text, turns)};
    struct sam_buf written[2] = {sam_buf_of(1 << 24), sam_buf_of(1 << 24)};
    for (int k = 0; k < 2; k++) {
        struct sam_score score;
        struct sam_err err;
        SAM_MUST(sam_score(scorer, &conversation, arena, &score, &err) == SAM_OK);
        for (size_t i = 0; i < score.findings_n; i++) {
            const struct sam_finding *finding = &score.findings[i];
            SAM_MUST(finding->turn >= 0 && (size_t)finding->turn < conversation.turns_n);
            SAM_MUST(finding->start < finding->end && finding->end <= sam_utf8_count(turns[finding->turn].text));
        }
        sam_score_write(scorer, SAM_SPAN("x"), &score, &written[k]);
    }
    SAM_MUST(!written[0].failed && sam_span_equal(sam_buf_get(&written[0]), sam_buf_get(&written[1])));
    sam_buf_free(&written[0]);
    sam_buf_free(&written[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sam_err err;
    struct sam_score_settings settings = sam_score_defaults();
    if (scorer == NULL)
        SAM_MUST(sam_scorer_new(&settings, NULL, 0, &scorer, &err) == SAM_OK);
    struct sam_arena *arena = sam_arena_new((size_t)256 << 20);
    SAM_MUST(arena);
    struct sam_span text = {(const char *)data, size};
    check_words(arena, text);
    score_twice(arena, text);
    sam_arena_free(arena);
    return 0;
}
