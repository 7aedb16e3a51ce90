/*
 * A score for people: the turns as they were said, the words that carried each mark, and what became of every cue.
 */
#include "explain.h"

/* One conversation while it is shown. */
struct showing {
    const struct sam_conversation *conversation;
    const struct sam_score *score;
    struct sam_buf *out;
    bool coloured;
};

static void colour(const struct showing *s, const char *code)
{
    if (s->coloured)
        sam_buf_printf(s->out, "\033[%sm", code);
}

/* Terminals obey control characters; a transcript must not reach them. */
static void safe_text(struct sam_buf *out, const char *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)at[i];
        sam_buf_add(out, c < 0x20 || c == 0x7F ? " " : &at[i], 1);
    }
}

static void index_text(const struct sam_score *score, struct sam_buf *out)
{
    if (score->index_known)
        sam_buf_printf(out, "%.1f", score->index);
    else
        sam_buf_text(out, "not measured");
}

static void figures(const struct showing *s)
{
    sam_buf_text(s->out, "opportunity index ");
    index_text(s->score, s->out);
    for (int i = 0; i < SAM_COMPONENTS; i++) {
        sam_buf_printf(s->out, " | %s ", sam_components()[i].name);
        if (s->score->denominators[i].known)
            sam_buf_printf(s->out, "%lld/%lld", (long long)s->score->numerators[i].value, (long long)s->score->denominators[i].value);
        else
            sam_buf_text(s->out, "-");
    }
    sam_buf_text(s->out, "\n");
}

/* How it began, peaked and ended, the qualities and the outcome: what is one conversation's own; unknown ones are left out. */
static void arc(const struct showing *s)
{
    bool any = false;
    for (int i = SAM_MEASURES_SUMMED; i < SAM_MEASURES; i++) {
        const struct sam_measure_info *info = &sam_measures()[i];
        const struct sam_int *value = &s->score->measures[i];
        if (!value->known)
            continue;
        sam_buf_printf(s->out, "%s%s ", any ? " | " : "", info->name);
        if (sam_span_is(sam_span_of(info->unit), "yes_no"))
            sam_buf_text(s->out, value->value != 0 ? "yes" : "no");
        else
            sam_buf_printf(s->out, "%lld", (long long)value->value);
        any = true;
    }
    sam_buf_text(s->out, any ? "\n" : "");
}

static void one_moment(const struct showing *s, const struct sam_moment *moment)
{
    bool missed = moment->met == SAM_MET_MISSED;
    colour(s, missed ? "31" : "32");
    sam_buf_printf(s->out, "  turn %d %s: %s", moment->cue_turn, sam_label_name(moment->cue), sam_met_name(moment->met));
    colour(s, "0");
    if (moment->answer_turn >= 0)
        sam_buf_printf(s->out, " in turn %d", moment->answer_turn);
    if (moment->latency_ms.known)
        sam_buf_printf(s->out, " after %.1f s", (double)moment->latency_ms.value / 1000);
    if (moment->suggestion.len > 0)
        sam_buf_printf(s->out, "; could be asked: %.*s", SAM_ARG(moment->suggestion));
    sam_buf_text(s->out, "\n");
}

static void head(const struct showing *s, struct sam_span id)
{
    colour(s, "1");
    safe_text(s->out, id.at, id.len);
    colour(s, "0");
    sam_buf_printf(s->out, " (%s", sam_language_name(s->score->language));
    if (!s->score->scored)
        sam_buf_printf(s->out, ", not scored: %.*s", SAM_ARG(s->score->why));
    sam_buf_text(s->out, ")\n");
}

/* How many findings of a turn begin, and how many end, before a code point. */
static void marks_at(const struct showing *s, int32_t i, uint32_t cp, unsigned *begin, unsigned *end)
{
    *begin = *end = 0;
    for (size_t k = 0; k < s->score->findings_n; k++) {
        const struct sam_finding *finding = &s->score->findings[k];
        *begin += finding->turn == i && finding->start == cp;
        *end += finding->turn == i && finding->end == cp;
    }
}

/* A piece of a turn with its evidence marked; what several marks share is marked once. */
static void marked_text(const struct showing *s, struct sam_span text, int32_t i)
{
    const char *at = text.at, *end = text.at + text.len;
    unsigned open = 0;
    for (uint32_t cp = 0;; cp++) {
        unsigned begin = 0, over = 0;
        marks_at(s, i, cp, &begin, &over);
        unsigned still = open - (over < open ? over : open);
        if (open > 0 && still + begin == 0)
            sam_buf_text(s->out, s->coloured ? "\033[0m" : "]");
        if (open == 0 && begin > 0)
            sam_buf_text(s->out, s->coloured ? "\033[4;36m" : "[");
        open = still + begin;
        if (at == end)
            break;
        const char *from = at;
        sam_utf8_next(&at, end);
        safe_text(s->out, from, (size_t)(at - from));
    }
    sam_buf_text(s->out, "\n");
}

static void rules_of(const struct showing *s, int32_t i)
{
    for (size_t k = 0; k < s->score->findings_n; k++) {
        const struct sam_finding *finding = &s->score->findings[k];
        if (finding->turn != i)
            continue;
        colour(s, "36");
        sam_buf_printf(s->out, "        %-24s %.*s %+.2f\n", sam_label_name(finding->label), SAM_ARG(finding->rule),
                       (double)finding->weight);
        colour(s, "0");
    }
    for (size_t k = 0; k < s->score->moments_n; k++) {
        if (s->score->moments[k].cue_turn == i) {
            sam_buf_text(s->out, "      ");
            one_moment(s, &s->score->moments[k]);
        }
    }
}

/* The bytes of a segment within its turn's text. */
static struct sam_span segment_text(const struct sam_turn *turn, const struct sam_segment *segment)
{
    const char *at = turn->text.at, *end = turn->text.at + turn->text.len;
    for (uint32_t cp = 0; cp < segment->at && at < end; cp++)
        sam_utf8_next(&at, end);
    const char *from = at;
    for (uint32_t cp = 0; cp < segment->length && at < end; cp++)
        sam_utf8_next(&at, end);
    return (struct sam_span){from, (size_t)(at - from)};
}

static void one_piece(const struct showing *s, const struct sam_turn *turn, int32_t i, struct sam_int start_ms, struct sam_span text)
{
    sam_buf_printf(s->out, "%4d ", i);
    if (start_ms.known)
        sam_buf_printf(s->out, "%3lld:%02lld ", (long long)(start_ms.value / 60000), (long long)(start_ms.value / 1000 % 60));
    colour(s, turn->role == SAM_ROLE_AGENT ? "1;35" : "1;34");
    sam_buf_printf(s->out, "%-8s ", sam_role_name(turn->role));
    colour(s, "0");
    marked_text(s, text, i);
    rules_of(s, i);
}

static void whole(const struct showing *s, struct sam_span id)
{
    head(s, id);
    for (size_t i = 0; i < s->conversation->turns_n; i++) {
        const struct sam_turn *turn = &s->conversation->turns[i];
        if (turn->segments_n == 0)
            one_piece(s, turn, turn->i, turn->start_ms, turn->text);
        for (size_t k = 0; k < turn->segments_n; k++)
            one_piece(s, turn, turn->segments[k].i, turn->segments[k].start_ms, segment_text(turn, &turn->segments[k]));
    }
    if (s->score->scored) {
        figures(s);
        arc(s);
    }
    sam_buf_text(s->out, "\n");
}

void explain_plain(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_score *score,
                   struct sam_span id, struct sam_buf *out)
{
    (void)scorer;
    whole(&(struct showing){conversation, score, out, false}, id);
}

void explain_coloured(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_score *score,
                      struct sam_span id, struct sam_buf *out)
{
    (void)scorer;
    whole(&(struct showing){conversation, score, out, true}, id);
}

void explain_short(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_score *score,
                   struct sam_span id, struct sam_buf *out)
{
    struct showing s = {conversation, score, out, false};
    (void)scorer;
    head(&s, id);
    if (!score->scored)
        return;
    sam_buf_text(out, "  ");
    figures(&s);
    for (size_t i = 0; i < score->moments_n; i++) {
        if (score->moments[i].met == SAM_MET_MISSED)
            one_moment(&s, &score->moments[i]);
    }
}
