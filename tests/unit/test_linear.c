/*
 * The linear models through the text room's door: learning, what is learnt, files that are refused, and texts that nobody writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samtale/text.h"

#define ARENA ((size_t)64 << 20)

static const char pack[] = "pack 1 en\nskip um\nrule sorry -> empathy.apology 1\n| sorry\nrule later -> signal later\n| later\n";

/* What is said, and whether it is advice. */
static const struct {
    const char *text;
    bool advice;
} said[] = {
    {"you should try the blue valve first", true},
    {"the invoice was sent on monday", false},
    {"my advice is to try the valve", true},
    {"we are open until nine", false},
    {"you should turn the valve slowly", true},
    {"your order was sent on monday", false},
    {"i advise you to try the blue one", true},
    {"the invoice is open", false},
    {"you should try it slowly", true},
    {"it was sent until nine on monday", false},
    {"my advice is to turn it first", true},
    {"we sent the order", false},
    {"you should try my advice", true},
    {"the order is open until monday", false},
    {"try the blue valve", true},
    {"we are open on monday", false},
};

static struct sam_packs *compile(const struct sam_span *model)
{
    struct sam_pack_source sources[2] = {{.name = "en.pack", .text = sam_span_of(pack)}, {.name = "site.model"}};
    struct sam_packs *packs = NULL;
    struct sam_err err = {0};
    if (model != NULL)
        sources[1].text = *model;
    if (sam_packs_new(sources, model == NULL ? 1 : 2, &packs, &err) != SAM_OK)
        fail_msg("%s", err.text);
    return packs;
}

struct pupil {
    struct sam_lessons *lessons;
    struct sam_lesson lesson;
};

static uint32_t learn(void *self, const struct sam_passage *passage, float score[SAM_LABELS], struct sam_fired *evidence, uint32_t room)
{
    struct pupil *pupil = self;
    struct sam_err err;
    (void)score;
    (void)evidence;
    (void)room;
    assert_true(passage->features_n > 0);
    assert_int_equal(sam_lessons_add(pupil->lessons, passage, &pupil->lesson, &err), SAM_OK);
    return 0;
}

static void mark(const struct sam_packs *packs, const struct sam_turn *turns, size_t n, const struct sam_watch *watch,
                 struct sam_arena *arena, struct sam_marks *marks)
{
    struct sam_marking in = {.turns = turns, .n = n, .declared = SAM_LANGUAGE_EN, .fixed = true, .watch = watch};
    struct sam_err err;
    assert_int_equal(sam_packs_mark(packs, &in, arena, marks, &err), SAM_OK);
}

/* A model that has learnt what is said above. */
static struct sam_buf trained(void)
{
    struct sam_packs *packs = compile(NULL);
    struct pupil pupil = {.lessons = sam_lessons_new()};
    struct sam_watch watch = {.features = true, .passage = learn, .self = &pupil};
    struct sam_arena *arena = sam_arena_new(ARENA);
    struct sam_train_settings settings = sam_train_defaults();
    struct sam_buf out = sam_buf_of((size_t)4 << 20);
    struct sam_err err;
    assert_non_null(pupil.lessons);
    for (size_t i = 0; i < SAM_COUNT(said) * 2; i++) {
        struct sam_turn turn = {.text = sam_span_of(said[i / 2].text), .role = SAM_ROLE_AGENT};
        struct sam_marks marks;
        pupil.lesson =
            (struct sam_lesson){.labels = said[i / 2].advice ? UINT32_C(1) << SAM_ADVICE : 0, .group = (int32_t)(i % 2), .weight = 1};
        mark(packs, &turn, 1, &watch, arena, &marks);
    }
    assert_int_equal(sam_train(pupil.lessons, &settings, &out, &err), SAM_OK);
    sam_lessons_free(pupil.lessons);
    sam_arena_free(arena);
    sam_packs_free(packs);
    return out;
}

static void test_learning(void **state)
{
    (void)state;
    struct sam_buf model = trained(), again = trained();
    struct sam_span file = sam_buf_get(&model);
    assert_true(sam_span_equal(file, sam_buf_get(&again)));
    struct sam_packs *packs = compile(&file);
    struct sam_arena *arena = sam_arena_new(ARENA);
    struct sam_turn advice = {.i = 4, .text = SAM_SPAN("maybe you should try the blue valve"), .role = SAM_ROLE_AGENT};
    struct sam_turn none = {.i = 5, .text = SAM_SPAN("the invoice was sent on monday"), .role = SAM_ROLE_AGENT};
    struct sam_marks marks;
    mark(packs, &none, 1, NULL, arena, &marks);
    assert_int_equal(marks.n, 0);
    mark(packs, &advice, 1, NULL, arena, &marks);
    assert_true(marks.n > 0);
    for (size_t i = 0; i < marks.n; i++) {
        assert_int_equal(marks.at[i].label, SAM_ADVICE);
        assert_int_equal(marks.at[i].i, 4);
        assert_true(marks.at[i].start < marks.at[i].end && marks.at[i].end <= advice.text.len);
        assert_true(sam_span_starts(marks.at[i].rule, "model."));
    }
    sam_arena_free(arena);
    sam_packs_free(packs);
    sam_buf_free(&model);
    sam_buf_free(&again);
}

/* A conversation for the course: an agent who advises or does not, long enough ago that nothing but the course tells, then thanks. */
#define COURSE_TURNS 5
static void converse(size_t i, struct sam_turn turns[COURSE_TURNS])
{
    static const char *const words[] = {"the number is on the letter", "i have it here", "and the name on it", "well thank you for that"};
    turns[0] = (struct sam_turn){.text = sam_span_of(said[i].text), .role = SAM_ROLE_AGENT};
    for (int k = 1; k < COURSE_TURNS; k++)
        turns[k] = (struct sam_turn){.i = k, .text = sam_span_of(words[k - 1]), .role = k % 2 == 0 ? SAM_ROLE_AGENT : SAM_ROLE_CUSTOMER};
}

/* The number of turn 3's passage tells labels apart that its words do not. */
static uint32_t learn_course(void *self, const struct sam_passage *passage, float score[SAM_LABELS], struct sam_fired *evidence,
                             uint32_t room)
{
    struct pupil *pupil = self;
    struct sam_lesson kept = pupil->lesson;
    if (passage->turn != 0)
        pupil->lesson.labels &= ~(UINT32_C(1) << SAM_ADVICE);
    if (passage->turn != 3)
        pupil->lesson.labels &= ~(UINT32_C(1) << SAM_CUE_SATISFACTION);
    learn(pupil, passage, score, evidence, room);
    pupil->lesson = kept;
    return 0;
}

static void test_course(void **state)
{
    struct sam_packs *packs = compile(NULL);
    struct pupil pupil = {.lessons = sam_lessons_new()};
    struct sam_watch watch = {.features = true, .passage = learn_course, .self = &pupil};
    struct sam_arena *arena = sam_arena_new(ARENA);
    struct sam_train_settings settings = sam_train_defaults();
    struct sam_buf out = sam_buf_of((size_t)4 << 20);
    struct sam_turn turns[COURSE_TURNS];
    struct sam_marks marks;
    struct sam_err err;
    (void)state;
    assert_non_null(pupil.lessons);
    for (uint32_t i = 0; i < 10 * SAM_COUNT(said); i++) {
        bool advice = said[i % SAM_COUNT(said)].advice;
        pupil.lesson = (struct sam_lesson){.labels = advice ? UINT32_C(1) << SAM_ADVICE | UINT32_C(1) << SAM_CUE_SATISFACTION : 0,
                                           .group = (int32_t)(i / SAM_COUNT(said) % 3),
                                           .weight = 1,
                                           .conversation = i};
        converse(i % SAM_COUNT(said), turns);
        mark(packs, turns, COURSE_TURNS, &watch, arena, &marks);
    }
    assert_int_equal(sam_train(pupil.lessons, &settings, &out, &err), SAM_OK);
    sam_packs_free(packs);
    struct sam_span model = sam_buf_get(&out);
    packs = compile(&model);
    for (size_t i = 0; i < SAM_COUNT(said); i++) {
        uint32_t thanks = 0;
        converse(i, turns);
        mark(packs, turns, COURSE_TURNS, NULL, arena, &marks);
        for (size_t k = 0; k < marks.n; k++)
            thanks += marks.at[k].label == SAM_CUE_SATISFACTION && marks.at[k].turn == 3 ? 1 : 0;
        assert_int_equal(thanks > 0, said[i].advice);
    }
    sam_packs_free(packs);
    sam_lessons_free(pupil.lessons);
    sam_arena_free(arena);
    sam_buf_free(&out);
}

static bool marked(const struct sam_packs *packs, struct sam_span text)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    struct sam_turn turn = {.text = text, .role = SAM_ROLE_AGENT};
    struct sam_marks marks;
    mark(packs, &turn, 1, NULL, arena, &marks);
    size_t n = marks.n;
    sam_arena_free(arena);
    return n > 0;
}

/* Where no rule speaks for a label, its model must say what the pack asks for. */
static void test_alone(void **state)
{
    (void)state;
    static const char site[] = "pack 1 en\nlabel advice threshold 1 alone 50\nrule friend -> advice 0.1\n| friend\n";
    struct sam_buf model = trained();
    struct sam_pack_source sources[3] = {{.name = "en.pack", .text = sam_span_of(pack)},
                                         {.name = "site.model", .text = sam_buf_get(&model)},
                                         {.name = "site.pack", .text = sam_span_of(site)}};
    struct sam_packs *packs = NULL;
    struct sam_err err = {0};
    if (sam_packs_new(sources, 3, &packs, &err) != SAM_OK)
        fail_msg("%s", err.text);
    assert_false(marked(packs, SAM_SPAN("maybe you should try the blue valve")));
    assert_true(marked(packs, SAM_SPAN("maybe you should try the blue valve friend")));
    assert_false(marked(packs, SAM_SPAN("the invoice was sent on monday friend")));
    sam_packs_free(packs);
    sam_buf_free(&model);
}

/* Where the rules alone would mark a label, less may be asked of its model; who then asks for more is not given less. */
static void test_backed(void **state)
{
    (void)state;
    static const char *const sites[] = {
        "pack 1 en\nlabel advice threshold 0.1\nrule friend -> advice 0.1\n| friend\n",
        "pack 1 en\nlabel advice threshold 0.1 backed -50\nrule friend -> advice 0.1\n| friend\n",
        "pack 1 en\nlabel advice backed -50\nlabel advice threshold 0.1\nrule friend -> advice 0.1\n| friend\n"};
    static const bool heard[] = {false, true, false};
    struct sam_buf model = trained();
    for (size_t i = 0; i < SAM_COUNT(sites); i++) {
        struct sam_pack_source sources[3] = {{.name = "en.pack", .text = sam_span_of(pack)},
                                             {.name = "site.model", .text = sam_buf_get(&model)},
                                             {.name = "site.pack", .text = sam_span_of(sites[i])}};
        struct sam_packs *packs = NULL;
        struct sam_err err = {0};
        if (sam_packs_new(sources, 3, &packs, &err) != SAM_OK)
            fail_msg("%s", err.text);
        assert_int_equal(marked(packs, SAM_SPAN("the invoice was sent on monday friend")), heard[i]);
        assert_false(marked(packs, SAM_SPAN("the invoice was sent on monday")));
        sam_packs_free(packs);
    }
    sam_buf_free(&model);
}

/* The routine question explores no need, and who explores one proposes nothing yet. */
static void test_contradictions(void **state)
{
    (void)state;
    static const char rules[] = "pack 1 en\nrule n -> clarify.need 1\n| whatfor\nrule q -> question.closed 1\n| question\n"
                                "rule c -> closing.anything_else 1\n| otherwise\nrule p -> offer.product 1\n| product\n";
    static const struct {
        const char *text;
        bool need, product;
    } cases[] = {{"question whatfor", true, false},
                 {"question otherwise whatfor", false, false},
                 {"question product", false, true},
                 {"question whatfor product", true, false},
                 {"otherwise product", false, true}};
    struct sam_pack_source source = {.name = "en.pack", .text = sam_span_of(rules)};
    struct sam_packs *packs = NULL;
    struct sam_err err = {0};
    if (sam_packs_new(&source, 1, &packs, &err) != SAM_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < SAM_COUNT(cases); i++) {
        struct sam_arena *arena = sam_arena_new(ARENA);
        struct sam_turn turn = {.text = sam_span_of(cases[i].text), .role = SAM_ROLE_AGENT};
        struct sam_marks marks;
        bool need = false, product = false;
        mark(packs, &turn, 1, NULL, arena, &marks);
        for (size_t k = 0; k < marks.n; k++) {
            need = need || marks.at[k].label == SAM_CLARIFY_NEED;
            product = product || marks.at[k].label == SAM_OFFER_PRODUCT;
        }
        assert_int_equal(need, cases[i].need);
        assert_int_equal(product, cases[i].product);
        sam_arena_free(arena);
    }
    sam_packs_free(packs);
}

static void refused(struct sam_span model, const char *says)
{
    struct sam_pack_source sources[2] = {{.name = "en.pack", .text = sam_span_of(pack)}, {.name = "site.model", .text = model}};
    struct sam_packs *packs = NULL;
    struct sam_err err = {0};
    assert_int_equal(sam_packs_new(sources, 2, &packs, &err), SAM_BAD_INPUT);
    assert_null(packs);
    if (strstr(err.text, says) == NULL || strstr(err.text, "site.model:") == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, says);
}

/* The model with one text in its head put in another's place. */
static void altered(struct sam_span model, const char *what, const char *by, const char *says)
{
    struct sam_buf buf = sam_buf_of((size_t)4 << 20);
    size_t len = strlen(what), at = 0;
    while (at + len < model.len && memcmp(model.at + at, what, len) != 0)
        at++;
    assert_true(at + len < model.len);
    sam_buf_add(&buf, model.at, at);
    sam_buf_text(&buf, by);
    sam_buf_add(&buf, model.at + at + len, model.len - at - len);
    refused(sam_buf_get(&buf), says);
    sam_buf_free(&buf);
}

static void test_refused(void **state)
{
    (void)state;
    struct sam_buf buf = trained();
    struct sam_span model = sam_buf_get(&buf);
    altered(model, "samtaled model 1", "samtaled model 2", "the first line must be");
    altered(model, "features ", "features 9", "made for other features");
    altered(model, "features ", "# ", "must stand before the numbers");
    altered(model, "buckets ", "buckets 1", "another number of buckets");
    altered(model, "label advice", "label unknown", "a label that there is not");
    altered(model, " scale ", " size ", "was expected");
    altered(model, " slope ", " incline ", "was expected");
    altered(model, "bias ", "bias 1e99", "was expected");
    altered(model, "data ", "data 1", "not as many");
    altered(model, "\n\n", "\n\nx", "not as many");
    altered(model, "data ", "date ", "no line of a model begins");
    for (size_t cut = 17; cut < 400; cut++)
        refused((struct sam_span){model.at, cut}, ":");
    refused((struct sam_span){model.at, model.len - 1}, "not as many");
    buf.at[buf.len - 1] ^= 1;
    refused(sam_buf_get(&buf), "damaged");
    sam_buf_free(&buf);
}

/* Marks n turns of one text, agent and customer in turn. */
static void bear(const struct sam_packs *packs, struct sam_span text, size_t n)
{
    struct sam_arena *arena = sam_arena_new((size_t)256 << 20);
    struct sam_turn *turns = sam_arena_array(arena, n, sizeof *turns);
    struct sam_marks marks;
    assert_non_null(turns);
    for (size_t i = 0; i < n; i++)
        turns[i] = (struct sam_turn){.i = (int32_t)i, .text = text, .role = i % 2 == 0 ? SAM_ROLE_AGENT : SAM_ROLE_CUSTOMER};
    mark(packs, turns, n, NULL, arena, &marks);
    for (size_t i = 0; i < marks.n; i++)
        assert_true(marks.at[i].start < marks.at[i].end && marks.at[i].end <= text.len);
    sam_arena_free(arena);
}

static void test_odd_conversations(void **state)
{
    static const char *const texts[] = {"\xD8\xB4\xD9\x83\xD8\xB1\xD8\xA7 \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
                                        "\xF0\x9F\x98\x80\xF0\x9F\x98\xA1",
                                        "12 3456 7890 11",
                                        "?!?! ... --- \xC2\xA0",
                                        "a\xCC\x88\xCC\x88o\xCC\x8A \xFF\xFE",
                                        ""};
    struct sam_buf model = trained(), word = sam_buf_of((size_t)2 << 20);
    struct sam_span file = sam_buf_get(&model);
    struct sam_packs *packs = compile(&file);
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(texts); i++)
        bear(packs, sam_span_of(texts[i]), 9);
    bear(packs, SAM_SPAN("you should try the valve, sorry"), 100000);
    for (size_t i = 0; i < (size_t)1 << 20; i++)
        sam_buf_text(&word, "v");
    bear(packs, sam_buf_get(&word), 2); /* a word of 1 MB */
    sam_buf_clear(&word);
    while (word.len < (size_t)1 << 20)
        sam_buf_text(&word, "you should try sorry later ");
    bear(packs, sam_buf_get(&word), 2); /* a turn of 1 MB that never ends */
    sam_packs_free(packs);
    sam_buf_free(&model);
    sam_buf_free(&word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learning),         cmocka_unit_test(test_course),         cmocka_unit_test(test_alone),
        cmocka_unit_test(test_backed),           cmocka_unit_test(test_contradictions), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_odd_conversations)};
    return cmocka_run_group_tests_name("linear", tests, NULL, NULL);
}
