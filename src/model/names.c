/*
 * The stable names of every enum value of the model: what stands in JSON, SQL and packs. One table an enum; a name,
 * once released, never changes its meaning.
 */
#include "samtale/model.h"

static const char *const kinds[] = {
    [SAM_KIND_CONVERSATION] = "conversation", [SAM_KIND_RECORD] = "record",
    [SAM_KIND_TRANSCRIPT] = "transcript",     [SAM_KIND_SURVEY] = "survey",
    [SAM_KIND_OUTCOME] = "outcome",           [SAM_KIND_EVENT] = "event",
    [SAM_KIND_AGENT_STATE] = "agent_state",
};
static const char *const channels[] = {
    [SAM_CHANNEL_UNKNOWN] = "unknown", [SAM_CHANNEL_VOICE] = "voice", [SAM_CHANNEL_CHAT] = "chat", [SAM_CHANNEL_EMAIL] = "email",
    [SAM_CHANNEL_SMS] = "sms",         [SAM_CHANNEL_VIDEO] = "video", [SAM_CHANNEL_TASK] = "task",
};
static const char *const directions[] = {
    [SAM_DIRECTION_UNKNOWN] = "unknown",
    [SAM_DIRECTION_INBOUND] = "inbound",
    [SAM_DIRECTION_OUTBOUND] = "outbound",
    [SAM_DIRECTION_INTERNAL] = "internal",
};
static const char *const roles[] = {
    [SAM_ROLE_UNKNOWN] = "unknown", [SAM_ROLE_AGENT] = "agent",           [SAM_ROLE_CUSTOMER] = "customer", [SAM_ROLE_BOT] = "bot",
    [SAM_ROLE_SYSTEM] = "system",   [SAM_ROLE_SUPERVISOR] = "supervisor", [SAM_ROLE_OTHER] = "other",
};
static const char *const dispositions[] = {
    [SAM_DISPOSITION_UNKNOWN] = "unknown",     [SAM_DISPOSITION_ANSWERED] = "answered",
    [SAM_DISPOSITION_ABANDONED] = "abandoned", [SAM_DISPOSITION_SHORT_ABANDON] = "short_abandon",
    [SAM_DISPOSITION_VOICEMAIL] = "voicemail", [SAM_DISPOSITION_CALLBACK] = "callback",
    [SAM_DISPOSITION_TIMEOUT] = "timeout",     [SAM_DISPOSITION_FULL] = "full",
    [SAM_DISPOSITION_CLOSED] = "closed",       [SAM_DISPOSITION_FAILED] = "failed",
};
static const char *const acts[] = {
    [SAM_ACT_OTHER] = "other", [SAM_ACT_QUEUE] = "queue",   [SAM_ACT_ENTER] = "enter",
    [SAM_ACT_LEAVE] = "leave", [SAM_ACT_BLIND] = "blind",   [SAM_ACT_ATTENDED] = "attended",
    [SAM_ACT_HOLD] = "hold",   [SAM_ACT_UNHOLD] = "unhold", [SAM_ACT_END] = "end",
};
static const char *const transfers[] = {
    [SAM_TRANSFER_NONE] = "none",
    [SAM_TRANSFER_BLIND] = "blind",
    [SAM_TRANSFER_ATTENDED] = "attended",
    [SAM_TRANSFER_QUEUE] = "queue",
};
static const char *const states[] = {
    [SAM_STATE_WITHDRAWN] = "withdrawn",   [SAM_STATE_OFFLINE] = "offline",     [SAM_STATE_PAUSE] = "pause",
    [SAM_STATE_READY] = "ready",           [SAM_STATE_AVAILABLE] = "available", [SAM_STATE_WRAP] = "wrap",
    [SAM_STATE_ON_CONTACT] = "on_contact",
};
static const char *const consents[] = {
    [SAM_CONSENT_UNKNOWN] = "unknown",
    [SAM_CONSENT_GIVEN] = "given",
    [SAM_CONSENT_REFUSED] = "refused",
};
static const char *const qualities[] = {
    [SAM_QUALITY_UNKNOWN] = "unknown",           [SAM_QUALITY_EXACT] = "exact",     [SAM_QUALITY_SECOND] = "second",
    [SAM_QUALITY_ZONE_ASSUMED] = "zone_assumed", [SAM_QUALITY_DERIVED] = "derived",
};
static const char *const languages[] = {
    [SAM_LANGUAGE_UNKNOWN] = "und", [SAM_LANGUAGE_DA] = "da", [SAM_LANGUAGE_NB] = "nb",       [SAM_LANGUAGE_NN] = "nn",
    [SAM_LANGUAGE_SV] = "sv",       [SAM_LANGUAGE_EN] = "en", [SAM_LANGUAGE_OTHER] = "other",
};
static const char *const identifiers[] = {
    [SAM_IDENTIFIER_IDENTITY] = "identity", [SAM_IDENTIFIER_CARD] = "card",   [SAM_IDENTIFIER_PHONE] = "phone",
    [SAM_IDENTIFIER_ACCOUNT] = "account",   [SAM_IDENTIFIER_EMAIL] = "email", [SAM_IDENTIFIER_ADDRESS] = "address",
};
static const char *const labels[] = {
    [SAM_QUESTION_OPEN] = "question.open",
    [SAM_QUESTION_CLOSED] = "question.closed",
    [SAM_CLARIFY_NEED] = "clarify.need",
    [SAM_CLARIFY_UNDERSTANDING] = "clarify.understanding",
    [SAM_EMPATHY_ACKNOWLEDGE] = "empathy.acknowledge",
    [SAM_EMPATHY_APOLOGY] = "empathy.apology",
    [SAM_EMPATHY_REASSURE] = "empathy.reassure",
    [SAM_RELATION_PERSONAL] = "relation.personal",
    [SAM_ADVICE] = "advice",
    [SAM_OFFER_PRODUCT] = "offer.product",
    [SAM_OFFER_GOODWILL] = "offer.goodwill",
    [SAM_FLEXIBILITY_YES] = "flexibility.yes",
    [SAM_FLEXIBILITY_NO] = "flexibility.no",
    [SAM_OWNERSHIP_COMMIT] = "ownership.commit",
    [SAM_CLOSING_ANYTHING_ELSE] = "closing.anything_else",
    [SAM_CLOSING_RESOLUTION_CHECK] = "closing.resolution_check",
    [SAM_RETENTION_ATTEMPT] = "retention.attempt",
    [SAM_CUE_DISTRESS] = "cue.distress",
    [SAM_CUE_FRUSTRATION] = "cue.frustration",
    [SAM_CUE_EFFORT] = "cue.effort",
    [SAM_CUE_OPPORTUNITY] = "cue.opportunity",
    [SAM_CUE_CHURN] = "cue.churn",
    [SAM_CUE_SATISFACTION] = "cue.satisfaction",
};
static const char *const moment_kinds[] = {
    [SAM_MOMENT_OPPORTUNITY] = "opportunity",
    [SAM_MOMENT_EMPATHY] = "empathy",
    [SAM_MOMENT_CHURN] = "churn",
};
static const char *const mets[] = {
    [SAM_MET_NO_OCCASION] = "no_occasion",   [SAM_MET_EXPLORED] = "explored",   [SAM_MET_ANSWERED] = "answered",
    [SAM_MET_ACKNOWLEDGED] = "acknowledged", [SAM_MET_ATTEMPTED] = "attempted", [SAM_MET_MISSED] = "missed",
};

_Static_assert(SAM_COUNT(labels) == SAM_LABELS, "a label lacks its name");
_Static_assert(SAM_COUNT(languages) == SAM_LANGUAGES, "a language lacks its name");

static const char *name_of(const char *const *names, size_t n, size_t value)
{
    SAM_MUST(value < n);
    return names[value];
}

static bool find(const char *const *names, size_t n, struct sam_span name, size_t *out)
{
    for (size_t i = 0; i < n; i++) {
        if (sam_span_is(name, names[i])) {
            *out = i;
            return true;
        }
    }
    return false;
}

/* One pair of functions an enum; a macro, since C has no other way to say "the same for another type". */
#define NAMES(what, table)                                                                                                                 \
    const char *sam_##what##_name(enum sam_##what value)                                                                                   \
    {                                                                                                                                      \
        return name_of(table, SAM_COUNT(table), (size_t)value);                                                                            \
    }
#define NAMES_AND_FIND(what, table)                                                                                                        \
    NAMES(what, table)                                                                                                                     \
    bool sam_##what##_find(struct sam_span name, enum sam_##what *out)                                                                     \
    {                                                                                                                                      \
        size_t i = 0;                                                                                                                      \
        bool there = find(table, SAM_COUNT(table), name, &i);                                                                              \
        if (there)                                                                                                                         \
            *out = (enum sam_##what)i;                                                                                                     \
        return there;                                                                                                                      \
    }

NAMES_AND_FIND(kind, kinds)
NAMES_AND_FIND(channel, channels)
NAMES_AND_FIND(direction, directions)
NAMES_AND_FIND(role, roles)
NAMES_AND_FIND(disposition, dispositions)
NAMES_AND_FIND(act, acts)
NAMES_AND_FIND(transfer, transfers)
NAMES_AND_FIND(state, states)
NAMES_AND_FIND(consent, consents)
NAMES_AND_FIND(quality, qualities)
NAMES_AND_FIND(identifier, identifiers)
NAMES_AND_FIND(label, labels)
NAMES(language, languages)
NAMES(moment_kind, moment_kinds)
NAMES(met, mets)

/* Primary subtags and English names that sources write; "no" is bokmaal unless the text says otherwise. */
static const struct {
    const char *tag;
    enum sam_language language;
} tags[] = {
    {"da", SAM_LANGUAGE_DA},      {"dan", SAM_LANGUAGE_DA},      {"danish", SAM_LANGUAGE_DA},       {"nb", SAM_LANGUAGE_NB},
    {"no", SAM_LANGUAGE_NB},      {"nob", SAM_LANGUAGE_NB},      {"nor", SAM_LANGUAGE_NB},          {"norwegian", SAM_LANGUAGE_NB},
    {"nn", SAM_LANGUAGE_NN},      {"nno", SAM_LANGUAGE_NN},      {"nynorsk", SAM_LANGUAGE_NN},      {"sv", SAM_LANGUAGE_SV},
    {"swe", SAM_LANGUAGE_SV},     {"swedish", SAM_LANGUAGE_SV},  {"en", SAM_LANGUAGE_EN},           {"eng", SAM_LANGUAGE_EN},
    {"english", SAM_LANGUAGE_EN}, {"und", SAM_LANGUAGE_UNKNOWN}, {"unknown", SAM_LANGUAGE_UNKNOWN},
};

enum sam_language sam_language_find(struct sam_span tag)
{
    struct sam_span primary = sam_span_trim(tag);
    for (size_t i = 0; i < primary.len; i++) {
        if (primary.at[i] == '-' || primary.at[i] == '_')
            primary.len = i;
    }
    if (primary.len == 0)
        return SAM_LANGUAGE_UNKNOWN;
    for (size_t i = 0; i < SAM_COUNT(tags); i++) {
        if (sam_span_is_nocase(primary, tags[i].tag))
            return tags[i].language;
    }
    return SAM_LANGUAGE_OTHER;
}
