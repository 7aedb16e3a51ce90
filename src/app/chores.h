/*
 * Private to app: what the daemon does beside the queue, on a connection of its own: sums of days as soon as they can be made, and the
 * nightly chores. What is due is decided in the database (sql/migrations/0009_chores.sql); here is only the rhythm.
 */
#ifndef SAMTALE_APP_CHORES_H
#define SAMTALE_APP_CHORES_H

#include "settings.h"

#include "samtale/db.h"

struct chores;

/**
 * Begins. @param settings borrowed during the call @param behind asked, with context, whether messages wait for each other: days that they
 * write are summed less often then @param out chores_stop() it
 * @return SAM_OK; SAM_BAD_INPUT for a wrong connection string; SAM_NO_MEMORY
 */
enum sam_code chores_new(struct sam_loop *loop, const struct app_settings *settings, bool (*behind)(void *context), void *context,
                         struct chores **out, struct sam_err *err) SAM_MUST_USE;
/** Takes over what of the settings figures in the database need. @param chores may be NULL */
void chores_reload(struct chores *chores, const struct app_settings *settings);
/** Says which days somebody asked for last: their sums are made first. @param chores may be NULL @param from, to as in the request,
 * YYYY-MM-DD; copied; empty: nothing is said */
void chores_wanted(struct chores *chores, struct sam_span from, struct sam_span to);
/** Gives up what runs, closes the connection and frees chores; stopped is called last, on the loop. @param chores may be NULL */
void chores_stop(struct chores *chores, void (*stopped)(void *context), void *context);

/** Parameters of the statement site_put. */
#define CHORES_SITE_PARAMS 13
/** Most bytes of chores_limits(). */
#define CHORES_LIMITS_BYTES ((size_t)64 << 20)
/** What figures in the database need of the settings, for site_put; borrows from settings. @param limits as chores_limits() gives them */
void chores_site(const struct app_settings *settings, struct sam_span limits, struct sam_db_param params[CHORES_SITE_PARAMS]);
/** Appends [short_abandons] as a JSON object of queues and ms. */
void chores_limits(const struct app_settings *settings, struct sam_buf *out);
/** Parameters of the statement policy_put. */
#define CHORES_POLICY_PARAMS 9
/** What is kept how long and who is shown, for policy_put; borrows from settings. @param purposes the times of [retention_purposes], as
 * chores_purposes() gives them */
void chores_policy(const struct app_settings *settings, struct sam_span purposes, struct sam_db_param params[CHORES_POLICY_PARAMS]);
/** Parameters of the statement states_policy. */
#define CHORES_STATES_PARAMS 2
/** What states of agents need of the settings, for states_policy. */
void chores_states(const struct app_settings *settings, struct sam_db_param params[CHORES_STATES_PARAMS]);
/** Appends the lines of [retention_purposes] in the form of policy_put. */
void chores_purposes(const struct app_settings *settings, struct sam_buf *out);
/** Room for them. */
#define CHORES_PURPOSES_BYTES (16U << 20)

#endif
