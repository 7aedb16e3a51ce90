/*
 * A call that comes in pieces: a file of channel events that is sent in batches is cut anywhere. Whatever the cut, the order, and how much
 * of one piece is in another, it is the call that the whole file tells.
 */
#include "samtale/join.h"
#include "samtale/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"

#define HEAD    "eventtype,eventtime,cidnum,exten,context,channame,appname,appdata,uniqueid,linkedid\n"
#define IN(app) ",22345678,s,from-trunk,PJSIP/t-0000002a," app ",1543602660.1,1543602660.1\n"
#define ANNA    ",,,x,PJSIP/101-0000002b,AppQueue,,1543602660.2,1543602660.1\n"
#define BO      ",,,x,PJSIP/102-0000002d,AppDial,,1543602681.4,1543602660.1\n"
static const char *const lines[] = {
    "CHAN_START,1543602660.5" IN(","),
    "APP_START,1543602661.0" IN("Queue,support"),
    "STREAM_BEGIN,1543602661.5" IN("Queue,support"),
    "CHAN_START,1543602662.0" ANNA,
    "STREAM_END,1543602670.0" IN("Queue,support"),
    "BRIDGE_ENTER,1543602670.1" ANNA,
    "BRIDGE_ENTER,1543602670.1" IN("Queue,support"),
    "STREAM_BEGIN,1543602680.0" IN("Queue,support"),
    "CHAN_START,1543602681.0" BO,
    "STREAM_END,1543602700.0" IN("Queue,support"),
    "ATTENDEDTRANSFER,1543602700.1" ANNA,
    "BRIDGE_EXIT,1543602700.1" ANNA,
    "CHAN_END,1543602700.1" ANNA,
    "BRIDGE_ENTER,1543602700.2" BO,
    "HANGUP,1543602760.2" BO,
    "CHAN_END,1543602760.3" IN(","),
    "LINKEDID_END,1543602760.4" IN(","),
};
#define CALL_LINES SAM_COUNT(lines)

static const char *lines_of(size_t from, size_t to)
{
    static char out[8192];
    size_t n = (size_t)snprintf(out, sizeof out, "%s", HEAD);
    for (size_t i = from; i < to; i++)
        n += (size_t)snprintf(out + n, sizeof out - n, "%s", lines[i]);
    return out;
}

/* "agent queue talk_ms transfer|" for each leg, and the holds' ms, of pieces in the order given; each once more through its canonical form
 */
static const char *call_of_pieces(const size_t (*cuts)[2], size_t n)
{
    static char out[2048];
    struct reading told[6], pieces[6];
    const struct sam_part *parts[6];
    struct sam_arena *arena = sam_arena_new(1 << 20);
    struct sam_conversation c;
    struct sam_err err;
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        told[i] = reading_text(lines_of(cuts[i][0], cuts[i][1]));
        if (told[i].code != SAM_OK)
            fail_msg("%zu-%zu: %s: %s", cuts[i][0], cuts[i][1], told[i].err.text, lines_of(cuts[i][0], cuts[i][1]));
        assert_int_equal(told[i].result.parts_n, 1);
        pieces[i] = reading_of(SAM_NO_SPAN, sam_span_of(canonical(&told[i], 0)));
        if (pieces[i].code != SAM_OK)
            fail_msg("%s: %s", pieces[i].err.text, canonical(&told[i], 0));
        assert_string_equal(canonical(&pieces[i], 0), canonical(&told[i], 0));
        parts[i] = &pieces[i].result.parts[0];
    }
    assert_int_equal(sam_join(parts, n, arena, &c, &err), SAM_OK);
    for (size_t i = 0; i < c.legs_n; i++)
        at +=
            (size_t)snprintf(out + at, sizeof out - at, "%.*s %.*s %lld+%lld %s|", SAM_ARG(c.legs[i].agent), SAM_ARG(c.legs[i].queue),
                             (long long)c.legs[i].talk_ms.value, (long long)c.legs[i].hold_ms.value, sam_transfer_name(c.legs[i].transfer));
    (void)snprintf(out + at, sizeof out - at, "%lld-%lld %s %.*s", (long long)(c.started.us / 1000000), (long long)(c.ended.us / 1000000),
                   sam_direction_name(c.direction), SAM_ARG(c.external_id));
    for (size_t i = 0; i < n; i++) {
        reading_end(&told[i]);
        reading_end(&pieces[i]);
    }
    sam_arena_free(arena);
    return out;
}

static void a_call_in_pieces_is_the_call(void **state)
{
    char whole[2048];
    (void)state;
    (void)snprintf(whole, sizeof whole, "%s", call_of_pieces((const size_t[][2]){{0, CALL_LINES}}, 1));
    assert_non_null(strstr(whole, "PJSIP/101 support 10000+20000 attended|PJSIP/102 support 60000+0 none|1543602660-1543602760 inbound"));
    for (size_t cut = 1; cut < CALL_LINES; cut++) {
        const size_t both[][2] = {{0, cut}, {cut, CALL_LINES}};
        assert_string_equal(call_of_pieces(both, 2), whole);
        assert_string_equal(call_of_pieces((const size_t[][2]){{cut, CALL_LINES}, {0, cut}}, 2), whole);
        /* each again, a piece that grew, one that lies over the cut, and all of it */
        assert_string_equal(call_of_pieces((const size_t[][2]){{cut, CALL_LINES}, {0, cut}, {0, cut}, {cut, CALL_LINES}}, 4), whole);
        assert_string_equal(call_of_pieces((const size_t[][2]){{0, cut}, {cut / 2, CALL_LINES}, {cut, CALL_LINES}}, 3), whole);
        assert_string_equal(call_of_pieces((const size_t[][2]){{0, cut}, {0, CALL_LINES}, {cut, CALL_LINES}}, 3), whole);
    }
    for (size_t a = 1; a < CALL_LINES; a++)
        for (size_t b = a + 1; b < CALL_LINES; b++)
            assert_string_equal(call_of_pieces((const size_t[][2]){{b, CALL_LINES}, {a, b}, {0, a}}, 3), whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_in_pieces_is_the_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
