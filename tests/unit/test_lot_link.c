/*
 * Links: parts that go from one conversation to another, and back. Through app's private header, since a whole daemon with a database
 * cannot be swept: each allocation of the work fails once, and the work says no_memory each time and nothing else.
 */
#include "../../src/app/ingest_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sweep.h"

#define ITEMS 2
enum { GUEST, HOST };

/* What a daemon has when it has locked the conversations that one message names. */
struct world {
    struct lot lot;
    struct ingest_scorer scorer;
    struct sam_message message;
    struct lot_message read;
    struct sam_item items[ITEMS];
    struct lot_item more[ITEMS];
    struct sam_stored_part stored[ITEMS][3];
    struct sam_pair link;
};

static struct sam_stored_part part(enum sam_kind kind, const char *id, int64_t version, bool conflict)
{
    return (struct sam_stored_part){
        .kind = kind, .part_id = sam_span_of(id), .version = version, .conflict = conflict, .body = SAM_SPAN("{}"), .hash = {1}};
}

static void world_of(struct world *w, struct sam_arena *arena, int64_t guests_host)
{
    *w = (struct world){.items = {{.source = SAM_SPAN("whisper"), .external_id = SAM_SPAN("w1"), .conversation_id = 7},
                                  {.source = SAM_SPAN("pbx"), .external_id = SAM_SPAN("p1"), .conversation_id = 8}}};
    w->message = (struct sam_message){.kind = SAM_SPAN("link"), .body = SAM_SPAN("[[\"whisper\",\"w1\"],[\"pbx\",\"p1\"]]")};
    w->read.message = &w->message;
    w->lot = (struct lot){.arena = arena,
                          .scorer = &w->scorer,
                          .messages = &w->read,
                          .items = w->items,
                          .more = w->more,
                          .items_n = ITEMS,
                          .locked_n = ITEMS,
                          .batch = {.messages = &w->message, .n = 1}};
    w->items[GUEST].host_id = guests_host;
    for (size_t i = 0; i < ITEMS; i++)
        w->items[i].stored = w->stored[i];
}

/* What lot_decide does with a message of kind "link", but for joining and scoring. */
static enum sam_code decide(struct world *w, struct sam_err *err)
{
    struct lot *lot = &w->lot;
    enum sam_code code = lot_link_read(lot, &w->read);
    if (code != SAM_OK)
        *err = w->read.err;
    if (code == SAM_OK)
        code = lot_link_move(lot, err);
    for (size_t i = 0; code == SAM_OK && i < ITEMS; i++) {
        struct sam_item *item = &w->items[i];
        code = sam_store_merge(item->stored, item->stored_n, w->more[i].incoming, w->more[i].incoming_n, lot->arena, &item->merge, err);
        if (code == SAM_OK && w->more[i].moved)
            code = lot_link_end(lot, item, &w->more[i], err);
    }
    return code == SAM_OK ? lot_link_disputes(lot, err) : code;
}

/* A transcript in two versions' dispute and a survey go to the call; then nothing is left of the guest. */
static enum sam_code goes(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct world *w = data;
    world_of(w, arena, 8);
    w->stored[GUEST][0] = part(SAM_KIND_TRANSCRIPT, "", 3, true);
    w->stored[GUEST][1] = part(SAM_KIND_SURVEY, "q", 1, false);
    w->items[GUEST].stored_n = 2;
    w->stored[HOST][0] = part(SAM_KIND_RECORD, "", 1, false);
    w->items[HOST].stored_n = 1;
    return decide(w, err);
}

/* It was a mistake: what is the guest's in the call comes back, under its own name. */
static enum sam_code comes_back(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct world *w = data;
    world_of(w, arena, 0);
    w->stored[HOST][0] = part(SAM_KIND_RECORD, "", 1, false);
    w->stored[HOST][1] = part(SAM_KIND_TRANSCRIPT, "whisper\x1fw1\x1f", 3, true);
    w->stored[HOST][2] = part(SAM_KIND_TRANSCRIPT, "whisper\x1fw2\x1f", 3, false);
    w->items[HOST].stored_n = 3;
    return decide(w, err);
}

static void parts_go_with_their_disputes(void **state)
{
    struct world w;
    struct sam_err err;
    struct sam_arena *arena = sam_arena_new(1U << 20);
    (void)state;
    assert_int_equal(goes(arena, &w, &err), SAM_OK);
    assert_int_equal(w.items[HOST].merge.parts_n, 3);
    assert_true(w.items[GUEST].gone && !w.items[HOST].gone);
    assert_int_equal(w.items[GUEST].merge.drop_n, 2);
    assert_int_equal(w.items[GUEST].moved_n, 1);
    assert_true(sam_span_is(w.items[GUEST].moved[0].to_part_id, "whisper\x1fw1\x1f") && w.items[GUEST].moved[0].kept);
    assert_int_equal(w.items[GUEST].moved[0].from_id, 7);
    assert_int_equal(w.items[GUEST].moved[0].to_id, 8);
    assert_int_equal(w.lot.counts.moved, 1);
    assert_int_equal(comes_back(arena, &w, &err), SAM_OK);
    assert_int_equal(w.items[GUEST].merge.parts_n, 1);
    assert_true(sam_span_is(w.items[GUEST].merge.parts[0].part_id, ""));
    assert_int_equal(w.items[HOST].merge.parts_n, 2); /* another guest stays */
    assert_int_equal(w.items[HOST].moved_n, 1);
    sam_arena_free(arena);
}

/* A message that is out of date: the database knows of another host by now. */
static void a_message_out_of_date_moves_nothing(void **state)
{
    struct world w;
    struct sam_err err;
    struct sam_arena *arena = sam_arena_new(1U << 20);
    (void)state;
    world_of(&w, arena, 99);
    w.stored[GUEST][0] = part(SAM_KIND_TRANSCRIPT, "", 3, true);
    w.items[GUEST].stored_n = 1;
    assert_int_equal(decide(&w, &err), SAM_OK);
    assert_int_equal(w.items[GUEST].merge.parts_n, 1);
    assert_int_equal(w.items[HOST].merge.parts_n + w.items[GUEST].moved_n + w.lot.counts.moved, 0);
    w.message.body = SAM_SPAN("[[\"a\",\"b\"],[\"a\"]]");
    assert_int_equal(decide(&w, &err), SAM_BAD_INPUT);
    assert_string_equal(err.text, "link: it must name at most 3 conversations by source and id");
    sam_arena_free(arena);
}

/* What the database is told of a call and of the transcript that is linked to it. */
static enum sam_code units(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct world *w = data;
    struct sam_leg leg = {.answered = {50, SAM_QUALITY_EXACT}};
    struct sam_turn turn = {.end_ms = sam_int_of(9)};
    struct sam_record record = {.customer_key = SAM_SPAN("k"), .offered = {40, SAM_QUALITY_EXACT}, .legs = &leg, .legs_n = 1};
    struct sam_transcript transcript = {.started = {60, SAM_QUALITY_SECOND}, .turns = &turn, .turns_n = 1, .customer.key = SAM_SPAN("t")};
    const struct sam_part own = {.kind = SAM_KIND_RECORD, .record = &record}, guests = {.kind = SAM_KIND_TRANSCRIPT,
                                                                                        .transcript = &transcript,
                                                                                        .linked = true,
                                                                                        .source = SAM_SPAN("whisper"),
                                                                                        .external_id = SAM_SPAN("w1")};
    const struct sam_part *const parts[] = {&own, &guests, &own};
    world_of(w, arena, 8);
    struct sam_map *index = sam_map_new(arena, 4);
    if (!index)
        return sam_arena_full(arena, err);
    w->scorer.phone_links = (struct sam_pairs){.at = &w->link, .n = 1, .index = index};
    w->link = (struct sam_pair){SAM_SPAN("whisper"), SAM_SPAN("pbx")};
    enum sam_code code = sam_map_put(index, w->link.key, 0, err);
    w->items[HOST].merge.parts_n = SAM_COUNT(parts);
    return code == SAM_OK ? lot_link_units(&w->lot, &w->items[HOST], parts, err) : code;
}

static void the_database_is_told_of_each_unit(void **state)
{
    struct world w;
    struct sam_err err;
    struct sam_arena *arena = sam_arena_new(1U << 20);
    (void)state;
    assert_int_equal(units(arena, &w, &err), SAM_OK);
    assert_int_equal(w.items[HOST].units_n, 2);
    const struct sam_link_unit *unit = w.items[HOST].units;
    assert_true(unit[0].home && sam_span_is(unit[0].source, "pbx") && sam_span_is(unit[0].customer_key, "k"));
    assert_true(unit[0].from_us == 40 && unit[0].to_us == 50);
    assert_true(!unit[1].home && sam_span_is(unit[1].external_id, "w1") && sam_span_is(unit[1].customer_key, "t"));
    assert_true(unit[1].from_us == 60 && unit[1].to_us == 9060);
    w.items[GUEST].source = SAM_SPAN("mail"); /* of no source that is named */
    assert_int_equal(lot_link_units(&w.lot, &w.items[GUEST], NULL, &err), SAM_OK);
    assert_int_equal(w.items[GUEST].units_n, 0);
    sam_arena_free(arena);
}

static void every_allocation_may_fail(void **state)
{
    static struct world w;
    (void)state;
    assert_true(sweep(goes, &w, 1U << 16) > 8);
    assert_true(sweep(comes_back, &w, 1U << 16) > 8);
    assert_true(sweep(units, &w, 1U << 16) > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_go_with_their_disputes),
        cmocka_unit_test(a_message_out_of_date_moves_nothing),
        cmocka_unit_test(the_database_is_told_of_each_unit),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
