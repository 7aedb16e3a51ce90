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

/** What only customers say when they begin, lower case; data. "I call because" is not here: agents call, too. */
static const char *const openings[] = {
    "can you help me",
    "could you help me",
    "i have a problem with my",
    "i have a question about my",
    "kan du hj\xC3\xA6lpe mig",
    "kan i hj\xC3\xA6lpe mig",
    "jeg skal bruge hj\xC3\xA6lp",
    "jeg har et sp\xC3\xB8rgsm\xC3\xA5l til min",
    "jeg vil gerne h\xC3\xB8re om min",
    "kan du hjelpe meg",
    "kan dere hjelpe meg",
    "jeg trenger hjelp",
    "jeg har et sp\xC3\xB8rsm\xC3\xA5l om min",
    "kan du hj\xC3\xA4lpa mig",
    "kan ni hj\xC3\xA4lpa mig",
    "jag beh\xC3\xB6ver hj\xC3\xA4lp",
    "jag har en fr\xC3\xA5ga om min",
};

/** Bytes at the beginning of a turn that are looked at. */
#define FIRST_BYTES 400

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool holds(struct sam_span text, struct sam_span phrase)
{
    for (size_t i = 0; phrase.len > 0 && i + phrase.len <= text.len; i++) {
        size_t n = 0;
        while (n < phrase.len && lower(text.at[i + n]) == lower(phrase.at[n]))
            n++;
        if (n == phrase.len)
            return true;
    }
    return false;
}

/** Whether text holds one of the phrases of a role: the shipped ones, or the configuration's. */
static bool says(const struct script *s, struct sam_span text, enum sam_role role)
{
    const struct sam_pairs *own = &s->r->set->maps[SAM_MAP_GREETINGS];
    const char *const *phrases = role == SAM_ROLE_AGENT ? greetings : openings;
    size_t n = role == SAM_ROLE_AGENT ? SAM_COUNT(greetings) : SAM_COUNT(openings);
    enum sam_role of_pair = SAM_ROLE_UNKNOWN;
    text.len = text.len < FIRST_BYTES ? text.len : FIRST_BYTES;
    for (size_t i = 0; i < n; i++) {
        if (holds(text, sam_span_of(phrases[i])))
            return true;
    }
    for (size_t i = 0; i < own->n; i++) {
        if (sam_role_find(own->at[i].value, &of_pair) && of_pair == role && holds(text, own->at[i].key))
            return true;
    }
    return false;
}

/** The only speaker who says in the first turns what this role says; -1 when there is none or more than one. */
static int32_t sayer(const struct script *s, enum sam_role role, int32_t party[2], size_t *speakers)
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
        if (seen[at]++ >= FIRST_TURNS || !says(s, s->turns[i].text, role))
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
    int32_t agent = sayer(s, SAM_ROLE_AGENT, party, &speakers), opener = sayer(s, SAM_ROLE_CUSTOMER, party, &speakers);
    if (opener >= 0 && opener == agent)
        return;
    if (agent < 0 && opener >= 0 && speakers == 2)
        agent = party[0] == opener ? party[1] : party[0];
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
