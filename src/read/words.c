/*
 * The words that sources use for roles, channels, directions and dispositions beside the model's own names, and what they mean here. Data:
 * a new word is a new row. Case does not count.
 */
#include "reader.h"

struct word {
    const char *text;
    int value;
};

static const struct word roles[] = {
    {"advisor", SAM_ROLE_AGENT},       {"adviser", SAM_ROLE_AGENT},      {"operator", SAM_ROLE_AGENT},   {"representative", SAM_ROLE_AGENT},
    {"rep", SAM_ROLE_AGENT},           {"employee", SAM_ROLE_AGENT},     {"caller", SAM_ROLE_CUSTOMER},  {"client", SAM_ROLE_CUSTOMER},
    {"consumer", SAM_ROLE_CUSTOMER},   {"end_user", SAM_ROLE_CUSTOMER},  {"contact", SAM_ROLE_CUSTOMER}, {"visitor", SAM_ROLE_CUSTOMER},
    {"automated_agent", SAM_ROLE_BOT}, {"assistant", SAM_ROLE_BOT},      {"ivr", SAM_ROLE_BOT},          {"virtual_agent", SAM_ROLE_BOT},
    {"custom_bot", SAM_ROLE_BOT},      {"manager", SAM_ROLE_SUPERVISOR}, {"sme", SAM_ROLE_OTHER},        {"thirdparty", SAM_ROLE_OTHER},
    {"third_party", SAM_ROLE_OTHER}};
static const struct word channels[] = {{"call", SAM_CHANNEL_VOICE},      {"phone", SAM_CHANNEL_VOICE},    {"telephone", SAM_CHANNEL_VOICE},
                                       {"telephony", SAM_CHANNEL_VOICE}, {"callback", SAM_CHANNEL_VOICE}, {"webchat", SAM_CHANNEL_CHAT},
                                       {"messaging", SAM_CHANNEL_CHAT},  {"message", SAM_CHANNEL_CHAT},   {"e-mail", SAM_CHANNEL_EMAIL},
                                       {"mail", SAM_CHANNEL_EMAIL}};
static const struct word directions[] = {{"in", SAM_DIRECTION_INBOUND},
                                         {"incoming", SAM_DIRECTION_INBOUND},
                                         {"out", SAM_DIRECTION_OUTBOUND},
                                         {"outgoing", SAM_DIRECTION_OUTBOUND}};
static const struct word dispositions[] = {{"completed", SAM_DISPOSITION_ANSWERED},
                                           {"no-answer", SAM_DISPOSITION_ABANDONED},
                                           {"no answer", SAM_DISPOSITION_ABANDONED},
                                           {"hung-up", SAM_DISPOSITION_ABANDONED},
                                           {"voicemail-no-message", SAM_DISPOSITION_VOICEMAIL},
                                           {"vm left", SAM_DISPOSITION_VOICEMAIL},
                                           {"busy", SAM_DISPOSITION_FAILED},
                                           {"congestion", SAM_DISPOSITION_FAILED}};

#define NAME_BYTES 32

/* A word as the model's names are written, in room; what is longer than any name is none. */
static struct sam_span small(struct sam_span word, char room[NAME_BYTES])
{
    if (word.len > NAME_BYTES)
        return SAM_NO_SPAN;
    for (size_t i = 0; i < word.len; i++)
        room[i] = (char)(word.at[i] >= 'A' && word.at[i] <= 'Z' ? word.at[i] - 'A' + 'a' : word.at[i]);
    return (struct sam_span){room, word.len};
}

static bool find(const struct word *words, size_t n, struct sam_span text, int *out)
{
    for (size_t i = 0; i < n; i++) {
        if (sam_span_is(text, words[i].text)) {
            *out = words[i].value;
            return true;
        }
    }
    return false;
}

bool read_role_find(struct sam_span word, enum sam_role *out)
{
    char room[NAME_BYTES];
    int value = 0;
    struct sam_span name = small(sam_span_trim(word), room);
    if (sam_role_find(name, out))
        return true;
    bool there = find(roles, SAM_COUNT(roles), name, &value);
    if (there)
        *out = (enum sam_role)value;
    return there;
}

bool read_channel_find(struct sam_span word, enum sam_channel *out)
{
    char room[NAME_BYTES];
    int value = 0;
    struct sam_span name = small(sam_span_trim(word), room);
    if (sam_channel_find(name, out))
        return true;
    bool there = find(channels, SAM_COUNT(channels), name, &value);
    if (there)
        *out = (enum sam_channel)value;
    return there;
}

bool read_direction_find(struct sam_span word, enum sam_direction *out)
{
    char room[NAME_BYTES];
    int value = 0;
    struct sam_span name = small(sam_span_trim(word), room);
    if (sam_direction_find(name, out))
        return true;
    bool there = find(directions, SAM_COUNT(directions), name, &value);
    if (there)
        *out = (enum sam_direction)value;
    return there;
}

bool read_disposition_find(struct sam_span word, enum sam_disposition *out)
{
    char room[NAME_BYTES];
    int value = 0;
    struct sam_span name = small(sam_span_trim(word), room);
    if (sam_disposition_find(name, out))
        return true;
    bool there = find(dispositions, SAM_COUNT(dispositions), name, &value);
    if (there)
        *out = (enum sam_disposition)value;
    return there;
}
