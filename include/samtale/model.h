/**
 * @file
 * Model: the plain structs that flow through the house. No behaviour but names of enum values and "is it known".
 * Times are UTC microseconds since 1970; offsets inside a conversation are milliseconds. Unknown is a flag, never 0.
 */
#ifndef SAMTALE_MODEL_H
#define SAMTALE_MODEL_H

#include "samtale/base.h"

/** A whole number that may be unknown. */
struct sam_int {
    int64_t value;
    bool known;
};
/** @return a known number */
static inline struct sam_int sam_int_of(int64_t value)
{
    return (struct sam_int){value, true};
}
#define SAM_UNKNOWN ((struct sam_int){0, false})

/** How good a time is. */
enum sam_quality { SAM_QUALITY_UNKNOWN, SAM_QUALITY_EXACT, SAM_QUALITY_SECOND, SAM_QUALITY_ZONE_ASSUMED, SAM_QUALITY_DERIVED };
/** A point in time; unknown when quality is SAM_QUALITY_UNKNOWN. */
struct sam_time {
    int64_t us;
    enum sam_quality quality;
};

enum sam_kind {
    SAM_KIND_CONVERSATION,
    SAM_KIND_RECORD,
    SAM_KIND_TRANSCRIPT,
    SAM_KIND_SURVEY,
    SAM_KIND_OUTCOME,
    SAM_KIND_EVENT,
    SAM_KIND_AGENT_STATE /* of no conversation: what an agent did at work, from when on */
};
enum sam_channel {
    SAM_CHANNEL_UNKNOWN,
    SAM_CHANNEL_VOICE,
    SAM_CHANNEL_CHAT,
    SAM_CHANNEL_EMAIL,
    SAM_CHANNEL_SMS,
    SAM_CHANNEL_VIDEO,
    SAM_CHANNEL_TASK
};
enum sam_direction { SAM_DIRECTION_UNKNOWN, SAM_DIRECTION_INBOUND, SAM_DIRECTION_OUTBOUND, SAM_DIRECTION_INTERNAL };
enum sam_role { SAM_ROLE_UNKNOWN, SAM_ROLE_AGENT, SAM_ROLE_CUSTOMER, SAM_ROLE_BOT, SAM_ROLE_SYSTEM, SAM_ROLE_SUPERVISOR, SAM_ROLE_OTHER };
enum sam_disposition {
    SAM_DISPOSITION_UNKNOWN,
    SAM_DISPOSITION_ANSWERED,
    SAM_DISPOSITION_ABANDONED,
    SAM_DISPOSITION_SHORT_ABANDON,
    SAM_DISPOSITION_VOICEMAIL,
    SAM_DISPOSITION_CALLBACK,
    SAM_DISPOSITION_TIMEOUT,
    SAM_DISPOSITION_FULL,
    SAM_DISPOSITION_CLOSED,
    SAM_DISPOSITION_FAILED
};
enum sam_transfer { SAM_TRANSFER_NONE, SAM_TRANSFER_BLIND, SAM_TRANSFER_ATTENDED, SAM_TRANSFER_QUEUE };
/** What an agent does. In ascending order of what counts where two queues tell different things of one moment. */
enum sam_state {
    SAM_STATE_WITHDRAWN, /* nothing: what was told of this moment before is taken back */
    SAM_STATE_OFFLINE,   /* signed off */
    SAM_STATE_PAUSE,     /* signed in, takes no contacts */
    SAM_STATE_READY,     /* takes contacts; whether on one or waiting the source does not tell, the records do */
    SAM_STATE_AVAILABLE, /* waits for a contact */
    SAM_STATE_WRAP,      /* work after a contact */
    SAM_STATE_ON_CONTACT
};
enum sam_consent { SAM_CONSENT_UNKNOWN, SAM_CONSENT_GIVEN, SAM_CONSENT_REFUSED };
enum sam_language {
    SAM_LANGUAGE_UNKNOWN,
    SAM_LANGUAGE_DA,
    SAM_LANGUAGE_NB,
    SAM_LANGUAGE_NN,
    SAM_LANGUAGE_SV,
    SAM_LANGUAGE_EN,
    SAM_LANGUAGE_OTHER
};
#define SAM_LANGUAGES 7

/** The 17 agent and 6 customer behaviours of the codebook, in its order. */
enum sam_label {
    SAM_QUESTION_OPEN,
    SAM_QUESTION_CLOSED,
    SAM_CLARIFY_NEED,
    SAM_CLARIFY_UNDERSTANDING,
    SAM_EMPATHY_ACKNOWLEDGE,
    SAM_EMPATHY_APOLOGY,
    SAM_EMPATHY_REASSURE,
    SAM_RELATION_PERSONAL,
    SAM_ADVICE,
    SAM_OFFER_PRODUCT,
    SAM_OFFER_GOODWILL,
    SAM_FLEXIBILITY_YES,
    SAM_FLEXIBILITY_NO,
    SAM_OWNERSHIP_COMMIT,
    SAM_CLOSING_ANYTHING_ELSE,
    SAM_CLOSING_RESOLUTION_CHECK,
    SAM_RETENTION_ATTEMPT,
    SAM_CUE_DISTRESS,
    SAM_CUE_FRUSTRATION,
    SAM_CUE_EFFORT,
    SAM_CUE_OPPORTUNITY,
    SAM_CUE_CHURN,
    SAM_CUE_SATISFACTION
};
#define SAM_LABELS 23

/** @return the stable lower-case name used in JSON, SQL and packs ("voice", "question.open"); never NULL */
const char *sam_kind_name(enum sam_kind kind);
/** @return see sam_kind_name */
const char *sam_channel_name(enum sam_channel channel);
/** @return see sam_kind_name */
const char *sam_direction_name(enum sam_direction direction);
/** @return see sam_kind_name */
const char *sam_role_name(enum sam_role role);
/** @return see sam_kind_name */
const char *sam_disposition_name(enum sam_disposition disposition);
/** @return see sam_kind_name */
const char *sam_transfer_name(enum sam_transfer transfer);
/** @return see sam_kind_name */
const char *sam_state_name(enum sam_state state);
/** @return see sam_kind_name */
const char *sam_consent_name(enum sam_consent consent);
/** @return see sam_kind_name */
const char *sam_quality_name(enum sam_quality quality);
/** @return see sam_kind_name; SAM_LANGUAGE_UNKNOWN is "und" */
const char *sam_language_name(enum sam_language language);
/** @return see sam_kind_name */
const char *sam_label_name(enum sam_label label);
/** Finds an enum value by its exact name. @return whether there is one; *out set then */
bool sam_kind_find(struct sam_span name, enum sam_kind *out);
/** See sam_kind_find. */
bool sam_channel_find(struct sam_span name, enum sam_channel *out);
/** See sam_kind_find. */
bool sam_direction_find(struct sam_span name, enum sam_direction *out);
/** See sam_kind_find. */
bool sam_role_find(struct sam_span name, enum sam_role *out);
/** See sam_kind_find. */
bool sam_disposition_find(struct sam_span name, enum sam_disposition *out);
/** See sam_kind_find. */
bool sam_transfer_find(struct sam_span name, enum sam_transfer *out);
/** See sam_kind_find. */
bool sam_state_find(struct sam_span name, enum sam_state *out);
/** See sam_kind_find. */
bool sam_consent_find(struct sam_span name, enum sam_consent *out);
/** See sam_kind_find. */
bool sam_quality_find(struct sam_span name, enum sam_quality *out);
/** See sam_kind_find. */
bool sam_label_find(struct sam_span name, enum sam_label *out);
/** Reads a BCP-47 tag or English name ("da-DK", "EN", "norwegian", "nn_NO"). @return SAM_LANGUAGE_UNKNOWN for empty, _OTHER for a language
 * not scored here */
enum sam_language sam_language_find(struct sam_span tag);

/* ---- what readers give ------------------------------------------------------------------------------------------ */

/** Someone in the conversation. */
struct sam_party {
    struct sam_span id;   /* the source's stable id; absent when none */
    struct sam_span name; /* agents' display name only; a customer's name is never kept */
    struct sam_span team; /* as it was then; absent when unknown */
    enum sam_role role;
    bool role_derived; /* guessed from hints, not stated */
};

/** The n-th queue entry of a conversation. All durations in ms; hold is not part of talk. */
struct sam_leg {
    struct sam_span queue, agent, team; /* absent when unknown; agent is a party id */
    struct sam_time queued, answered, ended;
    struct sam_int wait_ms, talk_ms, hold_ms, wrap_ms;
    enum sam_disposition disposition;
    enum sam_transfer transfer; /* how this leg was left */
};

/** A time during which one side was put on hold. */
struct sam_hold {
    struct sam_time from, to;
};

/** What a channel of a telephone exchange did. */
enum sam_act {
    SAM_ACT_OTHER,
    SAM_ACT_QUEUE, /* went into a queue */
    SAM_ACT_ENTER, /* a bridge: begins to hear the other */
    SAM_ACT_LEAVE,
    SAM_ACT_BLIND, /* passed the call on */
    SAM_ACT_ATTENDED,
    SAM_ACT_HOLD, /* hears music */
    SAM_ACT_UNHOLD,
    SAM_ACT_END
};
/** @return see sam_kind_name */
const char *sam_act_name(enum sam_act act);
/** See sam_kind_find. */
bool sam_act_find(struct sam_span name, enum sam_act *out);

/** One event of a channel. */
struct sam_channel_event {
    struct sam_time at;
    enum sam_act act;
    struct sam_span channel, name, peer; /* its unique id; its name, that of the one channel it is bridged with; absent where not needed */
    struct sam_span agent;               /* who it is, when it is an agent's */
    struct sam_span queue;               /* of the caller's channel: the queue it is in */
};

/** The call record: everything but the words. */
struct sam_record {
    int32_t rank; /* 0: legs as the contact centre itself tells them; a greater one counts only where no smaller one tells legs */
    enum sam_channel channel;
    enum sam_direction direction;
    enum sam_language language; /* as declared */
    struct sam_time offered, ended;
    enum sam_consent consent;
    bool documentation_only;      /* purpose: stored, never scored for quality */
    struct sam_span purpose;      /* as stated, "quality,training"; absent when not stated */
    struct sam_span customer_key; /* hex of the HMAC, set by masking; absent before, and when unknown */
    struct sam_span customer_id, customer_phone, customer_email, customer_country; /* as read; masking takes them away */
    struct sam_span customer_since;                                                /* "YYYY-MM-DD" or absent */
    struct sam_party *parties;
    size_t parties_n;
    struct sam_leg *legs;
    size_t legs_n;
    struct sam_hold *holds; /* in order, none inside another; of legs that know their talk but not their hold */
    size_t holds_n;
    struct sam_channel_event *events; /* in order: of a piece of a call that came in several; legs and holds are what the piece tells */
    size_t events_n;
};

/** All that is known of a call's channels. */
struct sam_channel_call {
    const struct sam_channel_event *events;
    size_t events_n, legs_max;
    struct sam_span id; /* unique id of the first channel: the caller's */
    bool outbound;
};
/**
 * Sets legs and holds of a record by the events of a call's channels.
 *
 * @param out  set on SAM_OK; its texts are those of the events
 * @return SAM_OK or SAM_NO_MEMORY
 */
enum sam_code sam_channel_legs(const struct sam_channel_call *in, struct sam_arena *arena, struct sam_record *out,
                               struct sam_err *err) SAM_MUST_USE;

/** Kinds of identifiers that are masked. */
enum sam_identifier {
    SAM_IDENTIFIER_IDENTITY, /* CPR, foedselsnummer, D- and H-number, personnummer, samordningsnummer */
    SAM_IDENTIFIER_CARD,
    SAM_IDENTIFIER_PHONE,
    SAM_IDENTIFIER_ACCOUNT, /* IBAN, bank account */
    SAM_IDENTIFIER_EMAIL,
    SAM_IDENTIFIER_ADDRESS
};
/** @return see sam_kind_name */
const char *sam_identifier_name(enum sam_identifier identifier);
/** See sam_kind_find. */
bool sam_identifier_find(struct sam_span name, enum sam_identifier *out);

/** What masking took from a turn: kind and place, never the text. start and end are code points in the turn's text. */
struct sam_masked {
    int32_t i; /* the input turn's number */
    uint32_t start, end;
    enum sam_identifier identifier;
};

/** A piece of a canonical turn: which input turn it is and where it stands. */
struct sam_segment {
    int32_t i;       /* the input turn's number; a finding's turn */
    uint32_t at;     /* code point of the canonical turn's text where the input turn's text begins */
    uint32_t length; /* code points of the input turn's text; span in it = span in the canonical text - at */
    struct sam_int start_ms, end_ms;
};

/** Who the customer is, as a transcript tells it: out of its file's name, mostly. */
struct sam_customer {
    struct sam_span key;                       /* hex of the HMAC, set by masking; absent before, and when unknown */
    struct sam_span id, phone, email, country; /* as read; masking takes them away */
};

/** One segment as the source gave it; after join one turn. */
struct sam_turn {
    int32_t i;     /* the input's own number; findings refer to it */
    int32_t party; /* index into the transcript's parties, or -1 */
    enum sam_role role;
    struct sam_int start_ms, end_ms;
    struct sam_span text;               /* masked before anything stores or scores it */
    const struct sam_segment *segments; /* after join: the input turns in order, their texts joined by one blank; NULL before */
    size_t segments_n;
};

struct sam_transcript {
    int32_t rank; /* 0: what was said; a greater one is a piece that was told while they spoke, and counts only until that comes */
    enum sam_channel channel;
    enum sam_language language; /* as declared */
    struct sam_time started;    /* when offset 0 was; unknown when the source does not say */
    struct sam_customer customer;
    struct sam_party *parties;
    size_t parties_n;
    struct sam_turn *turns;
    size_t turns_n;
    struct sam_masked *masked; /* in the order of turns and places */
    size_t masked_n;
};

struct sam_survey {
    struct sam_time answered;
    struct sam_int nps;                      /* 0..10 */
    struct sam_int csat, csat_min, csat_max; /* score and its scale */
    struct sam_int ces, ces_min, ces_max;    /* effort; larger is easier unless ces_reversed */
    bool ces_reversed;
};

enum sam_resolved { SAM_RESOLVED_UNKNOWN, SAM_RESOLVED_YES, SAM_RESOLVED_NO };
struct sam_outcome {
    struct sam_time at;
    enum sam_resolved resolved;
    struct sam_int churned, winback, sold; /* 0 or 1 when known */
    struct sam_int amount_minor;           /* of sold, in the currency's minor unit */
    struct sam_span currency;              /* ISO 4217 */
};

/** From when on an agent was in a state. It holds until the next one of the same agent, source and queue begins, or its own end. */
struct sam_agent_state {
    struct sam_span queue;  /* absent: of all queues of the agent */
    struct sam_span reason; /* of a pause, as the source says it; absent when not stated */
    struct sam_time from;   /* known; with source, agent and queue what it is known by: told again, the newer version counts */
    struct sam_time to;     /* after from, or unknown: until the next one */
    enum sam_state state;
};
/** States of one agent. */
struct sam_agent_states {
    struct sam_party agent; /* with an id, and the team as it was then */
    struct sam_agent_state *at;
    size_t n;
};

/** Most warnings kept on a part; further ones are counted. */
#define SAM_WARNINGS 16
/** What a reader found odd and went on: a stable code and the place in the input, e.g. {"time.no_zone", "dialog[3].start"}. */
struct sam_warning {
    struct sam_span code, place;
};

/** One part of one conversation, as one system told it, or states of one agent. Exactly one of the five bodies is set, by kind. */
struct sam_part {
    struct sam_span source, external_id; /* the merge key; of states the agent's id */
    enum sam_kind kind;                  /* RECORD, TRANSCRIPT, SURVEY, OUTCOME or AGENT_STATE */
    struct sam_span part_id;  /* "" for record and transcript unless the source numbers them; surveys and outcomes have their own */
    int64_t version;          /* grows; updated_at in us, or the source's number; 0 when the source gives none */
    uint8_t content_hash[16]; /* of the masked canonical form; zeros until app has set it; breaks ties of version in join */
    bool linked;              /* of another conversation, which telephone number and time say is this one: set by app, never by a reader */
    struct sam_record *record;
    struct sam_transcript *transcript;
    struct sam_survey *survey;
    struct sam_outcome *outcome;
    struct sam_agent_states *states;
    struct sam_warning *warnings; /* the first SAM_WARNINGS of them; NULL when there is none */
    uint32_t warnings_n;          /* may exceed SAM_WARNINGS: then the rest were only counted */
};

/**
 * Copies a part as a reader gave it (before join: turns have no segments) with all that it points to.
 *
 * @param body  its canonical form (sam_part_write), to live as long as the copy: texts of turns are pointed to there; SAM_NO_SPAN: all is
 * copied
 * @param out   set on SAM_OK; lies in the arena and in body alone, and nothing of it in what part points to
 * @return SAM_OK, or SAM_NO_MEMORY
 */
enum sam_code sam_part_copy(const struct sam_part *part, struct sam_span body, struct sam_arena *arena, struct sam_part *out,
                            struct sam_err *err) SAM_MUST_USE;

/* ---- what join gives: a pure function of the parts ---------------------------------------------------------------- */

enum sam_flag {
    SAM_FLAG_NO_RECORD = 1 << 0,     /* a transcript whose record has not come */
    SAM_FLAG_NO_TRANSCRIPT = 1 << 1, /* not measured through the opportunity lens */
    SAM_FLAG_CONFLICT = 1 << 2,      /* parts contradict each other, or one version came with two contents */
    SAM_FLAG_CLOCK_SKEW = 1 << 3,
    SAM_FLAG_ROLE_DERIVED = 1 << 4,
    SAM_FLAG_ROLE_UNKNOWN = 1 << 5, /* there are turns of unknown role, and none of an agent or none of a customer: not scored */
    SAM_FLAG_NO_TIMES = 1 << 6,     /* timing measures are null */
    SAM_FLAG_DOCUMENTATION_ONLY = 1 << 7,
    SAM_FLAG_REFUSED = 1 << 8,      /* consent refused: stored, not scored */
    SAM_FLAG_REPAIRED = 1 << 9,     /* a reader had to repair or drop something; the parts say what */
    SAM_FLAG_WORDS_ENDED = 1 << 10, /* set by the database: its words were deleted, its score and figures stay */
    SAM_FLAG_LINKED = 1 << 11,      /* parts of it were found by telephone number and time, no id tells that they are of it */
    SAM_FLAG_QUEUES = 1 << 15       /* was in several queues: lists find it by each; shown to nobody */
};

struct sam_conversation {
    struct sam_span source, external_id;
    enum sam_channel channel;
    enum sam_direction direction;
    enum sam_language declared; /* language by its tag */
    struct sam_time started;    /* first of offered, queued, answered, else what the transcript implies */
    struct sam_time ended;
    enum sam_consent consent;
    struct sam_span purpose, customer_key, customer_since;
    struct sam_int wait_ms, talk_ms, hold_ms, wrap_ms, handle_ms; /* sums over legs; handle = talk + hold + wrap, null when talk is */
    int32_t transfers;
    enum sam_disposition disposition; /* of the last leg that decides */
    struct sam_party *parties;        /* record's and transcript's, merged by id, then by role and name */
    size_t parties_n;
    struct sam_leg *legs;
    size_t legs_n;
    struct sam_turn *turns; /* canonical: segments of one party less than 1 s apart are one turn; i is that of the first */
    size_t turns_n;
    const struct sam_survey **surveys;
    size_t surveys_n;
    const struct sam_outcome **outcomes;
    size_t outcomes_n;
    uint32_t flags; /* of enum sam_flag */
};

/* ---- what score gives ---------------------------------------------------------------------------------------------- */

/** A mark with its evidence. start and end are code points in the stored, masked text of the input turn. */
struct sam_finding {
    int32_t turn;  /* the input's i */
    int32_t party; /* who spoke, index into the conversation's parties, or -1 */
    enum sam_label label;
    uint32_t start, end;
    struct sam_span rule; /* id of the pattern or model that carried it, "da.question.open.hvordan" */
    float weight;
};

enum sam_moment_kind { SAM_MOMENT_OPPORTUNITY, SAM_MOMENT_EMPATHY, SAM_MOMENT_CHURN };
/** How a customer's cue was met. EXPLORED and ANSWERED are of opportunity, ACKNOWLEDGED of empathy, ATTEMPTED of churn. */
enum sam_met { SAM_MET_NO_OCCASION, SAM_MET_EXPLORED, SAM_MET_ANSWERED, SAM_MET_ACKNOWLEDGED, SAM_MET_ATTEMPTED, SAM_MET_MISSED };
/** A cue and what came of it. */
struct sam_moment {
    enum sam_moment_kind kind;
    enum sam_label cue;
    enum sam_met met;
    int32_t cue_turn;                         /* the input's i */
    int32_t answer_turn;                      /* the input's i, or -1 */
    struct sam_int latency_turns, latency_ms; /* agent turns and ms from the cue's end to the answer's start; unknown when there is none */
    struct sam_span suggestion;               /* a question in the conversation's language for a missed opportunity; absent otherwise */
};
/** @return stable name, see sam_kind_name */
const char *sam_moment_kind_name(enum sam_moment_kind kind);
/** @return stable name, see sam_kind_name */
const char *sam_met_name(enum sam_met met);

/** Index of each measure in sam_score.measures; names, units and formulas: sam_measures() in score.h and docs/measures.md. */
enum sam_measure {
    SAM_M_AGENT_TURNS,
    SAM_M_CUSTOMER_TURNS,
    SAM_M_QUESTIONS_OPEN,
    SAM_M_QUESTIONS_CLOSED,
    SAM_M_NEEDS,
    SAM_M_UNDERSTANDINGS,
    SAM_M_OPPORTUNITY_CUES,
    SAM_M_OPPORTUNITY_EXPLORED,
    SAM_M_OPPORTUNITY_ANSWERED,
    SAM_M_OPPORTUNITY_MISSED,
    SAM_M_EMPATHY_CUES,
    SAM_M_EMPATHY_ACKNOWLEDGED,
    SAM_M_EMPATHY_GAPS,
    SAM_M_EMPATHY_LATENCY_TURNS,
    SAM_M_EMPATHY_LATENCY_MS,
    SAM_M_APOLOGIES,
    SAM_M_REASSURANCES,
    SAM_M_PERSONAL,
    SAM_M_ADVICE,
    SAM_M_OFFERS,
    SAM_M_GOODWILL,
    SAM_M_FLEXIBILITY_YES,
    SAM_M_FLEXIBILITY_NO,
    SAM_M_COMMITMENTS,
    SAM_M_CHURN_CUES,
    SAM_M_RETENTION_ATTEMPTS,
    SAM_M_SATISFACTION_CUES,
    SAM_M_EFFORT_CUES,
    SAM_M_AGENT_TALK_MS,
    SAM_M_CUSTOMER_TALK_MS,
    SAM_M_NON_TALK_MS,
    SAM_M_CROSS_TALK_MS,
    SAM_M_LONGEST_AGENT_MS,
    SAM_M_LONGEST_CUSTOMER_MS,
    SAM_M_AGENT_WORDS,
    SAM_M_CUSTOMER_WORDS,
    SAM_M_RESPONSE_MS,
    SAM_M_RESPONSES,
    SAM_M_FIRST_GREETING,
    SAM_M_FIRST_NAME,
    SAM_M_FIRST_INVITATION,
    SAM_M_FIRST_CUE_MET,
    SAM_M_PEAK_TURN,
    SAM_M_PEAK_MET,
    SAM_M_END_CHECKED,
    SAM_M_END_MOOD,
    SAM_M_ACTIVE_MARKERS,
    SAM_M_ACTIVE_COUNTERS,
    SAM_M_SUPPORTIVE_MARKERS,
    SAM_M_SUPPORTIVE_COUNTERS,
    SAM_M_STRONG_MARKERS,
    SAM_M_STRONG_COUNTERS,
    SAM_M_INTEGRITY_MARKERS,
    SAM_M_INTEGRITY_COUNTERS,
    SAM_M_EXPLORING_MS,
    SAM_M_ADVISING_MS,
    SAM_M_RELATING_MS,
    SAM_M_VERIFYING_MS,
    SAM_M_REFUSING_MS,
    SAM_M_INFORMING_MS,
    SAM_M_RESOLVED
};
#define SAM_MEASURES        61
#define SAM_MEASURES_SUMMED 38 /* so many of the first are added up by queue and half hour */

/** Components of the opportunity index; names and weights: score.h. */
enum sam_component { SAM_C_OPEN_SHARE, SAM_C_EXPLORED_SHARE, SAM_C_ACKNOWLEDGED_SHARE, SAM_C_NEEDS_ASKED };
#define SAM_COMPONENTS 4

/** A conversation through the opportunity lens. */
struct sam_score {
    bool scored;                /* false: nothing measurable (no transcript, unknown roles, other language, no consent); why says so */
    struct sam_span why;        /* stable word when not scored: "no_transcript", "roles_unknown", "language", "purpose", "consent" */
    enum sam_language language; /* as identified */
    struct sam_finding *findings;
    size_t findings_n;
    struct sam_moment *moments;
    size_t moments_n;
    struct sam_int measures[SAM_MEASURES];                                   /* counts, ms; never ratios: those are made of sums, in SQL */
    struct sam_int numerators[SAM_COMPONENTS], denominators[SAM_COMPONENTS]; /* of each component; unknown when not measurable */
    bool index_known;
    double index; /* 0..100 */
};

#endif
