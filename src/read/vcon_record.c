/*
 * A vCon as a call record: channel, direction, times, and a leg for each recording, text exchange or attempt. Waiting and hold only from
 * party_history: a recording's length is not the talk time.
 */
#include "vcon.h"

#include <string.h>

static bool known(struct sam_time t)
{
    return t.quality != SAM_QUALITY_UNKNOWN;
}

static struct sam_time end_of(const struct dialog *d)
{
    if (!known(d->start) || !d->length_ms.known)
        return (struct sam_time){0, SAM_QUALITY_UNKNOWN};
    return (struct sam_time){d->start.us + d->length_ms.value * 1000, SAM_QUALITY_DERIVED};
}

/* ---- channel, direction ---------------------------------------------------------------------------------------------------- */

static enum sam_channel channel_of(const struct vcon *v)
{
    bool voice = false, text = false, video = false;
    for (size_t i = 0; i < v->dialogs_n; i++) {
        const struct dialog *d = &v->dialogs[i];
        struct sam_span type = sam_json_text(d->json, "mediatype");
        if (!type.at)
            type = sam_json_text(d->json, "mimetype");
        text = text || d->words.len > 0;
        video = video || (d->kind == DIALOG_RECORDING && sam_span_starts(type, "video/"));
        voice = voice || d->kind == DIALOG_RECORDING || d->kind == DIALOG_INCOMPLETE || d->kind == DIALOG_TRANSFER || d->spoken;
    }
    if (text)
        return v->mail ? SAM_CHANNEL_EMAIL : SAM_CHANNEL_CHAT;
    return video ? SAM_CHANNEL_VIDEO : voice ? SAM_CHANNEL_VOICE : SAM_CHANNEL_UNKNOWN;
}

/** meta.direction of a dialog or of the vCon, else the role of whoever began. */
static enum sam_direction direction_of(const struct vcon *v)
{
    enum sam_direction direction = SAM_DIRECTION_UNKNOWN;
    if (read_direction_find(sam_json_text(sam_json_get(v->root, "meta"), "direction"), &direction))
        return direction;
    for (size_t i = 0; i < v->dialogs_n; i++) {
        if (read_direction_find(sam_json_text(sam_json_get(v->dialogs[i].json, "meta"), "direction"), &direction))
            return direction;
    }
    for (size_t i = 0; i < v->dialogs_n; i++) {
        int32_t who = v->dialogs[i].originator;
        enum sam_role role = who >= 0 ? v->parties[who].role : SAM_ROLE_UNKNOWN;
        if (role == SAM_ROLE_CUSTOMER)
            return SAM_DIRECTION_INBOUND;
        if (role == SAM_ROLE_AGENT)
            return SAM_DIRECTION_OUTBOUND;
    }
    return direction;
}

/* ---- party_history: when the agent was there, and on hold ------------------------------------------------------------------- */

static bool is_event(const struct sam_json *entry, const char *name)
{
    return sam_span_is_nocase(sam_json_text(entry, "event"), name);
}

/* What a dialog's events say so far. */
struct presence {
    struct sam_time joined, held, dropped;
    struct sam_span agent;
    int64_t hold_us;
};

static void event_met(const struct vcon *v, const struct sam_json *e, int32_t who, struct sam_time t, struct presence *p)
{
    bool agent = v->parties[who].role == SAM_ROLE_AGENT;
    if (is_event(e, "join") && agent && !known(p->joined)) {
        p->joined = t;
        p->agent = v->parties[who].id;
    }
    if (is_event(e, "drop") && agent)
        p->dropped = t;
    if (is_event(e, "hold") && !known(p->held))
        p->held = t;
    if (is_event(e, "unhold") && known(p->held)) {
        p->hold_us += t.us > p->held.us ? t.us - p->held.us : 0;
        p->held = (struct sam_time){0};
    }
}

/** Sets answered, hold and talk of a leg from joins, drops, holds and unholds of the agent. */
static void history(struct vcon *v, const struct dialog *d, struct sam_leg *leg, const struct place *at)
{
    const struct sam_json *list = read_list(v->r, v->record, sam_json_get(d->json, "party_history"), KEY(at, "party_history"));
    struct presence p = {.dropped = end_of(d)};
    size_t i = 0;
    for (const struct sam_json *e = list ? list->first : NULL; e; e = e->next, i++) {
        const struct place *here = ITEM(at, "party_history", i);
        int32_t who = vcon_party(v, sam_json_get(e, "party"), KEY(here, "party"));
        struct sam_time t = read_time(v->r, v->record, sam_json_get(e, "time"), KEY(here, "time"));
        if (who >= 0 && known(t))
            event_met(v, e, who, t, &p);
    }
    if (!known(p.joined))
        return;
    leg->agent = p.agent;
    leg->answered = p.joined;
    if (known(p.held) && known(p.dropped) && p.dropped.us > p.held.us)
        p.hold_us += p.dropped.us - p.held.us;
    leg->hold_ms = sam_int_of(p.hold_us / 1000);
    if (known(p.dropped) && p.dropped.us - p.joined.us >= p.hold_us)
        leg->talk_ms = sam_int_of((p.dropped.us - p.joined.us - p.hold_us) / 1000);
}

/* ---- legs ------------------------------------------------------------------------------------------------------------------ */

/** disposition of the dialog (of an incomplete one, also elsewhere), then meta.disposition; another word of the agent's is a contradiction
 * that is told. */
static enum sam_disposition disposition_of(struct vcon *v, const struct dialog *d, const struct place *at)
{
    enum sam_disposition told = SAM_DISPOSITION_UNKNOWN, chosen = SAM_DISPOSITION_UNKNOWN;
    const struct sam_json *meta = sam_json_get(d->json, "meta");
    if (!read_disposition(v->r, sam_json_text(d->json, "disposition"), &told) &&
        !read_disposition(v->r, sam_json_text(meta, "disposition"), &told))
        (void)read_disposition(v->r, sam_json_text(sam_json_get(v->root, "meta"), "disposition"), &told);
    if (read_disposition(v->r, sam_json_text(meta, "agent_selected_disposition"), &chosen) && told != SAM_DISPOSITION_UNKNOWN &&
        chosen != told)
        read_warn(v->r, v->record, "disposition.conflict", KEY(at, "meta.agent_selected_disposition"));
    if (told == SAM_DISPOSITION_UNKNOWN)
        told = chosen;
    if (told == SAM_DISPOSITION_UNKNOWN && d->kind == DIALOG_INCOMPLETE)
        told = SAM_DISPOSITION_FAILED;
    return told;
}

/** The agent of a dialog: the only one among its parties, else among all; nobody talked in an incomplete one. */
static int32_t agent_of(const struct vcon *v, const struct dialog *d)
{
    int32_t found = -1;
    int64_t index = 0;
    const struct sam_json *list = sam_json_get(d->json, "parties");
    for (const struct sam_json *item = list && list->type == SAM_JSON_ARRAY ? list->first : NULL; item && v->parties_n > 0;
         item = item->next) {
        const struct sam_json *one = item->type == SAM_JSON_ARRAY ? item->first : item;
        if (!sam_json_int(one, false, 0, (int64_t)v->parties_n - 1, &index) || v->parties[index].role != SAM_ROLE_AGENT)
            continue;
        found = found == -1 || found == (int32_t)index ? (int32_t)index : -2;
    }
    for (size_t i = 0; found == -1 && d->kind != DIALOG_INCOMPLETE && i < v->parties_n; i++) {
        if (v->parties[i].role == SAM_ROLE_AGENT)
            return (int32_t)i;
    }
    return found;
}

/** The contact centre extension's skill, a text or a list: the nearest to a queue that a vCon has. */
static struct sam_span skill_of(struct vcon *v, const struct dialog *d, const struct place *at)
{
    const struct sam_json *skill = sam_json_get(d->json, "skill");
    if (skill && skill->type == SAM_JSON_ARRAY)
        skill = skill->first;
    return read_name(v->r, v->record, skill, KEY(at, "skill"));
}

static struct sam_leg leg_of(struct vcon *v, size_t index)
{
    const struct dialog *d = &v->dialogs[index];
    const struct place *at = ITEM(NULL, "dialog", index);
    struct sam_leg leg = {.disposition = disposition_of(v, d, at), .ended = end_of(d), .queue = skill_of(v, d, at)};
    int32_t agent = agent_of(v, d);
    if (agent >= 0)
        leg.agent = v->parties[agent].id;
    if (d->json)
        history(v, d, &leg, at);
    return leg;
}

/** A transfer marks the leg of its original dialog, else the one before it. */
static void transfer(struct vcon *v, const struct dialog *d, struct sam_leg *legs, const size_t *leg_of_dialog, size_t n)
{
    const struct sam_json *original = sam_json_get(d->json, "original");
    int64_t index = 0;
    if (original && original->type == SAM_JSON_ARRAY)
        original = original->first;
    size_t at = n;
    if (v->dialogs_n > 0 && sam_json_int(original, false, 0, (int64_t)v->dialogs_n - 1, &index) && leg_of_dialog[index] < n)
        at = leg_of_dialog[index] + 1;
    if (at == 0)
        return;
    bool attended = !read_is_null(sam_json_get(d->json, "consultation"));
    legs[at - 1].transfer = attended ? SAM_TRANSFER_ATTENDED : SAM_TRANSFER_BLIND;
}

/* A leg that another message of the same exchange makes longer. */
static void lengthen(struct sam_leg *leg, const struct dialog *d)
{
    struct sam_time end = known(end_of(d)) ? end_of(d) : d->start;
    if (known(end) && (!known(leg->ended) || end.us > leg->ended.us))
        leg->ended = end;
}

static enum sam_code legs_of(struct vcon *v, struct sam_err *err)
{
    struct sam_record *record = v->record->record;
    size_t *leg_of_dialog = read_take(v->r, v->dialogs_n, sizeof(*leg_of_dialog));
    struct sam_leg *legs = read_take(v->r, v->dialogs_n, sizeof(*legs));
    size_t n = 0, text_leg = SIZE_MAX;
    if (!legs || !leg_of_dialog)
        return sam_arena_full(v->r->arena, err);
    for (size_t i = 0; i < v->dialogs_n; i++) {
        const struct dialog *d = &v->dialogs[i];
        leg_of_dialog[i] = SIZE_MAX;
        if (d->kind == DIALOG_TRANSFER)
            transfer(v, d, legs, leg_of_dialog, n);
        bool message = d->kind == DIALOG_TEXT && d->words.len > 0;
        bool apart = d->kind == DIALOG_RECORDING || d->kind == DIALOG_INCOMPLETE || (d->kind == DIALOG_TEXT && !message);
        if (message && text_leg != SIZE_MAX) { /* messages of one exchange are one leg */
            lengthen(&legs[text_leg], d);
            leg_of_dialog[i] = text_leg;
        } else if (message || apart) {
            leg_of_dialog[i] = n;
            text_leg = message ? n : text_leg;
            legs[n++] = leg_of(v, i);
        }
    }
    record->legs = legs;
    record->legs_n = n;
    return SAM_OK;
}

enum sam_code vcon_record(struct vcon *v, struct sam_err *err)
{
    struct sam_record *record = v->record->record;
    record->parties = v->parties;
    record->parties_n = v->parties_n;
    record->channel = channel_of(v);
    record->direction = direction_of(v);
    for (size_t i = 0; i < v->dialogs_n; i++) {
        const struct dialog *d = &v->dialogs[i];
        struct sam_time end = known(end_of(d)) ? end_of(d) : d->start;
        if (record->language == SAM_LANGUAGE_UNKNOWN)
            record->language = d->language;
        if (known(d->start) && (!known(record->offered) || d->start.us < record->offered.us))
            record->offered = d->start;
        if (known(end) && (!known(record->ended) || end.us > record->ended.us))
            record->ended = end;
    }
    return legs_of(v, err);
}
