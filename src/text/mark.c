/*
 * Marking one passage: its language, its rules, its labels, and what later passages need to know of it.
 */
#include "mark.h"

#include <stdlib.h>
#include <string.h>

/* What a passage of its own language must say against its side's, in 1/16 nats. */
#define PASSAGE_MARGIN 128

static void sum_weights(struct firing *firing)
{
    float *score = firing->ruled;
    for (int label = 0; label < SAM_LABELS; label++)
        score[label] = firing->pack->labels[label].bias;
    for (uint32_t i = 0; i < firing->fired_n; i++) {
        const struct sam_fired *fired = &firing->fired[i];
        bool again = i > 0 && firing->fired[i - 1].number == fired->number; /* counts once, in however many pieces */
        if (fired->target < SAM_LABELS && !again)
            score[fired->target] += fired->weight;
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
    for (uint32_t i = 0; i < f->fired_n; i++) {
        if (f->fired[i].target >= SAM_LABELS)
            m->seen[f->fired[i].target] = now;
    }
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
                                    .fired = f->fired,
                                    .fired_n = f->fired_n,
                                    .role = f->role,
                                    .number = f->number,
                                    .total = f->side_total,
                                    .place = (uint32_t)(passage - m->passages),
                                    .places = m->passages_n,
                                    .next = next == NULL ? NULL : next->fired,
                                    .next_n = next == NULL ? 0 : next->fired_n,
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
static void add_site(const struct firing *f, const struct model *model, float score[SAM_LABELS])
{
    for (uint32_t i = 0; i < f->fired_n; i++) {
        const struct sam_fired *fired = &f->fired[i];
        bool again = i > 0 && f->fired[i - 1].number == fired->number;
        bool counts = fired->target < SAM_LABELS && !again && fired->number < f->pack->rules_n;
        if (counts && model->there[fired->target] && f->pack->rules[fired->number].site)
            score[fired->target] += fired->weight;
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
static void ask_model(struct marker *m, float score[SAM_LABELS])
{
    const struct model *model = m->model.model;
    const struct firing *f = m->firing;
    float says[SAM_LABELS];
    if (model == NULL)
        return;
    struct model_passage passage = modelled(m);
    model_score(&m->model, &passage, says);
    course_score(&model->course, &m->model.course, f->role, f->words <= BACKCHANNEL_WORDS, model->there, says);
    for (int label = labels_first(f->role); label < labels_end(f->role); label++) {
        if (model->there[label])
            score[label] = 1 + says[label] - model->threshold[label];
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

/* What a label must reach: more where only a model speaks for it, less where its rules alone would mark it, when the pack says so. */
static float asked_of(const struct firing *f, int label)
{
    const struct label_rule *rule = &f->pack->labels[label];
    bool alone = f->ruled[label] <= rule->bias, backed = f->ruled[label] >= rule->threshold;
    if (backed && rule->backed < rule->threshold)
        return rule->backed;
    return alone && rule->alone > rule->threshold ? rule->alone : rule->threshold;
}

#define BIT(label) (UINT32_C(1) << (label))

/* What cannot be said at once: the routine question at the end explores no need (none of 625 that people marked), and who still asks for
 * one proposes nothing yet (one of 624). */
static uint32_t without_contradictions(uint32_t marked)
{
    if ((marked & BIT(SAM_CLOSING_ANYTHING_ELSE)) != 0)
        marked &= ~BIT(SAM_CLARIFY_NEED);
    return (marked & BIT(SAM_CLARIFY_NEED)) != 0 ? marked & ~BIT(SAM_OFFER_PRODUCT) : marked;
}

/* Which labels of the passage's side reach the pack's thresholds: bits by enum sam_label. */
static uint32_t reached(const struct firing *f, const float score[SAM_LABELS])
{
    uint32_t marked = 0;
    for (int label = labels_first(f->role); label < labels_end(f->role); label++)
        marked |= score[label] >= asked_of(f, label) ? BIT(label) : 0;
    return marked;
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
        qsort((struct sam_mark *)m->marks.at + before, m->marks.n - before, sizeof(struct sam_mark), by_place);
    return SAM_OK;
}

/* Decides the labels of the passage in hand. @param next  the passage behind it, or NULL */
static enum sam_code decide(struct marker *m, const struct passage *passage, const struct firing *next)
{
    struct firing *f = m->firing;
    float score[SAM_LABELS];
    memcpy(score, f->ruled, sizeof score);
    if (wants_features(m))
        make_features(m, passage, next);
    if (watch(m, passage, score) != SAM_OK)
        return m->err->code;
    ask_model(m, score);
    uint32_t marked = without_contradictions(reached(f, score));
    for (uint32_t i = 0; i < passage->turns_n; i++)
        m->turns[passage->turn + i].passed_over = marked == 0 && f->words <= BACKCHANNEL_WORDS;
    return add_marks(m, passage, marked);
}

static enum sam_code use_pack(struct marker *m, const struct pack *pack, struct sam_token *tokens, uint32_t n)
{
    if (m->use.pack != pack) {
        lexicon_done(&m->use);
        m->use.pack = pack;
    }
    return lexicon_apply(&m->use, m->texts, tokens, n, m->err);
}

/* Room for the hits of a passage of n words. */
static enum sam_code reserve_hits(struct marker *m, uint32_t rules_n, uint32_t n)
{
    struct hits *hits = &m->hits;
    uint32_t wanted = n > HITS_MAX / HITS_WORD ? HITS_MAX : n * HITS_WORD, room = wanted < 256 ? 256 : wanted;
    if (hits->at == NULL || room > hits->room) {
        hits->at = sam_arena_room(m->arena, room, sizeof *hits->at);
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
    f->fired_room = room;
    return f->fired == NULL ? sam_arena_full(m->arena, m->err) : SAM_OK;
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
    sum_weights(f);
    said_note(m);
    remember(m, passage, reached(f, f->ruled));
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

enum sam_code passage_mark(struct marker *m, const struct passage *passage)
{
    struct sam_token *tokens = m->words.at + passage->token;
    int side = side_of(passage->role);
    enum sam_language language = m->in->declared;
    if (!m->in->fixed)
        language = language_decide(&passage->votes, language_decide(&m->votes[side], language, TAG_MARGIN), PASSAGE_MARGIN);
    for (uint32_t i = 0; i < passage->turns_n; i++)
        m->turns[passage->turn + i].language = language;
    const struct pack *pack = m->packs->by_language[language];
    if (pack == NULL) {
        m->counted[side] += passage->words > BACKCHANNEL_WORDS ? 1 : 0;
        return passage_last(m);
    }
    m->firing = m->firing == &m->firings[0] ? &m->firings[1] : &m->firings[0];
    struct firing *f = m->firing;
    if (use_pack(m, pack, tokens, passage->tokens_n) != SAM_OK)
        return m->err->code;
    f->pack = pack;
    f->tokens = tokens;
    f->tokens_n = passage->tokens_n;
    f->words = passage->words;
    match_ahead(pack, tokens, passage->tokens_n);
    if (wants_features(m) && find_rows(m, f) != SAM_OK)
        return m->err->code;
    if (fire_rules(m, passage) != SAM_OK)
        return m->err->code;
    if (decide_waiting(m, f) != SAM_OK)
        return m->err->code;
    m->waiting = passage;
    return SAM_OK;
}
