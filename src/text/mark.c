/*
 * Marking one passage: its language, its rules, its labels, and what later passages need to know of it.
 */
#include "mark.h"
#include "lanes.h"

#include <stdlib.h>
#include <string.h>

/* What a passage of its own language must say against its side's, in 1/16 nats. */
#define PASSAGE_MARGIN 128
#define FEW_MARKS      32

/* What fired is mostly asked for by kind. */
static void list_fired(struct firing *firing)
{
    struct fired_list *list = &firing->list;
    list->at = firing->fired;
    list->signals_n = list->labels_n = 0;
    for (uint32_t i = 0; i < firing->fired_n; i++) {
        bool label = firing->fired[i].target < SAM_LABELS;
        list->signals[list->signals_n] = list->labels[list->labels_n] = (uint16_t)i;
        list->signals_n += label ? 0 : 1;
        list->labels_n += label ? 1 : 0;
    }
}

static void sum_weights(struct firing *firing)
{
    const struct fired_list *list = &firing->list;
    uint32_t last = UINT32_MAX;
    memcpy(firing->ruled, firing->pack->lanes.bias, sizeof firing->ruled);
    for (uint32_t k = 0; k < list->labels_n; k++) {
        const struct sam_fired *fired = &list->at[list->labels[k]];
        firing->ruled[fired->target] += fired->number == last ? 0 : fired->weight; /* counts once, in however many pieces */
        last = fired->number;
    }
}

static void remember(struct marker *m, const struct passage *passage, uint32_t marked)
{
    const struct firing *f = m->firing;
    int side = side_of(passage->role);
    if (marked != 0 || f->words > BACKCHANNEL_WORDS)
        m->counted[side]++;
    struct seen now = {true, f->pack->language, m->counted[0], m->counted[1]};
    for (; marked != 0; marked &= marked - 1)
        m->seen[__builtin_ctz(marked)] = now;
    for (uint32_t k = 0; k < f->list.signals_n; k++)
        m->seen[f->fired[f->list.signals[k]].target] = now;
}

/* The passage as others see it. */
static struct sam_passage seen_as(const struct marker *m, const struct passage *passage)
{
    const struct firing *f = m->firing;
    return (struct sam_passage){.role = f->role,
                                .language = f->pack->language,
                                .number = f->number,
                                .tokens = f->tokens,
                                .tokens_n = f->tokens_n,
                                .fired = f->fired,
                                .fired_n = f->fired_n,
                                .turn = passage->turn,
                                .turns_n = passage->turns_n};
}

/* Whether a model decides, or a watch learns. */
static bool wants_features(const struct marker *m)
{
    return m->model.model != NULL || (m->in->watch != NULL && m->in->watch->features);
}

static enum sam_code find_rows(struct marker *m, struct firing *f)
{
    const struct model *model = m->model.model;
    struct row_source source = {m->texts, f->tokens, f->tokens_n, model == NULL ? NULL : &model->known};
    return features_rows(&f->rows, &source, m->arena, m->err);
}

static void make_features(struct marker *m, const struct passage *passage, const struct firing *next)
{
    const struct firing *f = m->firing;
    struct feature_source source = {.pack = f->pack,
                                    .tokens = f->tokens,
                                    .tokens_n = f->tokens_n,
                                    .words = f->words,
                                    .fired = &f->list,
                                    .role = f->role,
                                    .number = f->number,
                                    .total = f->side_total,
                                    .place = (uint32_t)(passage - m->passages),
                                    .places = m->passages_n,
                                    .next = next == NULL ? NULL : &next->list,
                                    .next_pack = next == NULL ? NULL : next->pack};
    features_make(&m->features, &source);
}

/* A watch that wants features gets all of them in one list. */
static enum sam_code watch(struct marker *m, const struct passage *passage, float score[SAM_LABELS])
{
    struct firing *f = m->firing;
    const struct sam_watch *watch = m->in->watch;
    struct sam_passage seen = seen_as(m, passage);
    if (watch == NULL)
        return SAM_OK;
    struct feature_list list = {NULL, 0};
    if (watch->features && features_list(&m->features, &f->rows, f->fired, m->arena, &list, m->err) != SAM_OK)
        return m->err->code;
    seen.features = list.at;
    seen.features_n = list.n;
    f->fired_n += watch->passage(watch->self, &seen, score, f->fired + f->fired_n, EVIDENCE_MAX / 2);
    return SAM_OK;
}

/* Adds what a site's own rules say where a model decides; a rule counts once, in however many pieces. */
static void add_site(const struct firing *f, const struct model *model, float score[LABEL_LANES])
{
    const struct fired_list *list = &f->list;
    uint32_t last = UINT32_MAX;
    for (uint32_t k = 0; f->pack->site && k < list->labels_n; k++) {
        const struct sam_fired *fired = &list->at[list->labels[k]];
        if (model->there[fired->target] && fired->number != last && f->pack->rules[fired->number].site)
            score[fired->target] += fired->weight;
        last = fired->number;
    }
}

/* The passage as a model sees it. */
static struct model_passage modelled(const struct marker *m)
{
    const struct firing *f = m->firing;
    return (struct model_passage){f->role, &m->features, &f->rows, f->tokens, f->tokens_n, f->fired};
}

/* The models take the place of the rules' sums: what a model says above its threshold stands above the pack's, so that a site that wants
 * to be surer raises the pack's. Rules stay evidence, and are features of the models; those of a site, which no model has seen, count
 * besides. */
static void ask_model(struct marker *m, float score[LABEL_LANES])
{
    const struct model *model = m->model.model;
    const struct firing *f = m->firing;
    const int32_t *heard = model == NULL ? NULL : model->course.heard[side_of(f->role)];
    static const float silence[LABEL_LANES];
    SAM_UNSET float says[LABEL_LANES];
    if (model == NULL)
        return;
    memcpy(says, silence, sizeof says);
    struct model_passage passage = modelled(m);
    model_score(&m->model, &passage, says);
    course_score(&model->course, &m->model.course, f->role, f->words <= BACKCHANNEL_WORDS, says);
    for (int i = 0; i < LABEL_LANES; i += 4) {
        int4 there;
        memcpy(&there, heard + i, sizeof there);
        float4 above = all_four(1) + four_of(says + i) - four_of(model->threshold + i);
        put_four(score + i, chosen(there, above, four_of(score + i)));
    }
    add_site(f, model, score);
}

/* What of the models carried a label that is to be marked. */
static void model_marks(struct marker *m, enum sam_label label)
{
    const struct model *model = m->model.model;
    struct firing *f = m->firing;
    struct model_passage passage = modelled(m);
    if (model == NULL || !model->there[label])
        return;
    uint32_t room = f->fired_room + EVIDENCE_MAX - f->fired_n;
    f->fired_n += model_evidence(&m->model, label, &passage, f->fired + f->fired_n, room);
}

/* In the order of turns, then labels, then strength. */
static int by_place(const void *a, const void *b)
{
    const struct sam_mark *x = a, *y = b;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    if (x->i != y->i)
        return x->i < y->i ? -1 : 1;
    if (x->label != y->label)
        return x->label < y->label ? -1 : 1;
    if (x->lead != y->lead)
        return x->lead ? -1 : 1;
    if (x->weight < y->weight || x->weight > y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->start < y->start ? -1 : x->start > y->start;
}

/* Few as they mostly are, and nearly in order, marks are put in their places one by one. */
static void sort_marks(struct sam_mark *marks, size_t n)
{
    if (n > FEW_MARKS) {
        qsort(marks, n, sizeof *marks, by_place);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        if (by_place(&marks[i - 1], &marks[i]) <= 0)
            continue;
        struct sam_mark mark = marks[i];
        size_t at = i;
        for (; at > 0 && by_place(&marks[at - 1], &mark) > 0; at--)
            marks[at] = marks[at - 1];
        marks[at] = mark;
    }
}

static enum sam_code add_marks(struct marker *m, const struct passage *passage, uint32_t marked)
{
    size_t before = m->marks.n;
    for (; marked != 0; marked &= marked - 1) {
        enum sam_label label = (enum sam_label)__builtin_ctz(marked);
        model_marks(m, label);
        if (evidence_mark(m, passage, label) != SAM_OK)
            return m->err->code;
    }
    if (passage->pieces_n > 1 && m->marks.n > before)
        sort_marks((struct sam_mark *)m->marks.at + before, m->marks.n - before);
    return SAM_OK;
}

/* Decides the labels of the passage in hand. @param next  the passage behind it, or NULL */
static enum sam_code decide(struct marker *m, const struct passage *passage, const struct firing *next)
{
    struct firing *f = m->firing;
    SAM_UNSET float score[LABEL_LANES];
    memcpy(score, f->ruled, sizeof score);
    if (wants_features(m))
        make_features(m, passage, next);
    if (watch(m, passage, score) != SAM_OK)
        return m->err->code;
    ask_model(m, score);
    uint32_t marked = without_contradictions(labels_reached(f, score));
    for (uint32_t i = 0; i < passage->turns_n; i++)
        m->turns[passage->turn + i].passed_over = marked == 0 && f->words <= BACKCHANNEL_WORDS;
    return add_marks(m, passage, marked);
}

/* Room for the hits of a passage of n words. */
static enum sam_code reserve_hits(struct marker *m, uint32_t rules_n, uint32_t n)
{
    struct hits *hits = &m->hits;
    uint32_t wanted = n > HITS_MAX / HITS_WORD ? HITS_MAX : n * HITS_WORD, room = wanted < 256 ? 256 : wanted;
    if (hits->at == NULL || room > hits->room) {
        hits->at = sam_arena_room(m->arena, 2 * (size_t)room, sizeof *hits->at);
        hits->room = room;
    }
    if (hits->newest == NULL || rules_n > hits->rules_n) {
        hits->newest = sam_arena_array(m->arena, rules_n, sizeof *hits->newest);
        hits->rules_n = rules_n;
    }
    return hits->at == NULL || hits->newest == NULL ? sam_arena_full(m->arena, m->err) : SAM_OK;
}

/* Room for what fires of so many hits. */
static enum sam_code reserve_fired(struct marker *m, struct firing *f, uint32_t hits_n)
{
    uint32_t room = hits_n < FIRED_FIRST ? FIRED_FIRST : hits_n < FIRED_MAX ? hits_n : FIRED_MAX;
    if (f->fired != NULL && room <= f->fired_room)
        return SAM_OK;
    f->fired = sam_arena_room(m->arena, room + EVIDENCE_MAX, sizeof *f->fired);
    f->list.signals = sam_arena_room(m->arena, room + 1, sizeof *f->list.signals);
    f->list.labels = sam_arena_room(m->arena, room + 1, sizeof *f->list.labels);
    f->fired_room = room;
    return f->fired == NULL || f->list.signals == NULL || f->list.labels == NULL ? sam_arena_full(m->arena, m->err) : SAM_OK;
}

/* Lets the rules of the passage in hand fire and remembers what they marked: "after X" in a rule means what the rules marked, for what a
 * model learns from must not hang on a model. */
static enum sam_code fire_rules(struct marker *m, const struct passage *passage)
{
    struct firing *f = m->firing;
    int side = side_of(passage->role);
    f->plain = passage->plain;
    f->role = passage->role;
    f->number = passage->number;
    f->side_total = m->side_total[side];
    f->counted = m->counted[side];
    f->seen = m->seen;
    f->fired_n = 0;
    memset(f->target_fired, 0, sizeof f->target_fired);
    m->hits.n = 0;
    if (reserve_hits(m, f->pack->rules_n, f->tokens_n) != SAM_OK)
        return m->err->code;
    match_passage(&m->part, f->pack, passage->role, f->tokens, f->tokens_n, &m->hits);
    if (reserve_fired(m, f, m->hits.n) != SAM_OK)
        return m->err->code;
    fire(f, &m->hits);
    list_fired(f);
    sum_weights(f);
    said_note(m);
    remember(m, passage, labels_reached(f, f->ruled));
    return SAM_OK;
}

/* Decides the passage that waits, whose firing is not the one in hand. */
static enum sam_code decide_waiting(struct marker *m, const struct firing *next)
{
    struct firing *in_hand = m->firing;
    const struct passage *passage = m->waiting;
    if (passage == NULL)
        return SAM_OK;
    m->waiting = NULL;
    m->firing = in_hand == &m->firings[0] ? &m->firings[1] : &m->firings[0];
    enum sam_code code = decide(m, passage, next);
    m->firing = in_hand;
    return code;
}

enum sam_code passage_last(struct marker *m)
{
    m->firing = m->firing == &m->firings[0] ? &m->firings[1] : &m->firings[0];
    return decide_waiting(m, NULL);
}

/* The language of a passage and the pack of it, whose entries for its words are sent for. */
static void decide_language(struct marker *m, struct passage *passage, const enum sam_language side[2])
{
    const struct sam_token *tokens = m->words.at + passage->token;
    passage->language = m->in->fixed ? m->in->declared : language_decide(&passage->votes, side[side_of(passage->role)], PASSAGE_MARGIN);
    passage->pack = m->packs->by_language[passage->language];
    for (uint32_t k = 0; k < passage->turns_n; k++)
        m->turns[passage->turn + k].language = passage->language;
    for (uint32_t i = 0; passage->pack != NULL && i < passage->tokens_n; i++)
        __builtin_prefetch(&passage->pack->entries[tokens[i].vocable]);
}

enum sam_code passages_know(struct marker *m, struct passage *passages, uint32_t n)
{
    enum sam_language side[2];
    for (int k = 0; k < 2; k++)
        side[k] = language_decide(&m->votes[k], m->in->declared, TAG_MARGIN);
    for (uint32_t i = 0; i < n; i++)
        decide_language(m, &passages[i], side);
    for (uint32_t i = 0; i < n; i++) {
        struct passage *passage = &passages[i];
        if (passage->pack == NULL)
            continue;
        if (m->use.pack != passage->pack) {
            lexicon_done(&m->use);
            m->use.pack = passage->pack;
        }
        if (lexicon_apply(&m->use, m->texts, m->words.at + passage->token, passage->tokens_n, m->err) != SAM_OK)
            return m->err->code;
    }
    return SAM_OK;
}

enum sam_code passage_mark(struct marker *m, const struct passage *passage)
{
    if (passage->pack == NULL) {
        m->counted[side_of(passage->role)] += passage->words > BACKCHANNEL_WORDS ? 1 : 0;
        return passage_last(m);
    }
    m->firing = m->firing == &m->firings[0] ? &m->firings[1] : &m->firings[0];
    struct firing *f = m->firing;
    f->pack = passage->pack;
    f->tokens = m->words.at + passage->token;
    f->tokens_n = passage->tokens_n;
    f->words = passage->words;
    match_ahead(f->pack, f->tokens, f->tokens_n);
    if (wants_features(m) && find_rows(m, f) != SAM_OK)
        return m->err->code;
    if (fire_rules(m, passage) != SAM_OK)
        return m->err->code;
    if (decide_waiting(m, f) != SAM_OK)
        return m->err->code;
    m->waiting = passage;
    return SAM_OK;
}
