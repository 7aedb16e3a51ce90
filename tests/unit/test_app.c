/*
 * The command line and the settings through the door of app: the words go in, what comes out on both channels and the code are checked.
 */
#include "samtale/app.h"
#include "samtale/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct ran {
    int code;
    char out[100000], err[20000];
};
static struct ran ran;

/* Sends a channel into a temporary file. Returns the channel as it was. */
static int redirect(FILE *channel, FILE *file)
{
    (void)fflush(channel);
    int before = dup(fileno(channel));
    assert_true(before >= 0 && dup2(fileno(file), fileno(channel)) >= 0);
    return before;
}

static void restore(FILE *channel, int before, FILE *file, char *text, size_t size)
{
    (void)fflush(channel);
    assert_true(dup2(before, fileno(channel)) >= 0);
    (void)close(before);
    rewind(file);
    size_t n = fread(text, 1, size - 1, file);
    text[n] = '\0';
    (void)fclose(file);
}

/* Runs the program's words, separated by blanks. */
static void run(const char *words)
{
    char copy[500], *argv[20];
    int argc = 1;
    FILE *out = tmpfile(), *err = tmpfile();
    assert_true(out && err && strlen(words) < sizeof copy);
    memcpy(copy, words, strlen(words) + 1);
    argv[0] = (char[]){"samtaled"};
    for (char *at = strtok(copy, " "); at; at = strtok(NULL, " "))
        argv[argc++] = at;
    argv[argc] = NULL;
    int out_before = redirect(stdout, out), err_before = redirect(stderr, err);
    ran.code = sam_app_main(argc, argv);
    restore(stdout, out_before, out, ran.out, sizeof ran.out);
    restore(stderr, err_before, err, ran.err, sizeof ran.err);
}

static bool said(const char *text)
{
    return strstr(ran.err, text) != NULL;
}

/* Runs config check on a file of that text; %s stands for the file's name in what is wanted. */
static void check_settings(const char *text)
{
    char path[] = "/tmp/samtaled-test-XXXXXX", words[100];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    (void)close(fd);
    (void)snprintf(words, sizeof words, "config check %s", path);
    run(words);
    (void)unlink(path);
}

static void help_lists_every_command_and_goes_where_it_was_asked(void **state)
{
    (void)state;
    run("--help");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.out, "config check"));
    assert_non_null(strstr(ran.out, "prints the program's version"));
    assert_string_equal(ran.err, "");
    run("");
    assert_int_equal(ran.code, 2);
    assert_string_equal(ran.out, "");
    assert_true(said("usage: samtaled COMMAND"));
    run("version --help");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.out, "usage: samtaled version\n"));
}

static void the_version_is_printed_alone(void **state)
{
    (void)state;
    run("version");
    assert_int_equal(ran.code, 0);
    assert_string_equal(ran.out, "samtaled " SAMTALE_VERSION "\n");
    run("--version");
    assert_string_equal(ran.out, "samtaled " SAMTALE_VERSION "\n");
    run("version please");
    assert_int_equal(ran.code, 2);
    assert_true(said("samtaled version: takes no argument, but \"please\" was given\nusage: samtaled version\n"));
}

static void what_is_no_command_is_answered_with_the_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *words, *answer;
    } rows[] = {
        {"versoin", "there is no command \"versoin\"; did you mean \"version\"?"},
        {"vers", "there is no command \"vers\"; did you mean \"version\"?"},
        {"config chekc", "there is no command \"config chekc\"; did you mean \"config check\"?"},
        {"config", "there is no command \"config\"; did you mean \"config"},
        {"xyzzy plugh", "there is no command \"xyzzy\"; \"samtaled --help\" lists them"},
        {"x", "there is no command \"x\"; \"samtaled --help\" lists them"},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        run(rows[i].words);
        assert_int_equal(ran.code, 2);
        if (!said(rows[i].answer))
            fail_msg("%s: %s", rows[i].words, ran.err);
    }
}

static void the_example_file_holds_every_default_and_has_no_problem(void **state)
{
    (void)state;
    run("config show");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.out, "\n[database]\n"));
    assert_non_null(strstr(ran.out, "\n#listen = 127.0.0.1:8080\n"));
    /* The comment signs taken away, so that each default is read as if it were set. */
    char *text = strdup(ran.out);
    assert_non_null(text);
    for (char *at = text; (at = strstr(at, "\n#")) != NULL; at++)
        if (at[2] != ' ')
            at[1] = ' ';
    check_settings(text);
    free(text);
    assert_string_equal(ran.err, "");
    assert_int_equal(ran.code, 0);
    run("config show more");
    assert_int_equal(ran.code, 2);
}

static void the_manual_names_every_setting(void **state)
{
    (void)state;
    run("config man");
    assert_int_equal(ran.code, 0);
    assert_non_null(strstr(ran.out, "samtaled.conf(5)\n"));
    assert_non_null(strstr(ran.out, "\n*listen*\n"));
    assert_null(strstr(ran.out, "\t\n"));
}

static void every_problem_is_told_with_its_line(void **state)
{
    (void)state;
    check_settings("early = 1\n"
                   "[htp]\nanything = here\n"
                   "[database]\nconnection = host=here port\n[http]\nlissten = 1\nlevel = debug\nlisten = 80\nlisten = 127.0.0.1:80\n"
                   "[log]\nlevel = loud\nwords alone\n[\n");
    assert_int_equal(ran.code, 1);
    assert_string_equal(ran.out, "");
    static const char *const wanted[] = {
        ":1: a setting before the first [section]\n",
        ":2: there is no section [htp]; did you mean [http]?\n",
        ":5: connection: the connection string is wrong: missing \"=\" after \"port\" in connection info string\n",
        ":7: [http] has no setting \"lissten\"; did you mean \"listen\"?\n",
        ":8: [http] has no setting \"level\"; it belongs under [log]\n",
        ":9: listen: \"80\": must be HOST:PORT",
        ":10: \"listen\" was set before, in line 9\n",
        ":12: level: \"loud\": must be one of: error warning notice info debug\n",
        ":13: neither [section] nor name = value nor # comment: \"words alone\"\n",
        ":14: neither [section]",
    };
    for (size_t i = 0; i < SAM_COUNT(wanted); i++)
        if (!said(wanted[i]))
            fail_msg("not said: %s", wanted[i]);
    assert_false(said(":3:")); /* an unknown section is told once */
}

static void sections_of_pairs_hold_what_sources_call_things(void **state)
{
    static const char good[] =
        "[queues]\nIT-Q1 = IT support\npbx:7001 = IT support\n[agents]\nAgent/1 = anna, Anna Berg\n[time_zones]\npbx = UTC\n"
        "[file_names]\nw = *-{id}, {id}_*\n[short_abandons]\nIT support = 10 s\n[outcomes]\na:b = winback\n"
        "[sides]\nkunde = customer\n[dispositions]\nkey 1 = voicemail\n";
    static const struct {
        const char *text, *why;
    } bad[] = {
        {"[queues]\na = b\na = c\n", ":3: \"a\" was set before"},
        {"[queues]\n = b\n", ":2: a name is missing before \"=\""},
        {"[queues]\na =\n", ":2: a: must not be empty"},
        {"[sides]\nx = klant\n", ":2: x: must be agent, customer, bot, system, supervisor or other"},
        {"[dispositions]\nx = gone\n", ":2: x: must be answered, abandoned, voicemail, callback, timeout, full, closed, failed or unknown"},
        {"[outcomes]\nx = y\n", ":2: x: must be resolved, not_resolved, churned, winback or sold"},
        {"[file_names]\nw = {id}, b\n", ":2: w: each pattern must hold {id} where the conversation's id stands, or {phone} where"},
        {"[time_zones]\nx = Europe/Nowhere\n", ":2: x: \"Europe/Nowhere\" is no time zone of this machine (see /usr/share/zoneinfo/)"},
        {"[short_abandons]\nx = 2 h\n", ":2: x: \"2 h\": must be a time in ms, s, min, h or d between 0 ms and 1 h"},
        {"[queuez]\n", ":1: there is no section [queuez]; did you mean [queues]?"},
    };
    (void)state;
    check_settings(good);
    assert_string_equal(ran.err, "");
    assert_int_equal(ran.code, 0);
    for (size_t i = 0; i < SAM_COUNT(bad); i++) {
        check_settings(bad[i].text);
        assert_int_equal(ran.code, 1);
        if (!said(bad[i].why))
            fail_msg("%s: %s", bad[i].text, ran.err);
    }
}

static void values_may_be_long_and_lines_may_end_in_any_way(void **state)
{
    (void)state;
    char text[3000] = "\xEF\xBB\xBF; a comment\r\n\r\n[ database ]\r\n connection = host=/run/postgresql application_name=";
    size_t len = strlen(text);
    memset(text + len, 'x', 2000);
    memcpy(text + len + 2000, "\r\n# end", 8);
    check_settings(text);
    assert_string_equal(ran.err, "");
    assert_int_equal(ran.code, 0);
}

static void values_have_their_form_units_and_limits(void **state)
{
    static const char *const good[] = {"[spool]\nrescan = 1 h\n",
                                       "[spool]\nrescan = 60000 MS\n",
                                       "[ingest]\npoll=0.5 s\n",
                                       "[http]\nbehind_tls = ON\n",
                                       "[http]\nbehind_tls = 0\n",
                                       "[rescore]\nshare = 50%\n",
                                       "[rescore]\nshare = 0.5\n",
                                       "[ingest]\nbatch_messages = 16 messages\n",
                                       "[spool]\nsettle = 0\n",
                                       "[http]\nproxies = , 127.0.0.1,, ::1 ,\n",
                                       "[spool]\nfolder = /var/lib/x\n",
                                       "[spool]\nfolder =\n",
                                       "[privacy]\nagent_notice = 2024-02-29\n",
                                       "[privacy]\nagent_notice = 2000-02-29\n",
                                       "[privacy]\nagent_notice = 2026-12-31\n",
                                       "[privacy]\nagent_notice =\n"};
    static const char *const bad[] = {"[ingest]\npoll = 5\n",
                                      "[ingest]\npoll = 5 weeks\n",
                                      "[ingest]\npoll = fast\n",
                                      "[ingest]\npoll =\n",
                                      "[ingest]\npoll = 0.3 ms\n",
                                      "[ingest]\npoll = -5 s\n",
                                      "[ingest]\npoll = 5 s s\n",
                                      "[http]\nbehind_tls = perhaps\n",
                                      "[http]\nbehind_tls =\n",
                                      "[rescore]\nshare = 50 of 100\n",
                                      "[rescore]\nshare = 1000 %\n",
                                      "[ingest]\nbatch_messages = 16 calls\n",
                                      "[ingest]\nbatch_messages = 1.5\n",
                                      "[ingest]\nbatch_messages = 1e400\n",
                                      "[spool]\nfolder = var/lib/x\n",
                                      "[spool]\nfile_bytes = 1 PiB\n",
                                      "[spool]\nfile_bytes = 5 s\n",
                                      "[privacy]\nagent_notice = 2023-02-29\n",
                                      "[privacy]\nagent_notice = 1900-02-29\n",
                                      "[privacy]\nagent_notice = 2026-04-31\n",
                                      "[privacy]\nagent_notice = 2026-13-01\n",
                                      "[privacy]\nagent_notice = 2026-00-01\n",
                                      "[privacy]\nagent_notice = 2026-01-00\n",
                                      "[privacy]\nagent_notice = 2026/01/01\n",
                                      "[privacy]\nagent_notice = 2026-01/01\n",
                                      "[privacy]\nagent_notice = 26-01-01\n",
                                      "[privacy]\nagent_notice = 20x6-01-01\n",
                                      "[log]\nlevel = Debug\n"};
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(good); i++) {
        check_settings(good[i]);
        if (ran.code != 0)
            fail_msg("%s: %s", good[i], ran.err);
    }
    for (size_t i = 0; i < SAM_COUNT(bad); i++) {
        check_settings(bad[i]);
        if (ran.code != 1 || !said(":2: "))
            fail_msg("%s is taken: %s", bad[i], ran.err);
    }
}

static void a_list_has_an_end(void **state)
{
    (void)state;
    char text[2200] = "[http]\nproxies = ";
    for (size_t i = strlen(text); i + 3 < sizeof text; i += 2)
        memcpy(text + i, "a,", 3);
    check_settings(text);
    assert_int_equal(ran.code, 1);
    assert_true(said(":2: proxies: more than 1000 items"));
}

static void addresses_are_host_and_port(void **state)
{
    (void)state;
    static const char *const good[] = {"127.0.0.1:8080", "[::1]:80", "*:0", "localhost:65535", "unix:/run/samtaled/http.sock"};
    static const char *const bad[] = {"localhost", ":80", "a:65536", "a:-1", "::1:80", "[]:80", "a:", "a:80x", "", "unix:x", "[::1:80"};
    char text[200];
    for (size_t i = 0; i < SAM_COUNT(good); i++) {
        (void)snprintf(text, sizeof text, "[http]\nlisten = %s\n", good[i]);
        check_settings(text);
        assert_string_equal(ran.err, "");
    }
    for (size_t i = 0; i < SAM_COUNT(bad); i++) {
        (void)snprintf(text, sizeof text, "[http]\nlisten = %s\n", bad[i]);
        check_settings(text);
        if (!said(":2: listen: "))
            fail_msg("%s is taken for an address", bad[i]);
    }
}

static void many_problems_are_counted(void **state)
{
    (void)state;
    char text[1000] = "";
    for (size_t i = 0; i + 2 < 200; i += 2)
        memcpy(text + i, "x\n", 3);
    check_settings(text);
    assert_int_equal(ran.code, 1);
    assert_true(said("and 49 more\n"));
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    run("config check /nowhere/samtaled.conf");
    assert_int_equal(ran.code, 1);
    assert_true(said("cannot read the settings in /nowhere/samtaled.conf: No such file or directory"));
    run("config check /tmp");
    assert_int_equal(ran.code, 1);
    assert_true(said("Is a directory"));
    run("config check one two");
    assert_int_equal(ran.code, 2);
    char *large = calloc(1, (1 << 20) + 5000);
    assert_non_null(large);
    memset(large, '\n', (1 << 20) + 4999);
    check_settings(large);
    free(large);
    assert_int_equal(ran.code, 1);
    assert_true(said("more than 1048576 bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_lists_every_command_and_goes_where_it_was_asked),
        cmocka_unit_test(the_version_is_printed_alone),
        cmocka_unit_test(what_is_no_command_is_answered_with_the_nearest),
        cmocka_unit_test(the_example_file_holds_every_default_and_has_no_problem),
        cmocka_unit_test(the_manual_names_every_setting),
        cmocka_unit_test(every_problem_is_told_with_its_line),
        cmocka_unit_test(values_may_be_long_and_lines_may_end_in_any_way),
        cmocka_unit_test(values_have_their_form_units_and_limits),
        cmocka_unit_test(a_list_has_an_end),
        cmocka_unit_test(addresses_are_host_and_port),
        cmocka_unit_test(sections_of_pairs_hold_what_sources_call_things),
        cmocka_unit_test(many_problems_are_counted),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
