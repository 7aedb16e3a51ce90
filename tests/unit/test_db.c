/*
 * The db room against a real server of its own: pipelines, COPY, notifications, lost lines, late answers, the pool. Skipped, with a
 * message, where no PostgreSQL 15 is installed. Callbacks record; assertions stand after the loop.
 */
#include "samtale/db.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SERVER "src/system/private_postgres.sh"

static char dir[64], connection[256];

/* What a run came to. */
struct answer {
    struct sam_loop *loop;
    int calls, notified;
    enum sam_code code;
    char sqlstate[6];
    size_t failed;
    struct sam_db_rows *rows[SAM_DB_CALLS];
    struct sam_err err;
};

static void on_done(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct answer *answer = context;
    answer->calls++;
    answer->code = result->code;
    answer->failed = result->failed;
    (void)snprintf(answer->sqlstate, sizeof answer->sqlstate, "%s", result->sqlstate);
    for (size_t i = 0; i < result->n; i++)
        answer->rows[i] = sam_db_rows_take(result, i);
    if (result->code != SAM_OK)
        answer->err = *err;
    sam_loop_stop(answer->loop);
}

/* As on_done, for runs whose answers come together: their rows are not looked at. */
static void on_counted(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct answer *answer = context;
    on_done(context, result, err);
    for (size_t i = 0; i < SAM_DB_CALLS; i++) {
        sam_db_rows_free(answer->rows[i]);
        answer->rows[i] = NULL;
    }
}

static void on_notified(void *context)
{
    struct answer *answer = context;
    answer->notified++;
    sam_loop_stop(answer->loop);
}

static void forget(struct answer *answer)
{
    for (size_t i = 0; i < SAM_DB_CALLS; i++) {
        sam_db_rows_free(answer->rows[i]);
        answer->rows[i] = NULL;
    }
    answer->calls = 0;
}

static void run(struct sam_db *db, struct answer *answer, const struct sam_db_call *calls, size_t n)
{
    forget(answer);
    sam_db_run(db, calls, n, 20000, on_done, answer);
    assert_int_equal(answer->calls, 0); /* never inside the call */
    while (answer->calls == 0)
        sam_loop_run(answer->loop);
}

static void script(struct sam_db *db, struct answer *answer, const char *sql)
{
    forget(answer);
    sam_db_script(db, sam_span_of(sql), 20000, on_done, answer);
    while (answer->calls == 0)
        sam_loop_run(answer->loop);
}

static struct sam_db *open_db(struct answer *answer, const char *listen)
{
    struct sam_db_settings settings = sam_db_defaults();
    struct sam_db *db = NULL;
    struct sam_err err;
    *answer = (struct answer){.calls = 0};
    assert_int_equal(sam_loop_new(&answer->loop, &err), SAM_OK);
    settings.connection = sam_span_of(connection);
    settings.listen = listen;
    settings.notified = listen ? on_notified : NULL;
    settings.context = answer;
    assert_int_equal(sam_db_new(answer->loop, &settings, &db, &err), SAM_OK);
    return db;
}

static void close_db(struct sam_db *db, struct answer *answer)
{
    forget(answer);
    sam_db_close(db, NULL, NULL);
    sam_loop_run(answer->loop);
    sam_loop_free(answer->loop);
}

#define NEED_SERVER() (connection[0] ? (void)0 : skip())

/* ---- runs ------------------------------------------------------------------------------------------------------------ */

static void a_run_is_one_transaction_in_one_round_trip(void **state)
{
    (void)state;
    NEED_SERVER();
    struct answer answer;
    struct sam_db *db = open_db(&answer, NULL);
    struct sam_arena *arena = sam_arena_new(1 << 12);
    const struct sam_span no_utf8 = SAM_SPAN("\xff");
    const struct sam_db_param lane[] = {sam_db_int2(0), sam_db_bool(true)}, wrong = sam_db_texts(arena, &no_utf8, 1);
    const struct sam_db_call good[] = {{"ping", NULL, 0}, {"inbox_last", lane, 2}, {"migration_newest", NULL, 0}};
    run(db, &answer, good, 3);
    assert_int_equal(answer.code, SAM_OK);
    assert_int_equal(sam_db_get_int(answer.rows[0], 0, 0), 1);
    assert_int_equal(sam_db_get_int(answer.rows[1], 0, 0), 0);
    assert_true(sam_db_get_int(answer.rows[2], 0, 0) >= 5);
    run(db, &answer, good, 3); /* prepared already */
    assert_int_equal(answer.code, SAM_OK);

    const struct sam_db_param nap = sam_db_bool(true);
    const struct sam_db_call failing[] = {{"inbox_nap", &nap, 1}, {"names_team", &wrong, 1}, {"ping", NULL, 0}};
    run(db, &answer, failing, 3);
    assert_int_equal(answer.code, SAM_BAD_INPUT);
    assert_int_equal(answer.failed, 1);
    assert_string_equal(answer.sqlstate, "22021");
    assert_non_null(strstr(answer.err.text, "names_team"));
    script(db, &answer, "do $$ begin if (select bool_or(asleep) from samtale.inbox_state) then raise 'left behind'; end if; end $$");
    assert_int_equal(answer.code, SAM_OK); /* the first call was taken back */
    run(db, &answer, good, 3);
    assert_int_equal(answer.code, SAM_OK); /* and the line is fine */
    sam_arena_free(arena);
    close_db(db, &answer);
}

static void values_go_there_and_back(void **state)
{
    (void)state;
    NEED_SERVER();
    struct answer answer;
    struct sam_err err;
    struct sam_db *db = open_db(&answer, NULL);
    struct sam_arena *arena = sam_arena_new(1 << 20);
    const struct sam_span sources[] = {SAM_SPAN("s\xC3\xB8r"), SAM_NO_SPAN}, kinds[] = {SAM_SPAN("record"), SAM_SPAN("")},
                          bodies[] = {SAM_SPAN("\x00\xff{}"), SAM_SPAN("b")};
    const struct sam_db_param params[] = {sam_db_int2(1), sam_db_texts(arena, sources, 2), sam_db_texts(arena, kinds, 2),
                                          sam_db_texts(arena, kinds, 0), sam_db_bytess(arena, bodies, 2)};
    const struct sam_db_param take[] = {sam_db_int2(1), sam_db_int8(-5), sam_db_int4(10), sam_db_int8(1000)};
    const struct sam_db_call calls[] = {{"begin", NULL, 0}, {"enqueue_many", params, 5}, {"inbox_take", take, 4}, {"rollback", NULL, 0}};
    run(db, &answer, calls, 4);
    assert_string_equal(answer.code == SAM_OK ? "" : answer.err.text, "");
    assert_int_equal(sam_db_rows_n(answer.rows[2]), 2);
    size_t first = sam_db_get_int(answer.rows[2], 0, 0) < sam_db_get_int(answer.rows[2], 1, 0) ? 0 : 1;
    assert_true(sam_span_is(sam_db_get_text(answer.rows[2], first, 3), "s\xC3\xB8r"));
    assert_int_equal(sam_db_get_text(answer.rows[2], 1 - first, 3).len, 0); /* null became empty */
    assert_true(sam_span_equal(sam_db_get_text(answer.rows[2], first, 6), bodies[0]));
    int64_t age_us = sam_clock_wall_us() - sam_db_get_time(answer.rows[2], first, 1);
    assert_true(age_us > -60000000 && age_us < 600000000);
    assert_int_equal(sam_db_touched(answer.rows[2]), 2);
    assert_string_equal(sam_db_column_name(answer.rows[2], 6), "body");

    struct sam_arena *small = sam_arena_new(16);
    const struct sam_db_param unmade = sam_db_texts(small, sources, 2);
    const struct sam_db_call call = {"names_team", &unmade, 1};
    run(db, &answer, &call, 1);
    assert_int_equal(answer.code, SAM_NO_MEMORY);
    sam_arena_free(small);
    sam_arena_free(arena);
    close_db(db, &answer);
    struct sam_db *none = NULL;
    struct sam_db_settings settings = sam_db_defaults();
    settings.connection = SAM_SPAN("hots=nowhere");
    assert_int_equal(sam_loop_new(&answer.loop, &err), SAM_OK);
    assert_int_equal(sam_db_new(answer.loop, &settings, &none, &err), SAM_BAD_INPUT);
    assert_non_null(strstr(err.text, "hots"));
    sam_loop_free(answer.loop);
}

/* ---- COPY ---------------------------------------------------------------------------------------------------------- */

/* A table of rows for dead_letter whose body has size bytes. */
static void dead_rows(struct sam_buf *buf, size_t rows, size_t size)
{
    static const char *const texts[] = {"test", "record", "", "bad_input", "because"};
    sam_db_copy_begin(buf);
    for (size_t row = 0; row < rows; row++) {
        sam_buf_be16(buf, 10);
        sam_buf_be32(buf, 8);
        sam_buf_be64(buf, 0);
        for (int i = 0; i < 2; i++) {
            sam_buf_be32(buf, 2);
            sam_buf_be16(buf, 0);
        }
        sam_buf_be32(buf, 4);
        sam_buf_be32(buf, (uint32_t)size);
        for (size_t i = 0; i < SAM_COUNT(texts); i++) {
            sam_buf_be32(buf, (uint32_t)strlen(texts[i]));
            sam_buf_text(buf, texts[i]);
        }
        sam_buf_be32(buf, (uint32_t)size);
        char *room = sam_buf_reserve(buf, size);
        assert_non_null(room);
        for (size_t i = 0; i < size; i++)
            room[i] = (char)rand();
        buf->len += size;
    }
    sam_db_copy_end(buf);
}

static void copy(struct sam_db *db, struct answer *answer, const struct sam_db_copy *copies, size_t n)
{
    forget(answer);
    sam_db_copy(db, copies, n, 60000, on_done, answer);
    while (answer->calls == 0)
        sam_loop_run(answer->loop);
}

static void copies_stream_and_fail_whole(void **state)
{
    (void)state;
    NEED_SERVER();
    struct answer answer;
    struct sam_db *db = open_db(&answer, NULL);
    struct sam_buf large = sam_buf_of(64 << 20), bad = sam_buf_of(1 << 20);
    dead_rows(&large, 20, 1 << 20); /* more than any socket holds */
    const size_t head = 19, row = (large.len - head - 2) / 20, end = large.len - 2;
    const struct sam_db_piece pieces[] = {{0, {large.at, head}}, {row, {large.at + head, row}}, {end - head, {large.at + end, 2}}};
    const struct sam_db_copy good[] = {{"copy_dead_letter", sam_buf_get(&large), NULL, 0},
                                       {"copy_dead_letter", {large.at + head, end - head}, pieces, 3}};
    copy(db, &answer, good, 2);
    assert_string_equal(answer.code == SAM_OK ? "" : answer.err.text, "");

    sam_buf_text(&bad, "this is not COPY BINARY at all");
    const struct sam_db_copy second_bad[] = {good[0], {"copy_dead_letter", sam_buf_get(&bad), NULL, 0}};
    copy(db, &answer, second_bad, 2);
    assert_int_equal(answer.code, SAM_BAD_INPUT);
    assert_int_equal(answer.failed, 1);
    script(db, &answer,
           "select 1 / (count(*) = 41 and count(distinct body) = 20)::integer from samtale.dead_letter; truncate samtale.dead_letter");
    assert_int_equal(answer.code, SAM_OK); /* one simple query, one transaction; the second table has its first row twice */
    sam_buf_free(&large);
    sam_buf_free(&bad);
    close_db(db, &answer);
}

/* ---- lines that break ---------------------------------------------------------------------------------------------- */

static void a_lost_line_is_told_and_dialled_again(void **state)
{
    (void)state;
    NEED_SERVER();
    struct answer answer;
    struct sam_db *db = open_db(&answer, NULL);
    const struct sam_db_call ping = {"ping", NULL, 0};
    run(db, &answer, &ping, 1);
    script(db, &answer, "select pg_terminate_backend(pg_backend_pid())");
    assert_int_equal(answer.code, SAM_TEMPORARY);
    run(db, &answer, &ping, 1); /* waits for the dialling */
    assert_int_equal(answer.code, SAM_OK);
    assert_true(sam_db_up(db, NULL));
    close_db(db, &answer);
}

static void a_late_answer_drops_the_line(void **state)
{
    (void)state;
    NEED_SERVER();
    struct answer answer;
    struct sam_db *db = open_db(&answer, NULL);
    const struct sam_db_call ping = {"ping", NULL, 0};
    run(db, &answer, &ping, 1);
    forget(&answer);
    sam_db_script(db, SAM_SPAN("select pg_sleep(3600)"), 100, on_done, &answer);
    while (answer.calls == 0)
        sam_loop_run(answer.loop);
    assert_int_equal(answer.code, SAM_TEMPORARY);
    for (int tries = 0;; tries++) { /* the statement was cancelled, not left behind */
        script(db, &answer,
               "do $$ begin if exists (select from pg_stat_activity where query like '%pg_sleep(3600)%' and pid <> pg_backend_pid() "
               "and state = 'active') then raise 'still there'; end if; end $$");
        if (answer.code == SAM_OK)
            break;
        assert_true(tries < 1000);
        (void)usleep(10000);
    }
    close_db(db, &answer);
}

static void nobody_there_is_told_with_the_reason(void **state)
{
    (void)state;
    struct answer answer = {.calls = 0};
    struct sam_db_settings settings = sam_db_defaults();
    struct sam_db *db = NULL;
    struct sam_err err;
    assert_int_equal(sam_loop_new(&answer.loop, &err), SAM_OK);
    settings.connection = SAM_SPAN("host=/nonexistent,/nowhere dbname=x");
    assert_int_equal(sam_db_new(answer.loop, &settings, &db, &err), SAM_OK);
    const struct sam_db_call ping = {"ping", NULL, 0};
    run(db, &answer, &ping, 1);
    assert_int_equal(answer.code, SAM_TEMPORARY);
    assert_non_null(strstr(answer.err.text, "/nowhere"));
    assert_false(sam_db_up(db, &err));
    close_db(db, &answer);
}

static void closing_answers_what_runs(void **state)
{
    (void)state;
    NEED_SERVER();
    struct answer answer;
    struct sam_db *db = open_db(&answer, NULL);
    const struct sam_db_call ping = {"ping", NULL, 0};
    run(db, &answer, &ping, 1);
    forget(&answer);
    sam_db_script(db, SAM_SPAN("select pg_sleep(3600)"), 60000, on_done, &answer);
    sam_db_close(db, NULL, NULL);
    while (answer.calls == 0)
        sam_loop_run(answer.loop);
    assert_int_equal(answer.code, SAM_TEMPORARY);
    forget(&answer);
    sam_loop_run(answer.loop);
    sam_loop_free(answer.loop);
}

/* ---- notifications, pool ------------------------------------------------------------------------------------------- */

static void notifications_come_through(void **state)
{
    (void)state;
    NEED_SERVER();
    struct answer heard, sent;
    struct sam_db *listener = open_db(&heard, "samtale_test");
    while (heard.notified == 0) /* told when it begins to listen: what was before is unknown */
        sam_loop_run(heard.loop);
    struct sam_db *sender = open_db(&sent, NULL);
    script(sender, &sent, "notify samtale_test");
    while (heard.notified == 1)
        sam_loop_run(heard.loop);
    assert_int_equal(heard.notified, 2);
    close_db(sender, &sent);
    close_db(listener, &heard);
}

static void a_pool_serves_in_turn_and_refuses_when_full(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sam_db_settings settings = sam_db_defaults();
    struct sam_db_pool *pool = NULL;
    struct answer answer = {.calls = 0};
    struct sam_err err;
    const struct sam_db_call ping = {"ping", NULL, 0};
    assert_int_equal(sam_loop_new(&answer.loop, &err), SAM_OK);
    settings.connection = sam_span_of(connection);
    assert_int_equal(sam_db_pool_new(answer.loop, &settings, 2, 5, &pool, &err), SAM_OK);
    int taken = 0;
    while (taken < 100 && sam_db_pool_run(pool, &ping, 1, 20000, on_counted, &answer))
        taken++;
    assert_int_equal(taken, 7); /* two run, five wait */
    while (answer.calls < taken) {
        sam_loop_run(answer.loop);
        assert_int_equal(answer.code, SAM_OK);
    }
    assert_true(sam_db_pool_up(pool, NULL));
    sam_db_pool_close(pool, NULL, NULL);
    sam_loop_run(answer.loop);
    assert_int_equal(answer.calls, taken);
    sam_loop_free(answer.loop);
}

/* Nobody is there: what runs has its own time, what waits for a connection has, too; and closing answers what is left. */
static void a_pool_without_a_server_answers_everything(void **state)
{
    (void)state;
    struct sam_db_settings settings = sam_db_defaults();
    const struct sam_db_call ping = {"ping", NULL, 0};
    settings.connection = SAM_SPAN("host=/nowhere/at/all");
    for (int closing = 0; closing < 2; closing++) {
        struct answer answer = {.calls = 0};
        struct sam_db_pool *pool = NULL;
        assert_int_equal(sam_loop_new(&answer.loop, &answer.err), SAM_OK);
        assert_int_equal(sam_db_pool_new(answer.loop, &settings, 1, 3, &pool, &answer.err), SAM_OK);
        for (int i = 0; i < 5; i++) /* one runs, three wait */
            assert_int_equal(sam_db_pool_run(pool, &ping, 1, closing ? 3600000 : 50, on_counted, &answer), i < 4);
        while (!closing && answer.calls < 4)
            sam_loop_run(answer.loop);
        sam_db_pool_close(pool, NULL, NULL);
        for (int turn = 0; turn < 5; turn++)
            sam_loop_run(answer.loop);
        assert_int_equal(answer.calls, 4);
        assert_int_equal(answer.code, SAM_TEMPORARY);
        sam_loop_free(answer.loop);
    }
}

static void a_line_that_is_made_anew_is_another_session(void **state)
{
    (void)state;
    NEED_SERVER();
    struct answer answer;
    struct sam_db *db = open_db(&answer, NULL);
    script(db, &answer, "create temp table of_this_session ()");
    assert_int_equal(answer.code, SAM_OK);
    sam_db_renew(db);
    script(db, &answer, "create temp table of_this_session ()");
    assert_int_equal(answer.code, SAM_OK);
    close_db(db, &answer);
}

/* ---- classes of errors --------------------------------------------------------------------------------------------- */

static void sqlstates_say_whose_fault_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *sqlstate;
        enum sam_code code;
    } cases[] = {{"00000", SAM_OK},        {"08006", SAM_TEMPORARY}, {"08P01", SAM_BAD_INPUT}, {"22021", SAM_BAD_INPUT},
                 {"23505", SAM_BAD_INPUT}, {"40P01", SAM_TEMPORARY}, {"53100", SAM_TEMPORARY}, {"57P01", SAM_TEMPORARY},
                 {"54000", SAM_BAD_INPUT}, {"25006", SAM_TEMPORARY}, {"42501", SAM_DENIED},    {"42P01", SAM_SYSTEM},
                 {"SAM01", SAM_TEMPORARY}, {"SAM02", SAM_TOO_LARGE}, {"SAM03", SAM_BAD_INPUT}, {"55P03", SAM_TEMPORARY}};
    for (size_t i = 0; i < SAM_COUNT(cases); i++)
        assert_int_equal(sam_db_sqlstate_code(cases[i].sqlstate), cases[i].code);
}

/* ---- the server ---------------------------------------------------------------------------------------------------- */

static int shell(const char *command, char *out, size_t size)
{
    FILE *pipe = popen(command, "r");
    size_t n = pipe ? fread(out, 1, size - 1, pipe) : 0;
    out[n] = 0;
    return pipe ? pclose(pipe) : -1;
}

static int start_server(void **state)
{
    (void)state;
    char command[600], out[256];
    (void)snprintf(dir, sizeof dir, "/tmp/samtale-test-db.XXXXXX");
    if (access("/usr/lib/postgresql/15/bin/initdb", X_OK) != 0 || !mkdtemp(dir) || chmod(dir, 0711) != 0) {
        print_message("no PostgreSQL 15 here: the tests that need one are skipped\n");
        return 0;
    }
    (void)snprintf(command, sizeof command, SERVER " start %s/postgres --throwaway", dir);
    if (shell(command, out, sizeof out) != 0)
        return -1;
    out[strcspn(out, "\n")] = 0;
    (void)snprintf(connection, sizeof connection, "%s", out);
    (void)snprintf(command, sizeof command, "%s migrate --connection '%s'",
                   getenv("SAMTALE_BIN") ? getenv("SAMTALE_BIN") : "build/samtaled", connection);
    return shell(command, out, sizeof out);
}

static int stop_server(void **state)
{
    (void)state;
    char command[200], out[256];
    if (!connection[0])
        return 0;
    (void)snprintf(command, sizeof command, SERVER " remove %s/postgres; rmdir %s", dir, dir);
    return shell(command, out, sizeof out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_one_transaction_in_one_round_trip),
        cmocka_unit_test(values_go_there_and_back),
        cmocka_unit_test(copies_stream_and_fail_whole),
        cmocka_unit_test(a_lost_line_is_told_and_dialled_again),
        cmocka_unit_test(a_late_answer_drops_the_line),
        cmocka_unit_test(nobody_there_is_told_with_the_reason),
        cmocka_unit_test(closing_answers_what_runs),
        cmocka_unit_test(notifications_come_through),
        cmocka_unit_test(a_pool_serves_in_turn_and_refuses_when_full),
        cmocka_unit_test(a_pool_without_a_server_answers_everything),
        cmocka_unit_test(a_line_that_is_made_anew_is_another_session),
        cmocka_unit_test(sqlstates_say_whose_fault_it_is),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
