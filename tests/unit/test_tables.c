/*
 * Asterisk's queue_log as any table: CSV, SQL's values, JSON rows, in any order; rows of one table stay one message.
 */
#include "samtale/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"

static void a_queue_log_may_be_any_table(void **state)
{
    static const char *const forms[] = {
        "{'time':'2018-11-30T18:31:17Z','callid':'7.1','queuename':'IT','agent':'NONE','event':'ENTERQUEUE','data2':'22345678'}\n"
        "{'time':'2018-11-30T18:31:27Z','callid':'7.1','queuename':'IT','agent':'A','event':'CONNECT','data1':'10'}\n"
        "{'time':'2018-11-30T18:31:47Z','callid':'7.1','queuename':'IT','agent':'A','event':'COMPLETECALLER','data1':10,'data2':20}\n",
        "[{'callid':'7.1','event':'COMPLETECALLER','time':1543602707,'queuename':'IT','agent':'A','data':'10|20|1'},"
        "{'callid':'7.1','event':'CONNECT','time':1543602687,'queuename':'IT','agent':'A','data':'10|x|6'},"
        "{'callid':'7.1','event':'ENTERQUEUE','time':1543602677,'queuename':'IT','agent':'NONE','data':'|22345678|1'}]",
        "time;callid;queuename;agent;event;data1;data2;data3;data4;data5\n2018-11-30 18:31:47.5+00;7.1;IT;A;COMPLETECALLER;10;20;1;;\n"
        "2018-11-30 18:31:27.5+00;7.1;IT;A;CONNECT;10;x;6;;\n2018-11-30 18:31:17.5+00;7.1;IT;NONE;ENTERQUEUE;;22345678;1;;\n",
        "INSERT INTO `queue_log` (`id`,`time`,`callid`,`queuename`,`agent`,`event`,`data1`,`data2`) "
        "VALUES\n(1,'1543602677','7.1','IT','NONE',"
        "'ENTERQUEUE',NULL,'22345678'),(2,'1543602687','7.1','IT','A','CONNECT','10','x'),\n(3,'1543602707','7.1','IT','A','COMPLETECALLER'"
        ",'10','20');",
        "1543602677\t7.1\tIT\tNONE\tENTERQUEUE\t\t22345678\t1\n1543602687\t7.1\tIT\tA\tCONNECT\t10\tx\t6\n1543602707\t7."
        "1\tIT\tA\tCOMPLETECALLER\t10\t20\t1\n",
        /* of one second, the newest first */
        "event,callid,time,queuename,agent,data1,data2\nCOMPLETECALLER,7.1,1543602687,IT,A,10,20\nCONNECT,7.1,1543602687,IT,A,10,\n"
        "ENTERQUEUE,7.1,1543602677,IT,NONE,,22345678\n",
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(forms); i++) {
        struct reading r = reading_text(forms[i]);
        if (r.code != SAM_OK)
            fail_msg("%s: %s", forms[i], r.err.text);
        assert_string_equal(r.result.format, "queue_log");
        assert_int_equal(r.result.parts_n, 1);
        assert_int_equal(r.result.refusals_n, 0);
        const struct sam_record *record = r.result.parts[0].record;
        if (record->legs_n != 1 || record->legs[0].talk_ms.value != 20000 || record->legs[0].wait_ms.value != 10000)
            fail_msg("%s", canonical(&r, 0));
        assert_int_equal(record->legs[0].disposition, SAM_DISPOSITION_ANSWERED);
        assert_true(sam_span_is(record->customer_phone, "22345678"));
        reading_end(&r);
    }
}

static void rows_of_one_table_stay_one_message(void **state)
{
    static const char log[] = "[{'callid':'7.1','event':'CONNECT','time':1},\n{'callid':'7.1','event':'ABANDON','time':1}]";
    static const char cel[] = "{'EventType':'HANGUP','uniqueid':'7.1'}\n{'EventType':'HANGUP','uniqueid':'7.2'}\n";
    static const char others[] = "{'kind':'event'}\n{'callid':'x'}\n";
    struct sam_span message;
    (void)state;
    struct sam_read_split split = sam_read_split_of(sam_span_of(json(log)));
    assert_true(sam_read_split_next(&split, &message));
    assert_int_equal(message.len, strlen(log));
    assert_false(sam_read_split_next(&split, &message));
    split = sam_read_split_of(sam_span_of(json(cel)));
    assert_true(sam_read_split_next(&split, &message) && !sam_read_split_next(&split, &message));
    split = sam_read_split_of(sam_span_of(json(others)));
    assert_true(sam_read_split_next(&split, &message) && sam_read_split_next(&split, &message));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_log_may_be_any_table),
        cmocka_unit_test(rows_of_one_table_stay_one_message),
    };
    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
