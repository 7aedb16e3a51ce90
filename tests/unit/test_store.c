/*
 * The store's decisions, without a database: which parts of a conversation count is a function of the set of parts, however they come.
 */
#include "samtale/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sweep.h"

#define PARTS_MAX 64

/* A database in memory: what part and part_conflict would hold of one conversation. */
struct stored {
    struct sam_stored_part parts[PARTS_MAX], losers[PARTS_MAX];
    size_t parts_n, losers_n;
};

static struct sam_stored_part part_of(enum sam_kind kind, const char *part_id, int64_t version, uint8_t content)
{
    struct sam_stored_part part = {.kind = kind, .part_id = sam_span_of(part_id), .version = version, .body = SAM_SPAN("{}")};
    part.hash[0] = content;
    return part;
}

static bool same_place(const struct sam_stored_part *a, const struct sam_stored_part *b)
{
    return a->kind == b->kind && sam_span_equal(a->part_id, b->part_id);
}

static bool same_part(const struct sam_stored_part *a, const struct sam_stored_part *b)
{
    return same_place(a, b) && a->version == b->version && memcmp(a->hash, b->hash, 16) == 0;
}

/* Takes out those of a list that stand in the place of which; all of that place, or only the very same. */
static void take_out(struct sam_stored_part *list, size_t *n, const struct sam_stored_part *which, bool whole_place)
{
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++)
        if (whole_place ? !same_place(&list[i], which) : !same_part(&list[i], which))
            list[kept++] = list[i];
    *n = kept;
}

/* What sam_store_write does with a merge: drop, surpassed, losers (on conflict do nothing), put. */
static void apply(struct stored *db, const struct sam_merge *merge)
{
    struct stored next = *db;
    for (size_t i = 0; i < merge->drop_n; i++)
        take_out(next.parts, &next.parts_n, merge->drop[i], true);
    for (size_t i = 0; i < merge->surpassed_n; i++)
        take_out(next.losers, &next.losers_n, merge->surpassed[i], true);
    for (size_t i = 0; i < merge->losers_n; i++) {
        take_out(next.losers, &next.losers_n, merge->losers[i], false);
        next.losers[next.losers_n++] = *merge->losers[i];
    }
    for (size_t i = 0; i < merge->put_n; i++) {
        for (size_t k = 0; k < next.parts_n; k++)
            assert_false(same_place(&next.parts[k], merge->put[i])); /* the primary key */
        next.parts[next.parts_n++] = *merge->put[i];
    }
    *db = next;
}

static int by_place(const void *left, const void *right)
{
    const struct sam_stored_part *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int order = sam_span_compare(a->part_id, b->part_id);
    return order != 0 ? order : memcmp(a->hash, b->hash, 16);
}

static void sort(struct stored *db)
{
    qsort(db->parts, db->parts_n, sizeof db->parts[0], by_place);
    qsort(db->losers, db->losers_n, sizeof db->losers[0], by_place);
}

static void assert_same(const struct stored *a, const struct stored *b)
{
    assert_int_equal(a->parts_n, b->parts_n);
    assert_int_equal(a->losers_n, b->losers_n);
    for (size_t i = 0; i < a->parts_n; i++) {
        assert_true(same_part(&a->parts[i], &b->parts[i]));
        assert_int_equal(a->parts[i].conflict, b->parts[i].conflict);
    }
    for (size_t i = 0; i < a->losers_n; i++)
        assert_true(same_part(&a->losers[i], &b->losers[i]));
}

static bool not_above(const struct sam_stored_part *a, const struct sam_stored_part *b)
{
    return a->version != b->version ? a->version < b->version : memcmp(a->hash, b->hash, 16) <= 0;
}

/* Whether all[i] is the first of its kind, none of its place has a newer version, and (best) none of that version a greater hash. */
static void judge(const struct sam_stored_part *all, size_t n, size_t i, bool *first, bool *newest, bool *best)
{
    *first = *newest = *best = true;
    for (size_t k = 0; k < n; k++) {
        if (!same_place(&all[i], &all[k]))
            continue;
        *newest = *newest && all[k].version <= all[i].version;
        *best = *best && not_above(&all[k], &all[i]);
        *first = *first && !(k < i && same_part(&all[i], &all[k]));
    }
}

/* The same said without order: of each place the newest version; of its contents the greatest counts, the others are kept. */
static struct stored expected(const struct sam_stored_part *all, size_t n)
{
    struct stored db = {.parts_n = 0};
    for (size_t i = 0; i < n; i++) {
        bool best, newest, first;
        judge(all, n, i, &first, &newest, &best);
        if (best && first)
            db.parts[db.parts_n++] = all[i];
        else if (newest && first)
            db.losers[db.losers_n++] = all[i];
    }
    for (size_t i = 0; i < db.parts_n; i++)
        for (size_t k = 0; k < db.losers_n; k++)
            db.parts[i].conflict = db.parts[i].conflict || same_place(&db.parts[i], &db.losers[k]);
    sort(&db);
    return db;
}

static void any_order_in_any_batches_stores_the_same(void **state)
{
    (void)state;
    static const enum sam_kind kinds[] = {SAM_KIND_RECORD, SAM_KIND_TRANSCRIPT, SAM_KIND_SURVEY};
    static const char *const ids[] = {"", "a"};
    unsigned random = 1;
    struct sam_err err;
    struct sam_arena *arena = sam_arena_new(1 << 20);
    for (int round = 0; round < 3000; round++) {
        struct sam_stored_part all[24];
        struct stored db = {.parts_n = 0};
        size_t n = 1 + (size_t)rand_r(&random) % SAM_COUNT(all);
        for (size_t i = 0; i < n; i++)
            all[i] = part_of(kinds[rand_r(&random) % 3], ids[rand_r(&random) % 2], rand_r(&random) % 3, (uint8_t)(rand_r(&random) % 3));
        for (size_t at = 0; at < n;) {
            struct sam_merge merge;
            size_t batch = 1 + (size_t)rand_r(&random) % (n - at);
            sam_arena_reset(arena);
            assert_int_equal(sam_store_merge(db.parts, db.parts_n, all + at, batch, arena, &merge, &err), SAM_OK);
            apply(&db, &merge);
            at += batch;
        }
        sort(&db);
        struct stored wanted = expected(all, n);
        assert_same(&db, &wanted);
    }
    sam_arena_free(arena);
}

static void what_changes_nothing_is_counted(void **state)
{
    (void)state;
    struct sam_merge merge;
    struct sam_err err;
    struct sam_arena *arena = sam_arena_new(1 << 16);
    const struct sam_stored_part stored = part_of(SAM_KIND_RECORD, "", 5, 1);
    const struct sam_stored_part incoming[] = {part_of(SAM_KIND_RECORD, "", 5, 1), part_of(SAM_KIND_RECORD, "", 4, 9),
                                               part_of(SAM_KIND_RECORD, "", 4, 9)};
    assert_int_equal(sam_store_merge(&stored, 1, incoming, 3, arena, &merge, &err), SAM_OK);
    assert_int_equal(merge.parts_n, 1);
    assert_int_equal(merge.put_n, 0);
    assert_int_equal(merge.drop_n, 0);
    assert_int_equal(merge.losers_n, 0);
    assert_int_equal(merge.older, 2);
    assert_int_equal(merge.repeated, 2); /* of the stored one, and of the older one before it */
    sam_arena_free(arena);
}

static void items_are_in_the_order_of_their_keys(void **state)
{
    (void)state;
    const struct sam_item a = {.source_id = 1, .external_id = SAM_SPAN("b")}, b = {.source_id = 1, .external_id = SAM_SPAN("ba")},
                          c = {.source_id = 2, .external_id = SAM_SPAN("a")};
    assert_true(sam_item_compare(&a, &b) < 0);
    assert_true(sam_item_compare(&c, &b) > 0);
    assert_int_equal(sam_item_compare(&a, &a), 0);
}

/* ---- memory and room ------------------------------------------------------------------------------------------------------------- */

static enum sam_code merge_in(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct sam_merge merge;
    const struct sam_stored_part *parts = data;
    return sam_store_merge(parts, 1, parts, 3, arena, &merge, err);
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    struct sam_stored_part parts[3] = {part_of(SAM_KIND_RECORD, "", 1, 1), part_of(SAM_KIND_RECORD, "", 1, 2),
                                       part_of(SAM_KIND_SURVEY, "x", 0, 0)};
    assert_true(sweep(merge_in, parts, 1 << 16) >= 6);
}

static void a_full_table_is_told(void **state)
{
    (void)state;
    struct sam_err err;
    struct sam_store store = sam_store_of(100);
    const struct sam_dead dead = {.source = SAM_SPAN("s"),
                                  .kind = SAM_SPAN(""),
                                  .content_type = SAM_SPAN(""),
                                  .code = SAM_SPAN("bad_input"),
                                  .reason = SAM_SPAN("r"),
                                  .body = SAM_SPAN("0123456789012345678901234567890123456789")};
    assert_int_equal(sam_store_encode_dead(&store, &dead, &err), SAM_TOO_LARGE);
    sam_store_free(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_in_any_batches_stores_the_same),
        cmocka_unit_test(what_changes_nothing_is_counted),
        cmocka_unit_test(items_are_in_the_order_of_their_keys),
        cmocka_unit_test(every_lack_of_memory_is_told),
        cmocka_unit_test(a_full_table_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
