/*
 * The rhythm of the chores: settle (tell the database the settings), work (one thing that is due), links (which conversations belong
 * together, where [phone_links] say that), rest. One statement at a time; a failure is logged and tried again after a rest. Nothing here is
 * needed for a message to be stored.
 *
 *     settle --> work <--> rest       all of them --(stop)--> closing
 *                  '--> links --^
 */
#include "chores.h"

#include "session.h"

#include <string.h>

#define ZONE_MAX     128
#define DAY_MAX      16
#define REST_MS      10000
#define LINKS_MS     1000 /* the same where conversations are linked: people wait for what belongs together */
#define LINKS_PARAMS 2
#define NEXT_PARAMS  3
#define BREATH_MS    50 /* between two things that are due, at least */
/* How long after summing a day the next one is: so many times what that took, and at most so long. Messages that come write the day anew,
 * and wait meanwhile: that must not cost more than a tenth; while the queue is behind, and each batch writes it anew, a fiftieth. Days that
 * somebody asks for are summed at the first pace in any case: until they are, each answer adds up their half hours. */
#define BREATH_SHARE 9
#define BREATH_MAX   1000
#define BEHIND_SHARE 49
#define BEHIND_MAX   5000
#define STATEMENT_MS (6 * 3600 * 1000) /* verifying a large centre takes minutes */
#define WAIT_MS      60000             /* a wait has an end; then it is looked again */

enum state { SETTLE, WORK, LINKS, REST, CLOSING };

struct chores {
    struct sam_flow flow;
    struct sam_db *db;
    struct app_settings settings; /* its zone is the first of these; what is under way borrows the second */
    char zone[ZONE_MAX], zone_sent[ZONE_MAX], notice[DAY_MAX], notice_sent[DAY_MAX];
    struct sam_buf purposes, purposes_sent, limits, limits_sent, links, links_sent;
    struct sam_db_param params[CHORES_SITE_PARAMS], policy[CHORES_POLICY_PARAMS], states[CHORES_STATES_PARAMS];
    struct sam_db_param links_params[LINKS_PARAMS], next_params[NEXT_PARAMS];
    char wanted[2][DAY_MAX], wanted_sent[2][DAY_MAX]; /* first and last day asked for last; empty: none */
    struct sam_db_call calls[4];
    int64_t asked_us, took_us; /* the statement under way, the last one */
    bool asked, answered, well, more, summed, awaited, changed, stopping, closed, told;
    bool (*behind)(void *context);
    void *behind_context;
    void (*stopped)(void *context);
    void *context;
};

static struct chores *of(struct sam_flow *flow)
{
    return SAM_OWNER(flow, struct chores, flow);
}

void chores_site(const struct app_settings *settings, struct sam_span limits, struct sam_db_param params[CHORES_SITE_PARAMS])
{
    params[0] = sam_db_text(settings->numbers_time_zone);
    params[1] = sam_db_text(sam_span_of(app_service_levels[settings->numbers_service_level]));
    for (size_t i = 0; i < SAM_COMPONENTS; i++)
        params[2 + i] = sam_db_float8(settings->score_weights[i]);
    params[6] = sam_db_int4((int32_t)settings->score_components);
    params[7] = sam_db_int8(settings->nightly_at_ms);
    params[8] = sam_db_bool(settings->nightly_verify);
    params[9] = sam_db_bool(app_agents_shown(settings));
    params[10] = sam_db_int8(settings->retention_dead_letters_ms);
    params[11] = sam_db_int8(settings->sources_incomplete_after_ms);
    params[12] = sam_db_text(limits);
}

void chores_limits(const struct app_settings *settings, struct sam_buf *out)
{
    const struct sam_pairs *pairs = &settings->maps[APP_MAP_SHORT_ABANDONS];
    sam_buf_text(out, "{");
    for (size_t i = 0; i < pairs->n; i++) {
        int64_t ms = 0;
        struct sam_err ignored;
        if (app_short_abandon(pairs->at[i].value, &ms, &ignored) != SAM_OK) /* the settings were checked */
            continue;
        sam_buf_text(out, i > 0 ? "," : "");
        sam_buf_json(out, pairs->at[i].key);
        sam_buf_printf(out, ":%lld", (long long)ms);
    }
    sam_buf_text(out, "}");
}

/* The links as a JSON object, for links_put. */
static void links_of(const struct app_settings *settings, struct sam_buf *out)
{
    const struct sam_pairs *pairs = &settings->maps[APP_MAP_PHONE_LINKS];
    sam_buf_text(out, "{");
    for (size_t i = 0; i < pairs->n; i++) {
        sam_buf_text(out, i > 0 ? "," : "");
        sam_buf_json(out, pairs->at[i].key);
        sam_buf_text(out, ":");
        sam_buf_json(out, pairs->at[i].value);
    }
    sam_buf_text(out, "}");
}

void chores_policy(const struct app_settings *settings, struct sam_span purposes, struct sam_db_param params[CHORES_POLICY_PARAMS])
{
    struct sam_span notice = settings->privacy_agent_notice;
    params[0] = sam_db_int8(settings->retention_transcripts_ms);
    params[1] = sam_db_int8(settings->retention_customers_ms);
    params[2] = sam_db_int8(settings->retention_conversations_ms);
    params[3] = sam_db_int8(settings->retention_access_log_ms);
    params[4] = sam_db_text(purposes.at ? purposes : SAM_SPAN(""));
    params[5] = sam_db_int4((int32_t)settings->privacy_group_min);
    params[6] = sam_db_text(notice.len > 0 ? notice : SAM_NO_SPAN);
    params[7] = sam_db_bool(settings->privacy_agent_names == APP_NAMES_PSEUDONYMS);
    params[8] = sam_db_int8(settings->numbers_settled_ms);
}

void chores_states(const struct app_settings *settings, struct sam_db_param params[CHORES_STATES_PARAMS])
{
    params[0] = sam_db_int8(settings->agents_longest_state_ms);
    params[1] = sam_db_int8(settings->retention_agent_states_ms);
}

void chores_purposes(const struct app_settings *settings, struct sam_buf *out)
{
    const struct sam_pairs *pairs = &settings->maps[APP_MAP_PURPOSES];
    struct sam_err err;
    for (size_t i = 0; i < pairs->n; i++) {
        int64_t kept_ms = 0;
        SAM_MUST(app_purpose_kept(pairs->at[i].value, &kept_ms, &err) == SAM_OK); /* checked when they were read */
        sam_buf_printf(out, "%s%lld %.*s", out->len > 0 ? "\n" : "", (long long)kept_ms, SAM_ARG(pairs->at[i].key));
    }
}

/* ---- one statement ----------------------------------------------------------------------------------------------------- */

static void tell(const struct chores *chores, const struct sam_db_rows *rows)
{
    struct sam_span name = sam_db_get_text(rows, 0, 0);
    int64_t result = sam_db_get_int(rows, 0, 1);
    if (sam_span_is(name, "verify") && result > 0)
        sam_log(SAM_LOG_ERROR, "nightly.differences", "n=%lld see=\"samtaled verify\"", (long long)result);
    else if (chores->summed)
        sam_log(SAM_LOG_DEBUG, "levels.built", "n=%lld", (long long)result);
    else if (chores->more)
        sam_log(SAM_LOG_INFO, "nightly.done", "chore=%.*s result=%lld", SAM_ARG(name), (long long)result);
}

static void tell_links(struct chores *chores, const struct sam_db_rows *rows)
{
    int64_t joined = sam_db_get_int(rows, 0, 1), parted = sam_db_get_int(rows, 0, 2), unclear = sam_db_get_int(rows, 0, 3);
    chores->more = chores->more || sam_db_get_int(rows, 0, 0) > 0;
    if (joined > 0 || parted > 0)
        sam_log(SAM_LOG_INFO, "links.settled", "joined=%lld parted=%lld", (long long)joined, (long long)parted);
    if (unclear > 0)
        sam_log(SAM_LOG_WARNING, "links.unclear", "n=%lld reason=\"more than one conversation has that number and time\"",
                (long long)unclear);
}

static void on_answer(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct chores *chores = context;
    chores->answered = true;
    chores->well = result->code == SAM_OK;
    bool linked = sam_flow_at(&chores->flow) == LINKS;
    if (!linked)
        chores->took_us = sam_clock_mono_us() - chores->asked_us;
    chores->more = linked && chores->more;
    if (chores->well && linked) {
        tell_links(chores, result->rows[0]);
    } else if (chores->well && sam_flow_at(&chores->flow) == WORK) {
        struct sam_span name = sam_db_get_text(result->rows[0], 0, 0);
        chores->more = sam_db_get_int(result->rows[0], 0, 2) == 1;
        chores->awaited = sam_span_is(name, "wanted");
        chores->summed = chores->awaited || sam_span_is(name, "levels");
        tell(chores, result->rows[0]);
    } else if (!chores->well && !chores->stopping && !chores->told) {
        sam_log(result->code == SAM_TEMPORARY ? SAM_LOG_INFO : SAM_LOG_WARNING, "nightly.waits", "statement=%s reason=\"%s\"",
                chores->calls[0].statement, err->text);
    }
    chores->told = !chores->well; /* once until it works again */
    sam_flow_wake(&chores->flow);
}

/* Asks chores->calls[0..n) once; true when the answer is there. */
static bool ask(struct chores *chores, size_t n)
{
    if (!chores->asked) {
        chores->asked = true;
        chores->answered = false;
        chores->asked_us = sam_clock_mono_us();
        sam_db_run(chores->db, chores->calls, n, STATEMENT_MS, on_answer, chores);
    }
    if (chores->answered)
        chores->asked = false;
    return chores->answered;
}

/* ---- states --------------------------------------------------------------------------------------------------------------- */

static enum sam_next move(struct chores *chores, enum state state)
{
    sam_flow_to(&chores->flow, chores->stopping ? CLOSING : state);
    return SAM_MORE;
}

/* What is not whole is never sent: a list of purposes that lacks one would be another policy. */
static bool whole(struct chores *chores)
{
    const struct sam_buf *all[] = {&chores->purposes,    &chores->purposes_sent, &chores->limits,
                                   &chores->limits_sent, &chores->links,         &chores->links_sent};
    bool failed = false;
    for (size_t i = 0; i < SAM_COUNT(all); i++)
        failed = failed || all[i]->failed;
    if (!failed)
        return true;
    if (!chores->told)
        sam_log(SAM_LOG_ERROR, "nightly.waits", "statement=policy_put reason=\"no memory for the settings\"");
    chores->told = chores->changed = true;
    return chores->well = false;
}

static enum sam_next settle(struct sam_flow *flow)
{
    struct chores *chores = of(flow);
    if (chores->stopping)
        return move(chores, CLOSING);
    if (!chores->asked) {
        struct app_settings sent = chores->settings;
        memcpy(chores->zone_sent, chores->zone, ZONE_MAX);
        memcpy(chores->notice_sent, chores->notice, DAY_MAX);
        sam_buf_clear(&chores->purposes_sent);
        sam_buf_span(&chores->purposes_sent, sam_buf_get(&chores->purposes));
        sam_buf_clear(&chores->limits_sent);
        sam_buf_span(&chores->limits_sent, sam_buf_get(&chores->limits));
        sam_buf_clear(&chores->links_sent);
        sam_buf_span(&chores->links_sent, sam_buf_get(&chores->links));
        if (!whole(chores))
            return move(chores, REST);
        sent.numbers_time_zone.at = chores->zone_sent;
        sent.privacy_agent_notice.at = chores->notice_sent;
        chores->changed = false;
        chores_site(&sent, sam_buf_get(&chores->limits_sent), chores->params);
        chores_policy(&sent, sam_buf_get(&chores->purposes_sent), chores->policy);
        chores->calls[0] = (struct sam_db_call){"site_put", chores->params, CHORES_SITE_PARAMS};
        chores->links_params[0] = sam_db_text(sam_buf_get(&chores->links_sent));
        chores->links_params[1] = sam_db_int8(sent.sources_phone_link_window_ms);
        chores->calls[1] = (struct sam_db_call){"policy_put", chores->policy, CHORES_POLICY_PARAMS};
        chores->calls[2] = (struct sam_db_call){"links_put", chores->links_params, LINKS_PARAMS};
        chores_states(&sent, chores->states);
        chores->calls[3] = (struct sam_db_call){"states_policy", chores->states, CHORES_STATES_PARAMS};
    }
    if (!ask(chores, 4))
        return sam_flow_wait(flow, WAIT_MS);
    chores->changed = chores->changed || !chores->well;
    return move(chores, chores->well ? WORK : REST);
}

/* Whether any conversations are linked by telephone number and time. */
static bool are_linked(const struct chores *chores)
{
    return chores->settings.maps[APP_MAP_PHONE_LINKS].n > 0;
}

static enum sam_next work(struct sam_flow *flow)
{
    struct chores *chores = of(flow);
    if (chores->stopping)
        return move(chores, CLOSING);
    if (!chores->asked) {
        memcpy(chores->wanted_sent, chores->wanted, sizeof chores->wanted_sent);
        for (size_t i = 0; i < 2; i++)
            chores->next_params[i] = chores->wanted_sent[i][0] ? sam_db_text(sam_span_of(chores->wanted_sent[i])) : sam_db_null();
        chores->next_params[2] = sam_db_bool(chores->behind(chores->behind_context));
        chores->calls[0] = (struct sam_db_call){"chores_next", chores->next_params, NEXT_PARAMS};
    }
    if (!ask(chores, 1))
        return sam_flow_wait(flow, WAIT_MS);
    return move(chores, are_linked(chores) ? LINKS : REST);
}

static enum sam_next links(struct sam_flow *flow)
{
    struct chores *chores = of(flow);
    if (chores->stopping)
        return move(chores, CLOSING);
    if (!chores->asked)
        chores->calls[0] = (struct sam_db_call){"link_settle", chores->params, 0};
    if (!ask(chores, 1))
        return sam_flow_wait(flow, WAIT_MS);
    return move(chores, REST);
}

static uint32_t breath_ms(const struct chores *chores)
{
    bool behind = chores->summed && !chores->awaited && chores->behind(chores->behind_context);
    int64_t ms = chores->summed ? chores->took_us * (behind ? BEHIND_SHARE : BREATH_SHARE) / 1000 : 0,
            max = behind ? BEHIND_MAX : BREATH_MAX;
    return ms < BREATH_MS ? BREATH_MS : ms > max ? (uint32_t)max : (uint32_t)ms;
}

static enum sam_next rest(struct sam_flow *flow)
{
    struct chores *chores = of(flow);
    bool wanted = memcmp(chores->wanted, chores->wanted_sent, sizeof chores->wanted) != 0;
    bool due = sam_flow_timed_out(flow) || ((chores->changed || wanted) && chores->well);
    if (!chores->stopping && !due)
        return sam_flow_wait(flow, chores->more ? breath_ms(chores) : are_linked(chores) ? LINKS_MS : REST_MS);
    return move(chores, chores->changed ? SETTLE : WORK);
}

static void on_closed(void *context)
{
    struct chores *chores = context;
    chores->closed = true;
    sam_flow_wake(&chores->flow);
}

static enum sam_next closing(struct sam_flow *flow)
{
    struct chores *chores = of(flow);
    if (chores->db) {
        struct sam_db *db = chores->db;
        chores->db = NULL;
        sam_db_close(db, on_closed, chores);
    }
    return chores->closed ? SAM_DONE : sam_flow_wait(flow, WAIT_MS);
}

static const struct sam_step steps[] = {
    [SETTLE] = {"settle", settle, SAM_TO(WORK) | SAM_TO(REST) | SAM_TO(CLOSING)},
    [WORK] = {"work", work, SAM_TO(LINKS) | SAM_TO(REST) | SAM_TO(CLOSING)},
    [LINKS] = {"links", links, SAM_TO(REST) | SAM_TO(CLOSING)},
    [REST] = {"rest", rest, SAM_TO(SETTLE) | SAM_TO(WORK) | SAM_TO(CLOSING)},
    [CLOSING] = {"closing", closing, 0},
};

static void free_all(struct chores *chores)
{
    sam_buf_free(&chores->purposes);
    sam_buf_free(&chores->purposes_sent);
    sam_buf_free(&chores->limits);
    sam_buf_free(&chores->limits_sent);
    sam_buf_free(&chores->links);
    sam_buf_free(&chores->links_sent);
    sam_free(chores);
}

static void on_ended(struct sam_flow *flow)
{
    struct chores *chores = of(flow);
    void (*stopped)(void *) = chores->stopped;
    void *context = chores->context;
    free_all(chores);
    if (stopped)
        stopped(context);
}

/* ---- begin and end -------------------------------------------------------------------------------------------------------- */

static void keep(struct chores *chores, const struct app_settings *settings)
{
    size_t n = settings->numbers_time_zone.len < ZONE_MAX ? settings->numbers_time_zone.len : ZONE_MAX - 1;
    chores->settings = *settings;
    memcpy(chores->zone, settings->numbers_time_zone.at, n);
    chores->settings.numbers_time_zone = (struct sam_span){chores->zone, n};
    n = settings->privacy_agent_notice.len < DAY_MAX ? settings->privacy_agent_notice.len : 0;
    if (n > 0)
        memcpy(chores->notice, settings->privacy_agent_notice.at, n);
    chores->settings.privacy_agent_notice = (struct sam_span){chores->notice, n};
    sam_buf_clear(&chores->purposes);
    chores_purposes(settings, &chores->purposes);
    sam_buf_clear(&chores->limits);
    chores_limits(settings, &chores->limits);
    sam_buf_clear(&chores->links);
    links_of(settings, &chores->links);
    if (settings->privacy_agent_names != APP_NAMES_HIDDEN && !app_agents_shown(settings))
        sam_log(SAM_LOG_WARNING, "privacy.agents_hidden", "see=\"[privacy] agent_purpose, agent_notice\"");
    chores->changed = true;
}

enum sam_code chores_new(struct sam_loop *loop, const struct app_settings *settings, bool (*behind)(void *context), void *context,
                         struct chores **out, struct sam_err *err)
{
    struct sam_db_settings db = sam_db_defaults();
    struct chores *chores = sam_new(sizeof *chores);
    if (!chores)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the chores");
    db.connection = settings->database_connection;
    db.role = APP_ROLE_DAEMON;
    db.application = "samtaled chores";
    chores->behind = behind;
    chores->behind_context = context;
    chores->purposes = sam_buf_of(CHORES_PURPOSES_BYTES);
    chores->purposes_sent = sam_buf_of(CHORES_PURPOSES_BYTES);
    chores->limits = sam_buf_of(CHORES_LIMITS_BYTES);
    chores->limits_sent = sam_buf_of(CHORES_LIMITS_BYTES);
    chores->links = sam_buf_of(CHORES_LIMITS_BYTES);
    chores->links_sent = sam_buf_of(CHORES_LIMITS_BYTES);
    keep(chores, settings);
    enum sam_code code = chores->purposes.failed || chores->limits.failed || chores->links.failed
                             ? sam_fail(err, SAM_NO_MEMORY, "no memory for the chores")
                             : SAM_OK;
    if (code == SAM_OK)
        code = sam_db_new(loop, &db, &chores->db, err);
    if (code == SAM_OK)
        code = sam_flow_start(&chores->flow, loop, "chores", steps, SAM_COUNT(steps), on_ended, err);
    if (code != SAM_OK) {
        sam_db_close(chores->db, NULL, NULL);
        free_all(chores);
        return code;
    }
    *out = chores;
    return SAM_OK;
}

void chores_reload(struct chores *chores, const struct app_settings *settings)
{
    if (!chores)
        return;
    keep(chores, settings);
    sam_flow_wake(&chores->flow);
}

void chores_wanted(struct chores *chores, struct sam_span from, struct sam_span to)
{
    char wanted[2][DAY_MAX] = {{0}};
    if (!chores || from.len >= DAY_MAX || to.len >= DAY_MAX || from.len == 0 || to.len == 0)
        return;
    memcpy(wanted[0], from.at, from.len);
    memcpy(wanted[1], to.at, to.len);
    if (memcmp(wanted, chores->wanted, sizeof wanted) == 0)
        return;
    memcpy(chores->wanted, wanted, sizeof wanted);
    sam_flow_wake(&chores->flow);
}

void chores_stop(struct chores *chores, void (*stopped)(void *context), void *context)
{
    if (!chores) {
        if (stopped)
            stopped(context);
        return;
    }
    chores->stopped = stopped;
    chores->context = context;
    chores->stopping = true;
    sam_flow_wake(&chores->flow);
}
