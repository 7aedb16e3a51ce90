/*
 * Roles of diarised speakers from what they say: an agent's greeting is nearly always one of a few phrases. Only one speaker may have said
 * one; a conversation in which two did, or nobody, keeps its unknown roles.
 */
#include "script.h"

#include <string.h>

/** Turns of a speaker that are looked at. */
#define FIRST_TURNS 3

/** What agents say first, lower case; data. */
static const char *const greetings[] = {
    "how can i help",
    "how may i help",
    "how can i assist",
    "how may i assist",
    "thank you for calling",
    "thanks for calling",
    "thank you for contacting",
    "thanks for contacting",
    "you're speaking with",
    "you are speaking with",
    "you're through to",
    "welcome to",
    "hvad kan jeg hj\xC3\xA6lpe",
    "hvordan kan jeg hj\xC3\xA6lpe",
    "hvad kan jeg g\xC3\xB8re for",
    "du taler med",
    "velkommen til",
    "tak fordi du ringer",
    "hva kan jeg hjelpe",
    "hvordan kan jeg hjelpe",
    "kva kan eg hjelpe",
    "korleis kan eg hjelpe",
    "du snakker med",
    "du snakkar med",
    "takk for at du ringer",
    "vad kan jag hj\xC3\xA4lpa",
    "hur kan jag hj\xC3\xA4lpa",
    "du talar med",
    "du pratar med",
    "v\xC3\xA4lkommen till",
    "tack f\xC3\xB6r att du ringer",
};

static bool holds(struct sam_span text, const char *phrase)
{
    size_t len = strlen(phrase);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (sam_span_is_nocase((struct sam_span){text.at + i, len}, phrase))
            return true;
    }
    return false;
}

static bool greets(struct sam_span text)
{
    struct sam_span start = {text.at, text.len < 400 ? text.len : 400};
    for (size_t i = 0; i < SAM_COUNT(greetings); i++) {
        if (holds(start, greetings[i]))
            return true;
    }
    return false;
}

/** The only speaker who greets as an agent in the first turns; -1 when there is none or more than one. */
static int32_t greeter(const struct script *s, int32_t party[2], size_t *speakers)
{
    int32_t found = -1;
    size_t seen[2] = {0, 0};
    *speakers = 0;
    for (size_t i = 0; i < s->turns_n; i++) {
        int32_t who = s->turns[i].party;
        if (who < 0)
            return -1;
        size_t at = 0;
        while (at < *speakers && at < 2 && party[at] != who)
            at++;
        if (at == 2) {
            *speakers = 3;
            continue;
        }
        if (at == *speakers)
            party[(*speakers)++] = who;
        if (seen[at]++ >= FIRST_TURNS || !greets(s->turns[i].text))
            continue;
        if (found >= 0 && found != who)
            return -1;
        found = who;
    }
    return found;
}

void script_derive_roles(struct script *s)
{
    int32_t party[2] = {-1, -1};
    size_t speakers = 0;
    for (size_t i = 0; i < s->turns_n; i++) {
        if (s->turns[i].party >= 0 && s->parties[s->turns[i].party].role != SAM_ROLE_UNKNOWN)
            return; /* what is stated is not guessed at */
    }
    int32_t agent = greeter(s, party, &speakers);
    if (agent < 0 || speakers < 2)
        return;
    s->parties[agent].role = SAM_ROLE_AGENT;
    s->parties[agent].role_derived = true;
    if (speakers > 2)
        return;
    int32_t customer = party[0] == agent ? party[1] : party[0];
    s->parties[customer].role = SAM_ROLE_CUSTOMER;
    s->parties[customer].role_derived = true;
}
