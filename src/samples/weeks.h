/*
 * weeks.h: what the files of this room share: chance, the centre, the texts, and the contacts that come of them.
 */
#ifndef SAMPLES_WEEKS_H
#define SAMPLES_WEEKS_H

#include "samtale/model.h"
#include "samtale/samples.h"

#define QUEUES        4
#define TEAMS         3
#define AGENTS        24
#define QUEUE_AGENTS  6
#define TEXT_USES     4
#define WEEK_CONTACTS 625.0   /* expected, of all queues */
#define VOICE_SHARE   0.70    /* of them */
#define CUSTOMERS_MAX 100000U /* of one queue */
#define HOUR_US       (3600 * INT64_C(1000000))
#define DAY_US        (24 * HOUR_US)
#define SECOND_US     INT64_C(1000000)
#define MINUTE_US     (60 * SECOND_US)

/* ---- chance (random.c): the same seed, the same draws ---- */

struct chance {
    uint64_t state;
};
struct chance chance_of(uint64_t seed, uint64_t stream);
uint64_t chance_bits(struct chance *chance);
double chance_unit(struct chance *chance); /* 0 <= x < 1 */
bool chance_is(struct chance *chance, double probability);
int64_t chance_between(struct chance *chance, int64_t least, int64_t most); /* both included */
double chance_exponential(struct chance *chance, double mean);
double chance_normal(struct chance *chance);
double chance_lognormal(struct chance *chance, double median, double sigma);
uint32_t chance_poisson(struct chance *chance, double mean);

/* ---- the centre (centre.c) ---- */

struct queue {
    const char *name, *currency, *country;
    enum sam_language language;
    double share;                 /* of all contacts */
    uint8_t agents[QUEUE_AGENTS]; /* indexes into the agents */
};
struct agent {
    const char *id, *given, *family;
    uint8_t team;
    double skill; /* -1..1: how far above or below the centre's average the dialogue is */
};
extern const struct queue centre_queues[QUEUES];
extern const struct agent centre_agents[AGENTS];
/* The team of an agent in a week of the samples: one agent moves. */
const char *centre_team(uint32_t agent, int32_t week);
/* How the dialogue of an agent leans in a week, -1.5..1.5: own skill, a course that one team takes, a week of trouble. */
double centre_lean(uint32_t agent, int32_t week);
/* Expected share of a week's contacts in a half hour; 0 when closed. weekday 0 is Monday. */
double centre_arrival_share(int32_t weekday, int32_t half_hour);
/* Agents who take the calls of a queue in a half hour: 0 when it is closed, 2 where one would be busy too much. */
uint32_t centre_planned(const struct queue *queue, int32_t weekday, int32_t half_hour);
/* The agent that is the n-th on duty for a queue's channel in a two-hour block. */
uint32_t centre_on_duty(const struct queue *queue, int64_t day, int32_t half_hour, uint32_t n);
/* UTC time of a local wall time in the European Union's zone of Copenhagen, Oslo and Stockholm. */
int64_t centre_utc_us(int64_t day, int64_t since_midnight_us);

/* ---- texts (texts.c) ---- */

/* Alternatives of a name: all of one language and kind. */
struct names {
    struct sam_span *at;
    size_t n;
    bool family;
};
#define NAME_SETS 16

struct text {
    enum sam_language language;
    enum sam_channel channel;
    const struct sam_json *turns;
    size_t turns_n;
    int64_t duration_ms; /* end of the last turn; 0 without times */
    uint32_t words;
    uint32_t uses;
    double quality; /* 0..1: shares of cues explored and acknowledged, by the codebook's rules */
    bool resolved, unresolved, churn, retention, offer;
};
struct texts {
    struct text *at;
    size_t n;
    struct names names[NAME_SETS];
    struct sam_map *name_sets; /* folded name -> set * 65536 + index */
};
enum sam_code texts_load(struct sam_arena *arena, struct texts *out, struct sam_err *err) SAM_MUST_USE;
/* The key of a name in name_sets: language, then the name in lower case. */
#define NAME_KEY 64
struct sam_span name_key(struct sam_span language, struct sam_span name, char key[NAME_KEY]);

/* ---- disguise (disguise.c) ---- */

/* One use of a text: its words with other names, numbers and weekdays. */
struct disguise {
    const struct texts *texts;
    const struct text *text;
    uint32_t number, use; /* which text, and 0..TEXT_USES-1 */
    bool agent_was;       /* the text's agent says its name: agent_name, as in name_sets */
    uint32_t agent_name;
    struct sam_span agent_is;
    size_t used;
    char line[64 * 1024]; /* longer turns are cut: the linked texts have none */
};
void disguise_start(struct disguise *disguise, const struct texts *texts, size_t text, uint32_t use, const char *agent_is);
/* @return the disguised words, borrowed until the next call */
struct sam_span disguise_turn(struct disguise *disguise, struct sam_span words);

/* ---- contacts (contacts.c) ---- */

struct contact_leg {
    uint8_t queue;
    int8_t agent; /* -1: nobody answered */
    int64_t queued_us, answered_us, ended_us;
    int64_t wait_ms, talk_ms, hold_ms, wrap_ms;
    enum sam_disposition disposition;
    enum sam_transfer transfer;
};
struct contact {
    uint32_t number; /* 1 .. */
    int32_t week;
    uint8_t queue;
    enum sam_channel channel;
    enum sam_direction direction;
    enum sam_language language;
    uint32_t customer; /* queue * CUSTOMERS_MAX + number */
    enum sam_consent consent;
    bool documentation_only;
    int64_t offered_us, ended_us;
    struct contact_leg legs[2];
    size_t legs_n;
    int32_t text; /* index of the text, -1 for none */
    uint32_t use;
    double pace;       /* the text's times are multiplied by this */
    int64_t hold_ms;   /* of the text: silence put in at hold_after */
    size_t hold_after; /* turn */
    double quality;
    bool resolved, churned, winback, sold;
    int64_t amount_minor;
};
struct contacts {
    struct sam_vec at; /* of struct contact */
    struct texts *texts;
    const struct sam_samples *samples;
    struct sam_arena *arena;
};
enum sam_code contacts_make(struct contacts *contacts, struct sam_err *err) SAM_MUST_USE;

/* ---- duty (duty.c) ---- */

struct duty_state {
    int64_t at_us;
    const char *state, *reason; /* reason: NULL for none */
};
/* One agent's day. */
struct duty {
    uint32_t agent;
    int32_t week;
    int64_t ended_us;
    size_t first, n; /* of the states */
};
struct duties {
    struct sam_vec at, states; /* of struct duty, struct duty_state */
    struct sam_arena *arena;
};
enum sam_code duties_make(const struct contacts *contacts, struct duties *duties, struct sam_err *err) SAM_MUST_USE;
/* Appends a day's message, but for its closing brace. */
void duty_put(struct sam_buf *buf, const struct duties *duties, const struct duty *duty);

/* ---- messages (messages.c) ---- */

/* Appends ,"key":"TIME". */
void messages_put_at(struct sam_buf *buf, const char *key, int64_t us);

enum sam_code messages_write(const struct contacts *contacts, sam_samples_sink sink, void *context, struct sam_samples_made *made,
                             struct sam_err *err) SAM_MUST_USE;

#endif
