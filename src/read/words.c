/*
 * The words that sources use for roles, channels, directions and dispositions, and what they mean here. Data: a new word is a new row.
 */
#include "reader.h"

struct word {
    const char *text;
    int value;
};

static const struct word roles[] = {
    {"agent", SAM_ROLE_AGENT},       {"customer", SAM_ROLE_CUSTOMER},     {"bot", SAM_ROLE_BOT},
    {"system", SAM_ROLE_SYSTEM},     {"supervisor", SAM_ROLE_SUPERVISOR}, {"other", SAM_ROLE_OTHER},
    {"unknown", SAM_ROLE_UNKNOWN},   {"advisor", SAM_ROLE_AGENT},         {"adviser", SAM_ROLE_AGENT},
    {"operator", SAM_ROLE_AGENT},    {"representative", SAM_ROLE_AGENT},  {"rep", SAM_ROLE_AGENT},
    {"employee", SAM_ROLE_AGENT},    {"caller", SAM_ROLE_CUSTOMER},       {"client", SAM_ROLE_CUSTOMER},
    {"consumer", SAM_ROLE_CUSTOMER}, {"end_user", SAM_ROLE_CUSTOMER},     {"contact", SAM_ROLE_CUSTOMER},
    {"visitor", SAM_ROLE_CUSTOMER},  {"automated_agent", SAM_ROLE_BOT},   {"assistant", SAM_ROLE_BOT},
    {"ivr", SAM_ROLE_BOT},           {"virtual_agent", SAM_ROLE_BOT},     {"manager", SAM_ROLE_SUPERVISOR},
    {"sme", SAM_ROLE_OTHER},         {"thirdparty", SAM_ROLE_OTHER},      {"third_party", SAM_ROLE_OTHER},
};
static const struct word channels[] = {
    {"voice", SAM_CHANNEL_VOICE},     {"call", SAM_CHANNEL_VOICE},     {"phone", SAM_CHANNEL_VOICE}, {"telephone", SAM_CHANNEL_VOICE},
    {"telephony", SAM_CHANNEL_VOICE}, {"callback", SAM_CHANNEL_VOICE}, {"chat", SAM_CHANNEL_CHAT},   {"webchat", SAM_CHANNEL_CHAT},
    {"messaging", SAM_CHANNEL_CHAT},  {"message", SAM_CHANNEL_CHAT},   {"email", SAM_CHANNEL_EMAIL}, {"e-mail", SAM_CHANNEL_EMAIL},
    {"mail", SAM_CHANNEL_EMAIL},      {"sms", SAM_CHANNEL_SMS},        {"video", SAM_CHANNEL_VIDEO}, {"task", SAM_CHANNEL_TASK},
    {"unknown", SAM_CHANNEL_UNKNOWN},
};
static const struct word directions[] = {
    {"inbound", SAM_DIRECTION_INBOUND},   {"in", SAM_DIRECTION_INBOUND},      {"incoming", SAM_DIRECTION_INBOUND},
    {"outbound", SAM_DIRECTION_OUTBOUND}, {"out", SAM_DIRECTION_OUTBOUND},    {"outgoing", SAM_DIRECTION_OUTBOUND},
    {"internal", SAM_DIRECTION_INTERNAL}, {"unknown", SAM_DIRECTION_UNKNOWN},
};
static const struct word dispositions[] = {
    {"answered", SAM_DISPOSITION_ANSWERED},   {"completed", SAM_DISPOSITION_ANSWERED},
    {"abandoned", SAM_DISPOSITION_ABANDONED}, {"no-answer", SAM_DISPOSITION_ABANDONED},
    {"no answer", SAM_DISPOSITION_ABANDONED}, {"hung-up", SAM_DISPOSITION_ABANDONED},
    {"voicemail", SAM_DISPOSITION_VOICEMAIL}, {"voicemail-no-message", SAM_DISPOSITION_VOICEMAIL},
    {"vm left", SAM_DISPOSITION_VOICEMAIL},   {"short_abandon", SAM_DISPOSITION_SHORT_ABANDON},
    {"callback", SAM_DISPOSITION_CALLBACK},   {"timeout", SAM_DISPOSITION_TIMEOUT},
    {"full", SAM_DISPOSITION_FULL},           {"closed", SAM_DISPOSITION_CLOSED},
    {"failed", SAM_DISPOSITION_FAILED},       {"busy", SAM_DISPOSITION_FAILED},
    {"congestion", SAM_DISPOSITION_FAILED},   {"unknown", SAM_DISPOSITION_UNKNOWN},
};

static bool find(const struct word *words, size_t n, struct sam_span text, int *out)
{
    text = sam_span_trim(text);
    for (size_t i = 0; i < n; i++) {
        if (sam_span_is_nocase(text, words[i].text)) {
            *out = words[i].value;
            return true;
        }
    }
    return false;
}

bool read_role_find(struct sam_span word, enum sam_role *out)
{
    int value = 0;
    bool there = find(roles, SAM_COUNT(roles), word, &value);
    if (there)
        *out = (enum sam_role)value;
    return there;
}

bool read_channel_find(struct sam_span word, enum sam_channel *out)
{
    int value = 0;
    bool there = find(channels, SAM_COUNT(channels), word, &value);
    if (there)
        *out = (enum sam_channel)value;
    return there;
}

bool read_direction_find(struct sam_span word, enum sam_direction *out)
{
    int value = 0;
    bool there = find(directions, SAM_COUNT(directions), word, &value);
    if (there)
        *out = (enum sam_direction)value;
    return there;
}

bool read_disposition_find(struct sam_span word, enum sam_disposition *out)
{
    int value = 0;
    bool there = find(dispositions, SAM_COUNT(dispositions), word, &value);
    if (there)
        *out = (enum sam_disposition)value;
    return there;
}
