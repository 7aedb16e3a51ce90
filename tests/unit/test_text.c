/*
 * The text room through its door: words, languages, packs and their faults, marking.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samtale/text.h"

#include "sweep.h"

#define ARENA ((size_t)64 << 20)

static struct sam_words words_of(struct sam_arena *arena, struct sam_span text)
{
    struct sam_words words = {NULL, 0, 0};
    struct sam_err err;
    assert_int_equal(sam_words_add(&words, text, 0, arena, &err), SAM_OK);
    return words;
}

/* Whether two texts are the same words. */
static void same(const char *a, const char *b)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    struct sam_words x = words_of(arena, sam_span_of(a)), y = words_of(arena, sam_span_of(b));
    assert_int_equal(x.n, y.n);
    for (size_t i = 0; i < x.n; i++)
        assert_true(x.at[i].hash == y.at[i].hash && x.at[i].kind == y.at[i].kind);
    sam_arena_free(arena);
}

static void test_fold(void **state)
{
    (void)state;
    same("BL\xC3\x85 \xC3\x98L", "bl\xC3\xA5 \xC3\xB8l"); /* case */
    same("f\xC3\xA5r", "faar");                           /* a-ring, aa */
    same("bla\xCC\x8A", "bl\xC3\xA5");                    /* combining ring */
    same("\xC3\xA4r b\xC3\xB6r", "\xC3\xA6r b\xC3\xB8r"); /* Swedish and Danish letters */
    same("soeg aegte", "s\xC3\xB8g \xC3\xA6gte");         /* two letters for one */
    same("caf\xC3\xA9 id\xC3\xA9", "cafe ide");           /* other accents */
    same("don\xE2\x80\x99t I\xE2\x80\x99m", "dont im");   /* apostrophes */
    same("of\xEF\xAC\x81"
         "ce",
         "office");                     /* a ligature */
    same("12.345,50 og 4g", "7 og 99"); /* all numbers are one word */
    same("#### ## ####", "[NAME]");     /* masks are one word, and touching ones one token */
    same("<name> here", "[NAME] here"); /* as anonymised transcripts write them */
}

/* Next number of a sequence that is the same every time. */
static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % below;
}

/* Appends a word of letters that may be halves of one another. */
static void add_letters(struct sam_buf *text, uint32_t *seed)
{
    static const char *const letters[] = {"a", "e", "o", "A", "E", "O", "\xC3\xA5", "\xC3\xA4", "a\xCC\x88", "A\xCC\x8A", "o\xCC\x88", "b"};
    uint32_t n = 1 + draw(seed, 9);
    for (uint32_t i = 0; i < n; i++)
        sam_buf_text(text, letters[draw(seed, SAM_COUNT(letters))]);
    sam_buf_text(text, "b"); /* a mark at its end is not of the word */
}

static uint32_t code_points(struct sam_span text)
{
    uint32_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += ((unsigned char)text.at[i] & 0xC0) != 0x80 ? 1 : 0;
    return n;
}

/* A word is the same word wherever it stands, and stands where it says; its folded form is the same word again. */
static void test_words_in_places(void **state)
{
    static const char *const between[] = {" ", "  ", ", ", ". ", "? ", "\n", " - ", " \xE2\x80\x93 "};
    struct sam_arena *arena = sam_arena_new(ARENA);
    uint32_t seed = 7;
    (void)state;
    for (int round = 0; round < 4000; round++, sam_arena_reset(arena)) {
        struct sam_buf text = sam_buf_of(4096);
        size_t at[8], end[8], n = 1 + draw(&seed, 8), found = 0;
        for (size_t i = 0; i < n; i++) {
            at[i] = sam_buf_get(&text).len;
            add_letters(&text, &seed);
            end[i] = sam_buf_get(&text).len;
            if (i + 1 < n)
                sam_buf_text(&text, between[draw(&seed, SAM_COUNT(between))]);
        }
        struct sam_span all = sam_buf_get(&text);
        struct sam_words words = words_of(arena, all);
        for (size_t i = 0; i < words.n; i++) {
            const struct sam_token *token = &words.at[i];
            if (token->kind == SAM_TOKEN_ASKED)
                continue;
            struct sam_span word = {all.at + at[found], end[found] - at[found]};
            char folded[64];
            struct sam_words alone = words_of(arena, word);
            struct sam_words again = words_of(arena, (struct sam_span){folded, sam_fold_word(word, folded, sizeof folded)});
            assert_true(alone.n == 1 && again.n == 1);
            assert_true(token->hash == alone.at->hash && token->hash == again.at->hash);
            assert_int_equal(token->at, at[found]);
            assert_int_equal(token->bytes, word.len);
            assert_int_equal(token->start, code_points((struct sam_span){all.at, at[found]}));
            assert_int_equal(token->end, token->start + code_points(word));
            found++;
        }
        assert_int_equal(found, n);
        sam_buf_free(&text);
    }
    sam_arena_free(arena);
}

static void test_not_the_same(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    (void)state;
    struct sam_words words = words_of(arena, sam_span_of("bar b\xC3\xA5r b\xC3\xB8r b\xC3\xA6r 12 # ?"));
    for (size_t i = 0; i < words.n; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(words.at[i].hash != words.at[k].hash);
    sam_arena_free(arena);
}

static void test_places(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    struct sam_span text = sam_span_of("\xC3\x85h, nej! Har du\n\ndet? www.dsb.dk");
    (void)state;
    struct sam_words w = words_of(arena, text);
    static const struct {
        uint32_t start, end;
        enum sam_break before;
        enum sam_token_kind kind;
    } wanted[] = {{0, 2, SAM_BREAK_NONE, SAM_TOKEN_WORD},       {4, 7, SAM_BREAK_CLAUSE, SAM_TOKEN_WORD},
                  {9, 12, SAM_BREAK_SENTENCE, SAM_TOKEN_WORD},  {13, 15, SAM_BREAK_NONE, SAM_TOKEN_WORD},
                  {17, 20, SAM_BREAK_SENTENCE, SAM_TOKEN_WORD}, {20, 21, SAM_BREAK_NONE, SAM_TOKEN_ASKED},
                  {22, 25, SAM_BREAK_SENTENCE, SAM_TOKEN_WORD}, {26, 29, SAM_BREAK_NONE, SAM_TOKEN_WORD},
                  {30, 32, SAM_BREAK_NONE, SAM_TOKEN_WORD}};
    assert_int_equal(w.n, SAM_COUNT(wanted));
    for (size_t i = 0; i < w.n; i++) {
        assert_int_equal(w.at[i].start, wanted[i].start);
        assert_int_equal(w.at[i].end, wanted[i].end);
        assert_int_equal(w.at[i].before, wanted[i].before);
        assert_int_equal(w.at[i].kind, wanted[i].kind);
    }
    assert_true(sam_span_equal((struct sam_span){text.at + w.at[0].at, w.at[0].bytes}, sam_span_of("\xC3\x85h")));
    sam_arena_free(arena);
}

static void test_odd_texts(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    (void)state;
    size_t size = (size_t)1 << 20;
    char *big = malloc(size);
    assert_non_null(big);
    memset(big, 'a', size);
    assert_int_equal(words_of(arena, (struct sam_span){big, size}).n, 1); /* one word of a megabyte */
    memset(big, '?', size);
    assert_int_equal(words_of(arena, (struct sam_span){big, size}).n, 0);
    for (size_t i = 0; i < size; i += 2)
        big[i] = 'a';
    assert_true(words_of(arena, (struct sam_span){big, size}).n <= SAM_WORDS_MAX);
    free(big);
    assert_int_equal(words_of(arena, sam_span_of("")).n, 0);
    assert_int_equal(words_of(arena, SAM_NO_SPAN).n, 0);
    assert_int_equal(words_of(arena, sam_span_of("\xF0\x9F\x98\x80 \xF0\x9F\x98\x80")).n, 0);                 /* emoji */
    assert_int_equal(words_of(arena, sam_span_of("\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xD9\x85\xD8\xB1")).n, 2); /* Hebrew, Arabic */
    assert_int_equal(words_of(arena, sam_span_of("a\xFF"
                                                 "b\xC3"))
                         .n,
                     2); /* wrong bytes separate */
    sam_arena_free(arena);
}

/* ---- packs ------------------------------------------------------------------------------------------------------------ */

static struct sam_packs *compile(const char *text)
{
    struct sam_pack_source source = {.name = "x.pack", .text = sam_span_of(text)};
    struct sam_packs *packs = NULL;
    struct sam_err err = {SAM_OK, ""};
    if (sam_packs_new(&source, 1, &packs, &err) != SAM_OK)
        fail_msg("%s", err.text);
    return packs;
}

static void refused(const char *text, const char *says)
{
    struct sam_pack_source source = {.name = "x.pack", .text = sam_span_of(text)};
    struct sam_packs *packs = NULL;
    struct sam_err err = {SAM_OK, ""};
    enum sam_code code = sam_packs_new(&source, 1, &packs, &err);
    assert_true(code == SAM_BAD_INPUT || code == SAM_TOO_LARGE);
    assert_null(packs);
    if (!sam_span_starts(sam_span_of(err.text), says))
        fail_msg("\"%s\" does not begin with \"%s\"", err.text, says);
}

static void test_faults(void **state)
{
    (void)state;
    refused("", "x.pack:1:1: the file is empty");
    refused("pack 2 da\n", "x.pack:1:1: the first line");
    refused("pack 1 fr\n", "x.pack:1:8: a pack is for");
    refused("pack 1 da\nrull x\n", "x.pack:2:1: no line begins with this word");
    refused("pack 1 da\nrule x -> question.opne\n", "x.pack:2:11: no label has this name");
    refused("pack 1 da\n| hvad\n", "x.pack:2:2: this belongs to a rule");
    refused("pack 1 da\nrule x -> advice\n  | [hvad]\n", "x.pack:3:5: this could match without any word");
    refused("pack 1 da\nrule x -> advice\n  | hvad .. du\n", "x.pack:3:10: a gap without a bound");
    refused("pack 1 da\nrule x -> advice\n  | hvad ..99 du\n", "x.pack:3:10: a gap holds 1 to 20");
    refused("pack 1 da\nrule x -> advice\n  | (hvad | du\n", "x.pack:3:5: this ( is not closed");
    refused("pack 1 da\nrule x -> advice\n  | hvad ) du\n", "x.pack:3:10: this bracket was not opened");
    refused("pack 1 da\nrule x -> advice\n  | \xC3\xA5h @nix\n", "x.pack:3:8: there is no class");
    refused("pack 1 da\nrule x -> advice\n  | a !b c\n", "x.pack:3:5: ! stands only");
    refused("pack 1 da\nrule x -> advice\n  | kun 18\n", "x.pack:3:9: all numbers are one word");
    refused("pack 1 da\nrule x -> advice\n  | a b\nrule x -> advice\n", "x.pack:4:6: this file has a rule");
    refused("pack 1 da\nrule x -> advice\n  | hvad\n  when turns x\n", "x.pack:4:14: a whole number");
    refused("pack 1 da\nrule x -> advice\n  | hvad\n  when after nix within 2\n", "x.pack:4:14: no label and no signal");
    refused("pack 1 da\nrule x -> advice\n  | hvad\n  yes hvor\n", "x.pack:4:7: rule da.advice.x does not match its example");
    refused("pack 1 da\nrule x -> advice\n  | hvad\n  no hvad\n", "x.pack:4:6: rule da.advice.x must not match its example");
    refused("pack 1 da\nrule x -> advice\n  | (a|b c) (a|b c) (a|b c) (a|b c) (a|b c) (a|b c) (a|b c) (a|b c) (a|b c) (a|b c)\n",
            "x.pack:3:");
}

/* Everything the pattern language has, said by its examples: compiling runs them. */
static void test_language(void **state)
{
    (void)state;
    sam_packs_free(
        compile("pack 1 da\n"
                "class @pron = jeg du\n"
                "class @big = stor | meget stor\n"
                "skip \xC3\xB8h\n"
                "lead ja og\n"
                "clause og\n"
                "rule words -> advice\n  | (kan|vil) @pron [lige] hj\xC3\xA6lpe\n"
                "  yes kan du hj\xC3\xA6lpe\n  yes vil \xC3\xB8h jeg \xC3\xB8h lige hjaelpe\n  no kan han hj\xC3\xA6lpe\n  no kan du "
                "s\xC3\xA5 hj\xC3\xA6lpe\n"
                "rule gap -> advice\n  | hvad ..2 tid\n  yes hvad tid\n  yes hvad var en tid\n  no hvad er det for en tid\n  no hvad. tid\n"
                "rule ways -> advice\n  | en @big bil\n  yes en meget stor bil\n  yes en stor bil\n  no en meget bil\n"
                "rule stem -> advice\n  | opsigelse~\n  yes opsigelser\n  no opsige\n"
                "rule prefix -> advice\n  | forsikr*\n  yes forsikringerne\n  no sikring\n"
                "rule prefix_in -> advice\n  | forsikring*\n  yes forsikringerne\n  no forsikrer\n"
                "rule clause -> advice\n  | < har du\n  yes ja og har du\n  yes nu, har du\n  no nu har du\n"
                "rule ends -> advice\n  | det er fint >\n  yes det er fint og s\xC3\xA5 videre\n  no det er fint nok\n"
                "rule turn -> advice\n  | << navn >>\n  yes ja navn\n  no dit navn\n  no navn her\n"
                "rule not -> advice\n  | !ikke kommer !for\n  yes den kommer snart\n  no den ikke kommer\n  no den kommer for sent\n"
                "rule asked -> advice\n  | hus ..3 ?\n  yes et hus her?\n  no et hus. her?\n"
                "rule number -> advice\n  | koster #\n  yes koster 99\n  yes koster ####\n  no koster meget\n"
                "rule gap_anchor -> advice\n  | << ..2 konto ..1 >>\n  yes jeg har konto\n  yes konto nu\n  no jeg har nu en konto\n  no "
                "konto har jeg nu\n"
                "rule plain -> advice\n  | postnummer\n  when plain\n  yes postnummer tak\n  no postnummer, tak\n  no postnummer.\n"
                "rule any -> advice\n  | fra _ til\n  yes fra her til\n  no fra til\n"
                "rule here -> advice\n  | kan du vente\n  | kan du\n  unless kan du vente\n  yes kan du se\n  no kan du vente\n"
                "rule in_clause -> advice\n  | rejse\n  unless-clause hvis\n  no hvis du skal rejse\n  yes hvis, skal du rejse\n"
                "rule in_turn -> advice\n  | rejse\n  unless-turn hvis\n  no hvis, skal du rejse\n"));
}

static void test_conditions(void **state)
{
    (void)state;
    sam_packs_free(compile("pack 1 da\n"
                           "rule nod -> cue.distress\n  | d\xC3\xB8"
                           "de\n"
                           "rule trost -> empathy.acknowledge\n  | ondt\n  when after cue.distress within 1\n"
                           "  yes min far d\xC3\xB8"
                           "de // det g\xC3\xB8r mig ondt\n  no det g\xC3\xB8r mig ondt\n"
                           "  no min far d\xC3\xB8"
                           "de // okay s\xC3\xA5 noterer jeg det // tak // det g\xC3\xB8r mig ondt\n"
                           "  yes min far d\xC3\xB8"
                           "de // mm // ja // det g\xC3\xB8r mig ondt\n"
                           "rule first -> advice\n  | hej\n  when turns 1\n  yes hej\n  no hej // ja // hej\n"
                           "rule last -> question.closed\n  | hej\n  when turns -1\n  yes hej // ja // hej\n"
                           "rule short -> offer.product\n  | hej\n  when words 1..2\n  yes hej du\n  no hej hej du\n"
                           "rule sig -> signal greet\n  | hej\n"
                           "rule with -> offer.goodwill\n  | du\n  when with greet\n  yes hej du\n  no du\n"
                           "rule without -> flexibility.yes\n  | du\n  when without greet\n  yes du\n  no hej du\n"));
}

static void test_site_pack(void **state)
{
    struct sam_pack_source sources[] = {
        {.name = "da.pack", .text = sam_span_of("pack 1 da\nclass @x = a b\nrule one -> advice 1\n  | @x\nrule two -> advice 1\n  | q\n")},
        {.name = "nn.pack",
         .text = sam_span_of(
             "pack 1 nn\nextends nb\nclass @y += ikkje\nrule nynorsk -> advice 1\n  | @y her\n  yes ikkje her\n  yes ikke her\n")},
        {.name = "nb.pack", .text = sam_span_of("pack 1 nb\nclass @y = ikke\n")},
        {.name = "site.pack",
         .text = sam_span_of("pack 1 da\nclass @x += c\ndrop advice.two\nrule one -> advice 2\n  | @x @x\n  yes a c\n  no a\n")},
    };
    struct sam_packs *packs = NULL;
    struct sam_pack_summary summary;
    struct sam_err err = {SAM_OK, ""};
    (void)state;
    if (sam_packs_new(sources, SAM_COUNT(sources), &packs, &err) != SAM_OK)
        fail_msg("%s", err.text);
    assert_true(sam_packs_summary(packs, SAM_LANGUAGE_DA, &summary));
    assert_int_equal(summary.rules, 1);
    assert_true(sam_packs_summary(packs, SAM_LANGUAGE_NN, &summary));
    assert_int_equal(summary.rules, 1);
    assert_false(sam_packs_summary(packs, SAM_LANGUAGE_SV, &summary));
    sam_packs_free(packs);
}

/* ---- marking ----------------------------------------------------------------------------------------------------------- */

static const char pieces_pack[] =
    "pack 1 da\nrule a -> advice 1\n  | to ord\nrule b -> offer.product 0.6\n  | halv\nrule c -> offer.product 0.6\n  | del\n";

static enum sam_code mark_all(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct sam_segment segments[] = {{.i = 7, .at = 0, .length = 6}, {.i = 9, .at = 7, .length = 9}};
    struct sam_turn turns[] = {
        {.i = 7, .role = SAM_ROLE_AGENT, .text = SAM_SPAN("halv \xC3\xA5 og del to"), .segments = segments, .segments_n = 2},
        {.i = 10, .role = SAM_ROLE_AGENT, .text = SAM_SPAN("ord her")},
        {.i = 11, .role = SAM_ROLE_CUSTOMER, .text = SAM_SPAN("to ord")},
        {.i = 12, .role = SAM_ROLE_AGENT, .text = SAM_SPAN("mm ja")},
    };
    struct sam_marking in = {.turns = turns, .n = SAM_COUNT(turns), .declared = SAM_LANGUAGE_DA, .fixed = true};
    struct sam_marks marks;
    if (sam_packs_mark(data, &in, arena, &marks, err) != SAM_OK)
        return err->code;
    /* "to ord" over the split is one phrase and belongs to where it begins; two halves of a label make one mark. */
    assert_int_equal(marks.n, 2);
    assert_int_equal(marks.at[0].label, SAM_OFFER_PRODUCT);
    assert_int_equal(marks.at[0].i, 7);
    assert_true(marks.at[0].lead);
    assert_int_equal(marks.at[0].start, 0);
    assert_int_equal(marks.at[0].end, 4);
    assert_int_equal(marks.at[1].label, SAM_ADVICE);
    assert_int_equal(marks.at[1].i, 9);
    assert_int_equal(marks.at[1].start, 7); /* cut at its piece's end */
    assert_int_equal(marks.at[1].end, 9);
    assert_int_equal(marks.passages, 3);
    assert_int_equal(marks.turns[0].passage, marks.turns[1].passage);
    assert_false(marks.turns[0].passed_over);
    assert_true(marks.turns[2].passed_over);
    assert_true(marks.turns[3].passed_over);
    return SAM_OK;
}

static void test_pieces(void **state)
{
    struct sam_packs *packs = compile(pieces_pack);
    (void)state;
    assert_true(sweep(mark_all, packs, (size_t)4 << 20) > 3);
    sam_packs_free(packs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold),     cmocka_unit_test(test_words_in_places), cmocka_unit_test(test_not_the_same),
        cmocka_unit_test(test_places),   cmocka_unit_test(test_odd_texts),       cmocka_unit_test(test_faults),
        cmocka_unit_test(test_language), cmocka_unit_test(test_conditions),      cmocka_unit_test(test_site_pack),
        cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
