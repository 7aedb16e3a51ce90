/*
 * The matcher against a plain one: random patterns over a few words are compiled, random texts marked; a rule must fire exactly where
 * trying every way from every word finds its pattern and not its exception, and what it reports must be one of those ways.
 */
#include "samtale/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ITEMS    8
#define PATTERNS 420
#define FORMS    4 /* of one stem, behind the plain words */
#define SKIPPED  2 /* the first of the plain words */
#define LEADS    2 /* the next */
#define CLAUSES  1
#define LONG     100
#define PART     128
#define PIECES   3

static uint64_t state;
static uint32_t below(uint32_t n)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state >> 33) % n);
}

/* ---- words -------------------------------------------------------------------------------------------------------------- */

static const char *const forms[FORMS] = {"hus", "huset", "husene", "husets"};
static uint32_t plain_n; /* plain words "bXXa", then the forms */

static void word_text(uint32_t word, char out[16])
{
    if (word >= plain_n)
        (void)snprintf(out, 16, "%s", forms[word - plain_n]);
    else
        (void)snprintf(out, 16, "%s%c%c",
                       word % 3 == 0   ? "ki"
                       : word % 3 == 1 ? "be"
                                       : "bemu",
                       'b' + (int)(word / 16), 'b' + (int)(word % 16));
}

static uint64_t hashes[256];

static uint32_t word_of(uint64_t hash)
{
    uint32_t word = 0;
    while (word < plain_n + FORMS && hashes[word] != hash)
        word++;
    return word;
}

/* ---- patterns ------------------------------------------------------------------------------------------------------------ */

enum kind { WORDS, STEM, PREFIX, ASKED, ANY, GAP, NOT, CLAUSE_START, CLAUSE_END, TURN_START, TURN_END };
struct item {
    enum kind kind;
    bool optional;
    uint32_t words[4], n; /* of WORDS and NOT; n of GAP too */
    const char *prefix;
};
struct pattern {
    struct item items[ITEMS];
    uint32_t n;
};
static struct pattern patterns[PATTERNS], exceptions[PATTERNS]; /* exceptions: "unless-turn", of no items when there is none */
static uint32_t patterns_n, items_most = 4;                     /* patterns; items of one, without what add_not and "?" add */

static void random_words(struct item *item)
{
    item->n = 1 + (below(2) == 0 ? below(4) : 0);
    for (uint32_t i = 0; i < item->n; i++)
        item->words[i] = below(plain_n + FORMS);
}

static struct item random_item(void)
{
    struct item item = {.kind = WORDS};
    uint32_t what = below(20);
    if (what == 0)
        item.kind = STEM;
    else if (what == 1)
        item = (struct item){.kind = PREFIX, .prefix = (const char *[]){"be", "bemu", "hu", "husen"}[below(4)]};
    else if (what == 2)
        item.kind = ANY;
    else if (what <= 5)
        item = (struct item){.kind = GAP, .n = 1 + below(4)};
    else if (what <= 7)
        item.kind = CLAUSE_START + below(4);
    else
        random_words(&item);
    item.optional = (item.kind == WORDS || item.kind == ANY) && below(5) == 0;
    return item;
}

static void add_not(struct pattern *pattern)
{
    pattern->items[pattern->n] = (struct item){.kind = NOT};
    random_words(&pattern->items[pattern->n++]);
}

static void random_pattern(struct pattern *pattern)
{
    uint32_t n = 1 + below(items_most), must = below(n);
    pattern->n = 0;
    if (must == 0 && below(4) == 0)
        add_not(pattern);
    for (uint32_t i = 0; i < n; i++) {
        struct item item = random_item();
        if (i == must) {
            item = (struct item){.kind = WORDS};
            random_words(&item);
        }
        pattern->items[pattern->n++] = item;
    }
    if (must == n - 1 && below(4) == 0)
        add_not(pattern);
    else if (below(8) == 0)
        pattern->items[pattern->n++] = (struct item){.kind = ASKED};
}

static void write_words(const struct item *item, struct sam_buf *out)
{
    char name[16];
    sam_buf_text(out, "(");
    for (uint32_t i = 0; i < item->n; i++) {
        word_text(item->words[i], name);
        sam_buf_printf(out, "%s%s", i == 0 ? "" : "|", name);
    }
    sam_buf_text(out, ")");
}

static void write_item(const struct item *item, struct sam_buf *out)
{
    static const char *const signs[] = {
        [CLAUSE_START] = "<", [CLAUSE_END] = ">", [TURN_START] = "<<", [TURN_END] = ">>", [ASKED] = "?", [ANY] = "_", [STEM] = "hus~"};
    sam_buf_text(out, item->optional ? " [" : item->kind == NOT ? " !" : " ");
    if (item->kind == WORDS || item->kind == NOT)
        write_words(item, out);
    else if (item->kind == GAP)
        sam_buf_printf(out, "..%u", item->n);
    else if (item->kind == PREFIX)
        sam_buf_printf(out, "%s*", item->prefix);
    else
        sam_buf_text(out, signs[item->kind]);
    sam_buf_text(out, item->optional ? "]" : "");
}

static void write_pack(struct sam_buf *out)
{
    static const struct {
        const char *line;
        uint32_t n;
    } lists[] = {{"skip", SKIPPED}, {"lead", LEADS}, {"clause", CLAUSES}};
    char name[16];
    uint32_t word = 0;
    sam_buf_text(out, "pack 1 da\n");
    for (size_t i = 0; i < SAM_COUNT(lists); i++) {
        sam_buf_text(out, lists[i].line);
        for (uint32_t k = 0; k < lists[i].n; k++) {
            word_text(word++, name);
            sam_buf_printf(out, " %s", name);
        }
        sam_buf_text(out, "\n");
    }
    for (uint32_t i = 0; i < patterns_n; i++) {
        sam_buf_printf(out, "rule r%u -> question.open\n  |", i);
        for (uint32_t k = 0; k < patterns[i].n; k++)
            write_item(&patterns[i].items[k], out);
        sam_buf_text(out, exceptions[i].n > 0 ? "\n  unless-turn" : "");
        for (uint32_t k = 0; k < exceptions[i].n; k++)
            write_item(&exceptions[i].items[k], out);
        sam_buf_text(out, "\n");
    }
}

/* ---- the plain matcher --------------------------------------------------------------------------------------------------- */

static const struct sam_token *tokens;
static uint32_t tokens_n, words[4096];

static bool stepped(uint32_t at)
{
    return (tokens[at].flags & SAM_TOKEN_SKIP) != 0 || tokens[at].kind == SAM_TOKEN_ASKED;
}

static bool of_words(const struct item *item, uint32_t at)
{
    for (uint32_t i = 0; i < item->n; i++) {
        if (item->words[i] == words[at])
            return true;
    }
    return false;
}

static bool is(const struct item *item, uint32_t at)
{
    char name[16];
    if (item->kind == ASKED || tokens[at].kind == SAM_TOKEN_ASKED)
        return item->kind == ASKED && tokens[at].kind == SAM_TOKEN_ASKED;
    if (item->kind == ANY || words[at] == plain_n + FORMS)
        return item->kind == ANY;
    word_text(words[at], name);
    if (item->kind == PREFIX)
        return strncmp(name, item->prefix, strlen(item->prefix)) == 0;
    return item->kind == STEM ? words[at] >= plain_n : of_words(item, at);
}

static bool boundary(enum kind kind, uint32_t at)
{
    if (kind == CLAUSE_START || kind == TURN_START)
        return at < tokens_n && (tokens[at].flags & (kind == CLAUSE_START ? SAM_TOKEN_OPEN : SAM_TOKEN_FIRST)) != 0;
    if (kind == CLAUSE_END)
        return at == tokens_n || (tokens[at].flags & SAM_TOKEN_CLAUSE) != 0 || tokens[at].kind == SAM_TOKEN_ASKED;
    while (at < tokens_n && stepped(at))
        at++;
    return at == tokens_n;
}

static bool sentence_goes_on(uint32_t at)
{
    return at < tokens_n && at > 0 && tokens[at].before != SAM_BREAK_SENTENCE;
}

static bool piece_goes_on(uint32_t at)
{
    return sentence_goes_on(at) && tokens[at].piece == tokens[at - 1].piece;
}

/* What "!" must not find beside the word at at, to its left or right, over what is stepped over. */
static bool stands_beside(const struct item *item, uint32_t at, int side)
{
    for (;;) {
        if (!piece_goes_on(side > 0 ? at + 1 : at))
            return false;
        at = side > 0 ? at + 1 : at - 1;
        if (of_words(item, at))
            return true;
        if (!stepped(at))
            return false;
    }
}

/* One way being tried. */
struct way {
    const struct pattern *pattern;
    bool begun;                     /* a word was taken */
    uint32_t first, last;           /* from the first item on, words or anchor, to the last; first is UINT32_MAX before there is one */
    uint32_t want_first, want_last; /* UINT32_MAX: any */
};

static bool fits(struct way way, uint32_t k, uint32_t at, uint32_t gap);

/* Whether the rest fits when the place moves on by one word that no item takes. */
static bool moved(struct way way, uint32_t k, uint32_t at, uint32_t gap)
{
    bool inside = !way.begun ? at < tokens_n && (at + 1 == tokens_n || tokens[at + 1].before != SAM_BREAK_SENTENCE) : sentence_goes_on(at);
    if (!inside || (!stepped(at) && gap == 0))
        return false;
    return fits(way, k, at + 1, stepped(at) ? gap : gap - 1);
}

/* Whether the way, all items fitted, is one that is wanted. */
static bool wanted(const struct way *way)
{
    return way->begun && (way->want_first == UINT32_MAX || (way->first == way->want_first && way->last == way->want_last));
}

/* Whether a word or a place between words is what item k wants; *way with it then. */
static bool taken(struct way *way, const struct item *item, uint32_t at)
{
    const struct item *head = &way->pattern->items[0];
    bool anchor = item->kind >= CLAUSE_START, reached = at < tokens_n && (!way->begun || sentence_goes_on(at));
    if (anchor ? !boundary(item->kind, at) : !reached || !is(item, at))
        return false;
    if (!anchor && !way->begun && head->kind == NOT && stands_beside(head, at, -1))
        return false;
    way->first = way->first == UINT32_MAX ? at : way->first;
    way->last = anchor ? at - 1 : at;
    way->begun = way->begun || !anchor;
    return true;
}

/* Whether items from k on fit with the next word at at; gap words may be passed. */
static bool fits(struct way way, uint32_t k, uint32_t at, uint32_t gap)
{
    const struct item *item = &way.pattern->items[k];
    struct way on = way;
    if (k == way.pattern->n)
        return wanted(&way);
    if (item->kind == GAP)
        return fits(way, k + 1, at, gap + item->n);
    if (item->kind == NOT)
        return (k == 0 || !stands_beside(item, way.last, 1)) && fits(way, k + 1, at, gap);
    if (taken(&on, item, at) && fits(on, k + 1, item->kind >= CLAUSE_START ? at : at + 1, 0))
        return true;
    return moved(way, k, at, gap) || (item->optional && fits(way, k + 1, at, gap));
}

/* @param first, last  UINT32_MAX: anywhere */
static bool plainly(const struct pattern *pattern, uint32_t first, uint32_t last)
{
    for (uint32_t at = 0; at < tokens_n; at++) {
        if (fits((struct way){pattern, false, UINT32_MAX, 0, first, last}, 0, at, 0))
            return true;
    }
    return false;
}

/* ---- both ----------------------------------------------------------------------------------------------------------------- */

struct seen {
    uint32_t fired, silent;
};

static uint32_t compare(void *self, const struct sam_passage *passage, float score[SAM_LABELS], struct sam_fired *evidence, uint32_t room)
{
    struct seen *seen = self;
    uint32_t at = 0;
    (void)score;
    (void)evidence;
    (void)room;
    tokens = passage->tokens;
    tokens_n = passage->tokens_n;
    for (uint32_t i = 0; i < tokens_n; i++) {
        words[i] = word_of(tokens[i].hash);
        assert_true(i > 0 ? piece_goes_on(i) || (tokens[i].flags & SAM_TOKEN_CLAUSE) != 0 : true);
    }
    for (uint32_t i = 0; i < patterns_n; i++) {
        bool fired = at < passage->fired_n && passage->fired[at].number == i;
        bool excepted = exceptions[i].n > 0 && plainly(&exceptions[i], UINT32_MAX, UINT32_MAX);
        if (fired != (!excepted && plainly(&patterns[i], UINT32_MAX, UINT32_MAX)))
            fail_msg("rule %u %s", i, fired ? "fired without its pattern" : "did not fire");
        for (; at < passage->fired_n && passage->fired[at].number == i; at++) { /* once in each piece */
            if (!plainly(&patterns[i], passage->fired[at].first, passage->fired[at].last))
                fail_msg("rule %u: words %u to %u are no way of its pattern", i, passage->fired[at].first, passage->fired[at].last);
        }
        seen->fired += fired ? 1 : 0;
        seen->silent += fired ? 0 : 1;
    }
    assert_int_equal(at, passage->fired_n);
    return 0;
}

/* In a long one words of patterns stand only where one part of a sentence ends. */
static void random_text(struct sam_buf *out, uint32_t n)
{
    char name[16];
    for (uint32_t i = 0; i < n; i++) {
        uint32_t sign = below(n > LONG ? 4000 : 12);
        if (n > LONG && (i + 4) % PART > 8) {
            sam_buf_text(out, "xyz ");
            continue;
        }
        word_text(below(8) == 0 ? below(SKIPPED + LEADS + CLAUSES) : below(8) == 0 ? plain_n + below(FORMS) : below(plain_n), name);
        sam_buf_printf(out, "%s%s ", name, sign == 0 ? "." : sign == 1 ? "," : sign == 2 ? "?" : "");
    }
}

static void hash_words(void)
{
    struct sam_arena *arena = sam_arena_new((size_t)1 << 20);
    struct sam_words list = {NULL, 0, 0};
    struct sam_err err;
    char name[16];
    for (uint32_t i = 0; i < plain_n + FORMS; i++) {
        word_text(i, name);
        assert_int_equal(sam_words_add(&list, sam_span_of(name), 0, arena, &err), SAM_OK);
        hashes[i] = list.at[list.n - 1].hash;
    }
    assert_int_equal(list.n, plain_n + FORMS);
    sam_arena_free(arena);
}

/* Texts are said at once, or in two or three pieces. */
static void mark_texts(const struct sam_packs *packs, uint32_t texts, uint32_t longest, struct seen *seen)
{
    struct sam_arena *arena = sam_arena_new((size_t)16 << 20);
    const struct sam_watch watch = {.passage = compare, .self = seen};
    for (uint32_t i = 0; i < texts; i++) {
        struct sam_buf texts_of[PIECES];
        struct sam_turn turns[PIECES];
        struct sam_marks marks;
        struct sam_err err;
        uint32_t pieces = below(2) == 0 ? 1 : 2 + below(PIECES - 1);
        for (uint32_t k = 0; k < pieces; k++) {
            texts_of[k] = sam_buf_of(1 << 20);
            random_text(&texts_of[k], 1 + below(longest));
            turns[k] = (struct sam_turn){.i = (int32_t)k, .text = sam_buf_get(&texts_of[k]), .role = SAM_ROLE_AGENT};
        }
        struct sam_marking in = {.turns = turns, .n = pieces, .declared = SAM_LANGUAGE_DA, .fixed = true, .watch = &watch};
        sam_arena_reset(arena);
        assert_int_equal(sam_packs_mark(packs, &in, arena, &marks, &err), SAM_OK);
        for (uint32_t k = 0; k < pieces; k++)
            sam_buf_free(&texts_of[k]);
    }
    sam_arena_free(arena);
}

/* One pack of n random patterns over some words, and random texts of at most so many words. */
static void one_pack(uint32_t n, uint32_t words_n, uint32_t texts, uint32_t longest, struct seen *seen)
{
    struct sam_buf pack = sam_buf_of(1 << 20);
    struct sam_packs *packs = NULL;
    struct sam_err err;
    plain_n = words_n;
    patterns_n = n;
    for (uint32_t i = 0; i < n; i++) {
        random_pattern(&patterns[i]);
        exceptions[i].n = 0;
        if (below(4) == 0)
            random_pattern(&exceptions[i]);
    }
    hash_words();
    write_pack(&pack);
    const struct sam_pack_source source = {.name = "random.pack", .text = sam_buf_get(&pack)};
    if (sam_packs_new(&source, 1, &packs, &err) != SAM_OK)
        fail_msg("%s", err.text);
    mark_texts(packs, texts, longest, seen);
    sam_packs_free(packs);
    sam_buf_free(&pack);
}

static void few_patterns(void **unused)
{
    struct seen seen = {0, 0};
    (void)unused;
    state = 1;
    for (int i = 0; i < 40; i++)
        one_pack(30, 24, 20, 24, &seen);
    assert_true(seen.fired > 2000 && seen.silent > 2000);
}

/* More sets of words than there are tests for them: several share one. */
static void many_patterns(void **unused)
{
    struct seen seen = {0, 0};
    (void)unused;
    state = 2;
    for (int i = 0; i < 2; i++)
        one_pack(PATTERNS, 200, 100, 60, &seen);
    assert_true(seen.fired > 1000 && seen.silent > 1000);
}

/* Sentences longer than what is looked at together. */
static void long_sentences(void **unused)
{
    struct seen seen = {0, 0};
    (void)unused;
    state = 3;
    for (int i = 0; i < 20; i++)
        one_pack(30, 24, 20, 600, &seen);
    assert_true(seen.fired > 1000 && seen.silent > 1000);
}

/* Patterns that reach farther than the places that a test can name, over few words, so that they are met all the same. */
static void long_patterns(void **unused)
{
    struct seen seen = {0, 0};
    (void)unused;
    state = 4;
    items_most = ITEMS - 2;
    for (int i = 0; i < 40; i++)
        one_pack(30, 7, 20, 40, &seen);
    items_most = 4;
    assert_true(seen.fired > 2000 && seen.silent > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(few_patterns), cmocka_unit_test(many_patterns), cmocka_unit_test(long_sentences),
                                       cmocka_unit_test(long_patterns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
