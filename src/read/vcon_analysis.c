/*
 * A vCon's transcripts: of several for one dialog the one that tells most, and all dialogs' words on one time line. Two transcripts of one
 * dialog are never joined.
 */
#include "shapes.h"
#include "vcon.h"

#include <stdlib.h>
#include <string.h>

/* ---- the best transcript of a dialog ------------------------------------------------------------------------------------ */

static bool type_holds(const struct sam_json *analysis, const char *const *words, size_t n)
{
    struct sam_span type = sam_json_text(analysis, "type");
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(words[i]);
        for (size_t k = 0; k + len <= type.len; k++) {
            if (sam_span_is_nocase((struct sam_span){type.at + k, len}, words[i]))
                return true;
        }
    }
    return false;
}

/** The body as JSON or text: JSON inside a string is read once more. @return false when there is none */
static bool body_of(struct vcon *v, const struct sam_json *analysis, struct shape_input *in)
{
    const struct sam_json_limits limits = {v->r->set->json_depth, v->r->set->json_nodes};
    const struct sam_json *body = sam_json_get(analysis, "body"), *inner = NULL;
    struct sam_json_notes notes = {0};
    struct sam_err err = {.code = SAM_OK};
    if (read_is_null(body))
        return false;
    in->json = body;
    if (body->type != SAM_JSON_STRING)
        return true;
    in->json = NULL;
    in->text = body->text;
    if (sam_span_is_nocase(sam_json_text(analysis, "encoding"), "base64url"))
        in->text = vcon_base64(v->r, body->text);
    struct sam_span start = sam_span_trim(in->text);
    if (start.len == 0 || (start.at[0] != '{' && start.at[0] != '['))
        return in->text.len > 0;
    if (sam_json_read(v->r->arena, start, &limits, &inner, &notes, NULL, &err) == SAM_OK)
        in->json = inner;
    v->r->full = v->r->full || err.code == SAM_NO_MEMORY;
    return true;
}

/** Times and speakers that are known parties are best, then times and speakers, then times, then speakers, then words alone. */
static int score_of(const struct script *s)
{
    size_t timed = 0, spoken = 0, known = 0;
    for (size_t i = 0; i < s->turns_n; i++) {
        timed += s->turns[i].start_ms.known;
        spoken += s->turns[i].party >= 0;
        known += s->turns[i].party >= 0 && ((size_t)s->turns[i].party < s->given || s->parties[s->turns[i].party].role != SAM_ROLE_UNKNOWN);
    }
    size_t half = (s->turns_n + 1) / 2;
    if (s->turns_n == 0)
        return 0;
    return 1 + (spoken >= half ? 1 : 0) + (timed >= half ? 2 : 0) + (known >= half ? 1 : 0);
}

/** The dialog an analysis is of; the first when it does not say and there is one or more. @return NULL when there is none */
static struct dialog *dialog_of(struct vcon *v, const struct sam_json *analysis)
{
    const struct sam_json *value = sam_json_get(analysis, "dialog");
    int64_t index = 0;
    if (value && value->type == SAM_JSON_ARRAY)
        value = value->first;
    if (!sam_json_int(value, false, 0, (int64_t)v->dialogs_n - 1, &index))
        index = 0;
    return v->dialogs_n > 0 ? &v->dialogs[index] : NULL;
}

static void candidate(struct vcon *v, const struct sam_json *analysis, const struct place *at)
{
    static const char *const not_words[] = {"summary", "sentiment", "topic", "translation", "report", "tts", "intent", "metadata"};
    static const char *const said_words[] = {"transcri", "diari"};
    struct dialog *d = dialog_of(v, analysis);
    struct shape_input in = {.language = SAM_LANGUAGE_UNKNOWN};
    if (!d || d->words.len > 0 || type_holds(analysis, not_words, SAM_COUNT(not_words)) || !body_of(v, analysis, &in))
        return;
    const struct shape *shape = shape_find(&in, type_holds(analysis, said_words, SAM_COUNT(said_words)));
    if (!shape) {
        if (type_holds(analysis, said_words, SAM_COUNT(said_words)))
            read_warn(v->r, v->record, "transcript.shape_unknown", KEY(at, "body"));
        return;
    }
    struct script *s = read_take(v->r, 1, sizeof(*s));
    if (!s || !script_open(s, v->r, v->record, v->parties, v->parties_n))
        return;
    in.zero = d->start;
    in.channels = sam_json_get(d->json, "parties");
    shape->read(s, &in);
    script_derive_roles(s);
    int score = score_of(s);
    if (s->err.code == SAM_OK && (score == 0 || score < d->score)) /* on a tie the later one counts */
        return;
    d->spoken = s;
    d->score = score;
    d->language = in.language;
    if (d->start.quality == SAM_QUALITY_UNKNOWN)
        d->start = in.zero;
}

void vcon_analysis(struct vcon *v)
{
    const struct sam_json *list = read_list(v->r, v->record, sam_json_get(v->root, "analysis"), KEY(NULL, "analysis"));
    size_t i = 0;
    if (list && list->n > 0 && v->dialogs_n == 0) { /* a transcript without its dialog: as if there were one that tells nothing */
        v->dialogs = read_take(v->r, 1, sizeof(*v->dialogs));
        if (v->dialogs)
            v->dialogs[v->dialogs_n++] = (struct dialog){.originator = -1};
    }
    for (const struct sam_json *item = list ? list->first : NULL; item; item = item->next, i++) {
        const struct sam_json *analysis = read_object(v->r, v->record, item, ITEM(NULL, "analysis", i));
        if (analysis)
            candidate(v, analysis, ITEM(NULL, "analysis", i));
    }
}

/* ---- one time line ---------------------------------------------------------------------------------------------------------- */

static bool known(struct sam_time t)
{
    return t.quality != SAM_QUALITY_UNKNOWN;
}

/** Dialogs with words in the order of their starts; those without one keep their place behind the one before. */
static size_t in_order(const struct vcon *v, size_t *order)
{
    size_t n = 0;
    for (size_t i = 0; i < v->dialogs_n; i++) {
        if (v->dialogs[i].words.len == 0 && !v->dialogs[i].spoken)
            continue;
        size_t at = n++;
        for (; at > 0 && known(v->dialogs[i].start) && known(v->dialogs[order[at - 1]].start) &&
               v->dialogs[order[at - 1]].start.us > v->dialogs[i].start.us;
             at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return n;
}

/** The party of a dialog's own script in the script of all. */
static int32_t carried(struct script *all, const struct script *own, int32_t party, size_t dialog)
{
    if (party < 0 || (size_t)party < own->given) {
        if (party >= 0 && own->parties[party].role_derived)
            all->parties[party] = own->parties[party];
        return party;
    }
    const struct sam_party *p = &own->parties[party];
    if (p->role != SAM_ROLE_UNKNOWN && !p->role_derived)
        return script_role(all, p->role);
    int32_t at = script_speaker(all, read_print(all->r, "%zu %.*s", dialog, SAM_ARG(p->id)));
    if (at >= 0) {
        all->parties[at].role = p->role;
        all->parties[at].role_derived = p->role_derived;
    }
    return at;
}

static struct sam_int later(struct sam_int ms, int64_t by)
{
    return ms.known ? sam_int_of(ms.value + by) : ms;
}

static void add_dialog(struct script *all, const struct vcon *v, size_t index, struct sam_time zero)
{
    const struct dialog *d = &v->dialogs[index];
    int64_t by = known(d->start) && known(zero) ? (d->start.us - zero.us) / 1000 : 0;
    if (d->words.len > 0) {
        struct sam_int start = known(d->start) ? sam_int_of(by) : SAM_UNKNOWN;
        script_turn(all, d->originator, start,
                    start.known && d->length_ms.known && d->length_ms.value > 0 ? later(d->length_ms, by) : SAM_UNKNOWN, d->words);
        return;
    }
    if (d->spoken->err.code != SAM_OK)
        all->err = d->spoken->err;
    for (size_t i = 0; i < d->spoken->turns_n; i++) {
        const struct sam_turn *t = &d->spoken->turns[i];
        script_turn(all, carried(all, d->spoken, t->party, index), later(t->start_ms, by), later(t->end_ms, by), t->text);
    }
}

static enum sam_channel channel_of(const struct vcon *v)
{
    for (size_t i = 0; i < v->dialogs_n; i++) {
        if (v->dialogs[i].words.len > 0)
            return v->mail ? SAM_CHANNEL_EMAIL : SAM_CHANNEL_CHAT;
    }
    return SAM_CHANNEL_VOICE;
}

enum sam_code vcon_transcript(struct vcon *v, struct sam_err *err)
{
    size_t *order = read_take(v->r, v->dialogs_n, sizeof(*order));
    struct script all;
    if (!order)
        return sam_arena_full(v->r->arena, err);
    size_t n = in_order(v, order);
    if (n == 0)
        return SAM_OK;
    struct sam_part *part = read_part(v->r, &v->head, SAM_KIND_TRANSCRIPT);
    if (!part || !script_open(&all, v->r, part, v->parties, v->parties_n))
        return sam_arena_full(v->r->arena, err);
    part->transcript->channel = channel_of(v);
    read_limit(v->r, part->transcript->channel);
    for (size_t i = 0; i < n; i++) {
        const struct dialog *d = &v->dialogs[order[i]];
        if (!known(part->transcript->started))
            part->transcript->started = d->start;
        if (part->transcript->language == SAM_LANGUAGE_UNKNOWN)
            part->transcript->language = d->language;
        add_dialog(&all, v, order[i], part->transcript->started);
    }
    script_derive_roles(&all);
    for (size_t i = 0; i < v->parties_n; i++) { /* a role that the words told holds for the record as well */
        if (v->parties[i].role == SAM_ROLE_UNKNOWN && all.parties[i].role_derived)
            v->parties[i] = all.parties[i];
    }
    return script_close(&all, err);
}
