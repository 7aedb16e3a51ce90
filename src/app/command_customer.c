/*
 * samtaled export, samtaled erase: what is stored of a customer or conversation, handed out (GDPR art. 15) or taken away (art. 17). Who is
 * meant is told by what the sources call them; the key is made here with the site's secret, as it was when they called.
 */
#include "accounts.h"
#include "erase_spool.h"
#include "mask_key.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

struct wanted {
    const char *config, *source, *country;
    const char *customer, *phone, *email, *conversation, *agent; /* one of them */
    bool yes;
};

/* Puts an option's word where it belongs. @return false when c is no option with a word */
static bool take(struct wanted *w, int c, const char *word)
{
    const struct {
        int c;
        const char **to;
    } rows[] = {{'c', &w->config}, {'s', &w->source}, {'l', &w->country},      {'k', &w->customer},
                {'p', &w->phone},  {'e', &w->email},  {'i', &w->conversation}, {'a', &w->agent}};
    for (size_t i = 0; i < SAM_COUNT(rows); i++)
        if (rows[i].c == c) {
            *rows[i].to = word;
            return true;
        }
    return false;
}

static enum app_exit read_words(const struct command *self, int argc, char **argv, struct wanted *w)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"source", required_argument, NULL, 's'},
                                            {"customer", required_argument, NULL, 'k'},
                                            {"phone", required_argument, NULL, 'p'},
                                            {"email", required_argument, NULL, 'e'},
                                            {"country", required_argument, NULL, 'l'},
                                            {"conversation", required_argument, NULL, 'i'},
                                            {"agent", required_argument, NULL, 'a'},
                                            {"yes", no_argument, NULL, 'y'},
                                            {NULL, 0, NULL, 0}};
    *w = (struct wanted){0};
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c == 'y')
            w->yes = true;
        else if (!take(w, c, optarg))
            return app_usage(self, NULL);
    }
    if (optind < argc)
        return app_usage(self, "\"%s\" is one word too many", argv[optind]);
    if (!!w->customer + !!w->phone + !!w->email + !!w->conversation + !!w->agent != 1)
        return app_usage(self, "one of --customer, --phone, --email and --conversation is needed, or --agent to erase");
    if (!w->source && (w->conversation || w->customer))
        return app_usage(self, "--source is needed: an id counts within its source");
    return APP_DONE;
}

/* The parameters of the statements: key or null, source, external id or null; agent or null. */
enum { AGENT = 3, PARAMS };

static enum sam_code who_is(struct accounts *a, const struct wanted *w, struct sam_db_param params[PARAMS], struct sam_err *err)
{
    uint8_t key[SAM_MASK_KEY_BYTES];
    struct sam_span hex = SAM_NO_SPAN;
    params[0] = sam_db_null();
    params[1] = sam_db_text(sam_span_of(w->source));
    params[2] = sam_db_text(sam_span_of(w->conversation));
    params[AGENT] = sam_db_text(sam_span_of(w->agent));
    if (w->conversation || w->agent)
        return SAM_OK;
    enum sam_code code = app_mask_key(a->settings.privacy_key_file.at, key, err);
    if (code != SAM_OK)
        return code;
    struct sam_mask mask = sam_mask_of(key);
    const struct sam_record record = {.customer_id = sam_span_of(w->customer),
                                      .customer_phone = sam_span_of(w->phone),
                                      .customer_email = sam_span_of(w->email),
                                      .customer_country = sam_span_of(w->country)};
    code = sam_customer_key(&mask, w->source ? sam_span_of(w->source) : SAM_SPAN(""), &record, a->arena, &hex, err);
    if (code == SAM_NONE)
        return sam_fail(err, SAM_BAD_INPUT, "this identifies no customer");
    uint8_t *bytes = code == SAM_OK ? sam_arena_alloc(a->arena, hex.len / 2) : NULL;
    if (code == SAM_OK && !bytes)
        return sam_arena_full(a->arena, err);
    for (size_t i = 0; code == SAM_OK && i < hex.len; i++) {
        int digit = hex.at[i] <= '9' ? hex.at[i] - '0' : hex.at[i] - 'a' + 10;
        bytes[i / 2] = (uint8_t)(i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
    }
    if (code == SAM_OK)
        params[0] = sam_db_bytes((struct sam_span){(const char *)bytes, hex.len / 2});
    return code;
}

static enum sam_code hand_out(struct accounts *a, const struct sam_db_param params[PARAMS], struct sam_err *err)
{
    enum sam_code code = app_session_call(&a->session, "export_log", params, AGENT, err);
    if (code == SAM_OK)
        code = app_session_call(&a->session, "customer_export", params, AGENT, err);
    size_t n = code == SAM_OK ? sam_db_rows_n(a->session.rows) : 0;
    for (size_t i = 0; i < n; i++) {
        struct sam_span line = sam_db_get_text(a->session.rows, i, 0);
        if (fwrite(line.at, 1, line.len, stdout) != line.len || putchar('\n') == EOF)
            return sam_fail(err, SAM_SYSTEM, "cannot write the export");
    }
    if (code == SAM_OK)
        (void)fprintf(stderr, "%zu conversations\n", n);
    return code;
}

/* The certificate, with the files of the spool that are gone. */
static enum sam_code certify(struct accounts *a, const struct sam_db_rows *ids, struct sam_err *err)
{
    struct sam_span certificate;
    int64_t files = 0;
    enum sam_code code = sam_arena_span(a->arena, sam_db_get_text(a->session.rows, 0, 0), &certificate, err);
    if (code == SAM_OK)
        code = erase_spool(a->settings.spool_folder, ids, &files, err);
    if (code == SAM_OK)
        (void)printf("%.*s, \"spool_files\": %lld}\n", (int)certificate.len - 1, certificate.at, (long long)files);
    else
        (void)printf("%.*s\n", (int)certificate.len, certificate.at); /* the database has done its part */
    return code;
}

static enum sam_code take_away(struct accounts *a, const struct sam_db_param params[PARAMS], struct sam_err *err)
{
    bool agent = params[AGENT].len >= 0;
    enum sam_code code = app_session_call(&a->session, "erase_ids", params, PARAMS, err);
    struct sam_db_rows *ids = a->session.rows;
    a->session.rows = NULL;
    if (code == SAM_OK)
        code = agent ? app_session_call(&a->session, "erase_agent", params + AGENT, 1, err)
                     : app_session_call(&a->session, "erase", params, AGENT, err);
    if (code == SAM_OK && sam_db_rows_n(a->session.rows) == 0)
        code = sam_fail(err, SAM_BAD_INPUT, agent ? "there is no such agent" : "there is nothing stored of them");
    if (code == SAM_OK)
        code = certify(a, ids, err);
    sam_db_rows_free(ids);
    if (code == SAM_OK && agent)
        (void)fprintf(stderr, "reload the daemon (SIGHUP): it remembers the name until then\n");
    return code;
}

static enum app_exit run(const struct command *self, const struct wanted *w,
                         enum sam_code (*what)(struct accounts *a, const struct sam_db_param params[PARAMS], struct sam_err *err))
{
    struct accounts a;
    struct sam_err err;
    struct sam_db_param params[PARAMS];
    enum app_exit exit = accounts_open(&a, self, w->config);
    if (exit == APP_DONE && (who_is(&a, w, params, &err) != SAM_OK || what(&a, params, &err) != SAM_OK))
        exit = app_failed(self, &err);
    accounts_close(&a);
    return exit;
}

enum app_exit command_export(const struct command *self, int argc, char **argv)
{
    struct wanted w;
    if (read_words(self, argc, argv, &w) != APP_DONE)
        return APP_USAGE;
    return w.agent ? app_usage(self, "--agent is for erasing: agents see their own conversations themselves") : run(self, &w, hand_out);
}

enum app_exit command_erase(const struct command *self, int argc, char **argv)
{
    struct wanted w;
    if (read_words(self, argc, argv, &w) != APP_DONE)
        return APP_USAGE;
    if (!w.yes)
        return app_usage(self, "erasing cannot be undone: say --yes");
    return run(self, &w, take_away);
}
