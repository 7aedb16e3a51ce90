/*
 * A pack's lines: one directive each, named by its first word. docs/packs.md says what each is for; this file and that page change
 * together.
 */
#include "compile.h"
#include "feature.h"
#include "fold.h"

#include <string.h>

/* Cuts the next word off *rest; blanks before it are skipped. */
static struct sam_span take_word(struct sam_span *rest)
{
    size_t from = 0, to;
    while (from < rest->len && (rest->at[from] == ' ' || rest->at[from] == '\t'))
        from++;
    for (to = from; to < rest->len && rest->at[to] != ' ' && rest->at[to] != '\t'; to++)
        ;
    struct sam_span word = {rest->at + from, to - from};
    *rest = (struct sam_span){rest->at + to, rest->len - to};
    return word;
}

static struct rule *rule_now(struct compiler *c)
{
    return (struct rule *)c->rules.at + c->rule;
}

static enum sam_code need_rule(struct compiler *c, const char *at, struct sam_err *err)
{
    if (c->rule < 0)
        return compile_fail(c, at, err, "this belongs to a rule; there is none above it", SAM_NO_SPAN);
    return SAM_OK;
}

static enum sam_code keep_text(struct compiler *c, char kind, struct sam_span text, struct sam_err *err)
{
    struct rule_text *kept = sam_vec_add(&c->texts, c->scratch);
    if (kept == NULL)
        return sam_arena_full(c->scratch, err);
    *kept = (struct rule_text){.rule = (uint32_t)c->rule,
                               .kind = kind,
                               .file = c->place.file,
                               .line = c->place.line,
                               .column =
                                   (uint32_t)sam_utf8_count((struct sam_span){c->place.line_at, (size_t)(text.at - c->place.line_at)}) + 1};
    return sam_arena_span(c->arena, text, &kept->text, err);
}

static enum sam_code read_pattern(struct compiler *c, struct sam_span rest, char kind, enum pattern_role role, struct sam_err *err)
{
    struct sam_span text = sam_span_trim(rest);
    if (need_rule(c, rest.at, err) != SAM_OK)
        return err->code;
    if (text.len == 0)
        return compile_fail(c, rest.at, err, "a pattern is missing", SAM_NO_SPAN);
    if (keep_text(c, kind, text, err) != SAM_OK)
        return err->code;
    return pattern_add(c, text, role, err);
}

static enum sam_code on_pattern(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    return read_pattern(c, rest, '|', PATTERN_MARKS, err);
}

static enum sam_code on_unless(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    return read_pattern(c, rest, 'u', PATTERN_UNLESS_HERE, err);
}

static enum sam_code on_unless_clause(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    return read_pattern(c, rest, 'c', PATTERN_UNLESS_CLAUSE, err);
}

static enum sam_code on_unless_turn(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    return read_pattern(c, rest, 't', PATTERN_UNLESS_TURN, err);
}

static enum sam_code example(struct compiler *c, struct sam_span rest, char kind, struct sam_err *err)
{
    struct sam_span text = sam_span_trim(rest);
    if (need_rule(c, rest.at, err) != SAM_OK)
        return err->code;
    if (text.len == 0)
        return compile_fail(c, rest.at, err, "the example is missing", SAM_NO_SPAN);
    return keep_text(c, kind, text, err);
}

static enum sam_code on_yes(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    return example(c, rest, 'y', err);
}

static enum sam_code on_no(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    return example(c, rest, 'n', err);
}

static enum sam_code on_ask(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    if (need_rule(c, rest.at, err) != SAM_OK)
        return err->code;
    return sam_arena_span(c->arena, sam_span_trim(rest), &rule_now(c)->ask, err);
}

static enum sam_code number(struct compiler *c, struct sam_span word, int64_t min, int64_t max, int32_t *out, struct sam_err *err)
{
    int64_t value = 0;
    struct sam_err inner;
    if (sam_span_int(word, min, max, &value, &inner) != SAM_OK)
        return compile_fail(c, word.at, err, "a whole number was expected", word);
    *out = (int32_t)value;
    return SAM_OK;
}

/* "3..8" or "-2..-1" or "1" */
static enum sam_code range(struct compiler *c, struct sam_span word, struct condition *condition, struct sam_err *err)
{
    struct sam_span to = word;
    for (size_t i = 0; i + 1 < word.len; i++) {
        if (word.at[i] == '.' && word.at[i + 1] == '.') {
            to = (struct sam_span){word.at + i + 2, word.len - i - 2};
            word.len = i;
            break;
        }
    }
    if (number(c, word, -1000, 1000, &condition->a, err) != SAM_OK)
        return err->code;
    return number(c, to, -1000, 1000, &condition->b, err);
}

static enum sam_code named(struct compiler *c, struct sam_span name, struct condition *condition, struct sam_err *err)
{
    condition->target = compile_target(c, name);
    if (condition->target < 0)
        return compile_fail(c, name.at, err, "no label and no signal of a rule above has this name", name);
    return SAM_OK;
}

/* "after NAME within N" behind its first word. */
static enum sam_code after(struct compiler *c, struct sam_span rest, struct condition *condition, struct sam_err *err)
{
    struct sam_span name = take_word(&rest), within = take_word(&rest), n = take_word(&rest);
    if (named(c, name, condition, err) != SAM_OK)
        return err->code;
    if (!sam_span_is(within, "within"))
        return compile_fail(c, within.at, err, "\"within N\" was expected", within);
    return number(c, n, 1, 100, &condition->a, err);
}

/* What stands behind "when", but for the role. */
static enum sam_code condition_of(struct compiler *c, struct sam_span what, struct sam_span rest, struct condition *out,
                                  struct sam_err *err)
{
    struct sam_span tail = rest;
    if (sam_span_is(what, "plain") || sam_span_is(what, "punctuated")) {
        *out = (struct condition){.kind = CONDITION_PLAIN, .a = sam_span_is(what, "plain") ? 1 : 0};
        return SAM_OK;
    }
    if (sam_span_is(what, "turns") || sam_span_is(what, "words")) {
        out->kind = sam_span_is(what, "turns") ? CONDITION_TURNS : CONDITION_WORDS;
        return range(c, take_word(&rest), out, err);
    }
    if (sam_span_is(what, "after")) {
        out->kind = CONDITION_AFTER;
        return after(c, rest, out, err);
    }
    if (sam_span_is(what, "not") && sam_span_is(take_word(&tail), "after")) {
        out->kind = CONDITION_NOT_AFTER;
        return after(c, tail, out, err);
    }
    if (sam_span_is(what, "with") || sam_span_is(what, "without")) {
        out->kind = sam_span_is(what, "with") ? CONDITION_WITH : CONDITION_WITHOUT;
        return named(c, take_word(&rest), out, err);
    }
    return compile_fail(c, what.at, err, "agent, customer, plain, punctuated, turns, words, after, not after, with or without was expected",
                        what);
}

static enum sam_code on_when(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    if (need_rule(c, rest.at, err) != SAM_OK)
        return err->code;
    struct rule *rule = rule_now(c);
    struct sam_span what = take_word(&rest);
    struct condition condition = {0};
    if (sam_span_is(what, "agent") || sam_span_is(what, "customer")) {
        rule->role = sam_span_is(what, "agent") ? SAM_ROLE_AGENT : SAM_ROLE_CUSTOMER;
        return SAM_OK;
    }
    if (rule->conditions_n == PACK_CONDITIONS)
        return compile_fail(c, what.at, err, "too many conditions in one rule", SAM_NO_SPAN);
    enum sam_code code = condition_of(c, what, rest, &condition, err);
    if (code == SAM_OK)
        rule->conditions[rule->conditions_n++] = condition;
    return code;
}

static enum sam_code decimal(struct compiler *c, struct sam_span word, float *out, struct sam_err *err)
{
    double value = 0;
    struct sam_err inner;
    if (sam_span_double(word, &value, &inner) != SAM_OK || value < -100 || value > 100)
        return compile_fail(c, word.at, err, "a number from -100 to 100 was expected", word);
    *out = (float)value;
    return SAM_OK;
}

/* "label question.open threshold 1 bias 0 alone 1.5 backed 0.5" */
static enum sam_code on_label(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    struct sam_span name = take_word(&rest);
    enum sam_label label;
    if (!sam_label_find(name, &label))
        return compile_fail(c, name.at, err, "no label has this name", name);
    c->rule = -1;
    for (struct sam_span word = take_word(&rest); word.len > 0; word = take_word(&rest)) {
        float *value = sam_span_is(word, "threshold") ? &c->pack->labels[label].threshold
                       : sam_span_is(word, "bias")    ? &c->pack->labels[label].bias
                       : sam_span_is(word, "alone")   ? &c->pack->labels[label].alone
                       : sam_span_is(word, "backed")  ? &c->pack->labels[label].backed
                                                      : NULL;
        if (value == NULL)
            return compile_fail(c, word.at, err, "threshold, bias, alone or backed was expected", word);
        if (value == &c->pack->labels[label].threshold)
            c->pack->labels[label].backed = BACKED_NOT; /* who asks for more is not given less by an earlier line */
        if (decimal(c, take_word(&rest), value, err) != SAM_OK)
            return err->code;
    }
    return SAM_OK;
}

static enum sam_code on_suggest(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    struct sam_span name = take_word(&rest);
    enum sam_label label;
    c->rule = -1;
    if (!sam_label_find(name, &label))
        return compile_fail(c, name.at, err, "no label has this name", name);
    return sam_arena_span(c->arena, sam_span_trim(rest), &c->pack->labels[label].ask, err);
}

/* A target for "rule NAME -> TARGET"; "signal X" makes one when it is new. */
static enum sam_code rule_target(struct compiler *c, struct sam_span *rest, int32_t *target, struct sam_err *err)
{
    struct sam_span name = take_word(rest);
    bool signal = sam_span_is(name, "signal");
    if (signal)
        name = take_word(rest);
    *target = compile_target(c, name);
    if (*target >= 0)
        return SAM_OK;
    if (!signal || name.len == 0)
        return compile_fail(c, name.at, err, "no label has this name; write \"-> signal NAME\" for a signal of your own", name);
    if (c->pack->signals_n == PACK_SIGNALS)
        return compile_fail(c, name.at, err, "too many signals", name);
    *target = (int32_t)(SAM_LABELS + c->pack->signals_n);
    struct signal *made = &c->pack->signals[c->pack->signals_n++];
    if (sam_arena_span(c->arena, name, &made->name, err) != SAM_OK)
        return err->code;
    feature_signal(made);
    made->heard = said_heard(name);
    return SAM_OK;
}

/* The rule's full id, and its place: a rule of an earlier file is overridden, one of this file is a mistake. */
static enum sam_code rule_id(struct compiler *c, struct sam_span name, struct rule *rule, struct sam_err *err)
{
    uint32_t old;
    struct sam_span target = rule->target < SAM_LABELS ? sam_span_of(sam_label_name((enum sam_label)rule->target))
                                                       : c->pack->signals[rule->target - SAM_LABELS].name;
    if (sam_arena_printf(c->arena, &rule->id, err, "%s.%.*s.%.*s", sam_language_name(c->pack->language), SAM_ARG(target), SAM_ARG(name)) !=
        SAM_OK)
        return err->code;
    if (sam_map_get(c->rule_ids, rule->id, &old)) {
        if (old >= c->first_of_file)
            return compile_fail(c, name.at, err, "this file has a rule of this name and target already", name);
        ((struct rule *)c->rules.at)[old].dropped = true;
    }
    return sam_map_put(c->rule_ids, rule->id, (uint32_t)c->rule, err);
}

/* "rule NAME -> TARGET [WEIGHT]" */
static enum sam_code on_rule(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    struct sam_span name = take_word(&rest), arrow = take_word(&rest);
    int32_t target;
    c->rule = -1;
    if (name.len == 0 || !sam_span_is(arrow, "->"))
        return compile_fail(c, name.at, err, "\"rule NAME -> LABEL WEIGHT\" was expected", SAM_NO_SPAN);
    if (rule_target(c, &rest, &target, err) != SAM_OK)
        return err->code;
    struct rule *rule = sam_vec_add(&c->rules, c->scratch);
    if (rule == NULL)
        return compile_fail(c, name.at, err, "too many rules", SAM_NO_SPAN);
    c->rule = (int32_t)c->rules.n - 1;
    *rule = (struct rule){.target = target,
                          .weight = 1,
                          .file = c->place.file,
                          .site = c->site,
                          .line = c->place.line,
                          .role = target >= SAM_LABELS         ? SAM_ROLE_UNKNOWN
                                  : target >= SAM_CUE_DISTRESS ? SAM_ROLE_CUSTOMER
                                                               : SAM_ROLE_AGENT};
    struct sam_span weight = take_word(&rest);
    if (weight.len > 0 && decimal(c, weight, &rule->weight, err) != SAM_OK)
        return err->code;
    return rule_id(c, name, rule, err);
}

/* "drop TARGET.NAME": a rule of an earlier file */
static enum sam_code on_drop(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    struct sam_span name = take_word(&rest), id;
    uint32_t old;
    c->rule = -1;
    if (sam_arena_printf(c->scratch, &id, err, "%s.%.*s", sam_language_name(c->pack->language), SAM_ARG(name)) != SAM_OK)
        return err->code;
    if (!sam_map_get(c->rule_ids, id, &old) || old >= c->first_of_file)
        return compile_fail(c, name.at, err, "no earlier file has this rule", name);
    ((struct rule *)c->rules.at)[old].dropped = true;
    return SAM_OK;
}

/* "class @name = words" or "... = way | way"; "+=" adds to what is there. */
static enum sam_code on_class(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    struct sam_span name = take_word(&rest), sign = take_word(&rest), text = sam_span_trim(rest);
    uint32_t index = 0;
    struct seqs all;
    c->rule = -1;
    c->own_class = false;
    if (name.len < 2 || name.at[0] != '@' || (!sam_span_is(sign, "=") && !sam_span_is(sign, "+=")))
        return compile_fail(c, name.at, err, "\"class @name = words\" was expected", SAM_NO_SPAN);
    name = (struct sam_span){name.at + 1, name.len - 1};
    bool there = sam_map_get(c->class_ids, name, &index), adds = sam_span_is(sign, "+=");
    if (adds && !there)
        return compile_fail(c, name.at, err, "there is no such class to add to", name);
    if (compile_class(c, text, adds ? (struct pack_class *)c->classes.at + index : NULL, &all, err) != SAM_OK)
        return err->code;
    struct pack_class *class = there ? (struct pack_class *)c->classes.at + index : sam_vec_add(&c->classes, c->scratch);
    if (class == NULL)
        return sam_arena_full(c->scratch, err);
    class->ways = all;
    class->own = shared_hangs_on_language(c, text) || (adds && class->own);
    return there ? SAM_OK : sam_map_put(c->class_ids, name, (uint32_t)c->classes.n - 1, err);
}

static enum sam_code flag_words(struct compiler *c, struct sam_span rest, uint8_t flag, struct sam_err *err)
{
    c->rule = -1;
    for (struct sam_span word = take_word(&rest); word.len > 0; word = take_word(&rest)) {
        uint32_t id;
        bool away = word.at[0] == '-' && word.len > 1;
        struct sam_span plain = away ? (struct sam_span){word.at + 1, word.len - 1} : word;
        if (compile_word(c, plain, 'w', &id, err) != SAM_OK)
            return err->code;
        struct pack_word *known = (struct pack_word *)c->words.at + id;
        known->flags = (uint8_t)(away ? known->flags & ~flag : known->flags | flag);
    }
    return SAM_OK;
}

static enum sam_code on_skip(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    return flag_words(c, rest, SAM_TOKEN_SKIP, err);
}

static enum sam_code on_lead(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    return flag_words(c, rest, SAM_TOKEN_LEAD, err);
}

static enum sam_code on_clause(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    return flag_words(c, rest, SAM_TOKEN_CLAUSE, err);
}

/* The first line, "pack 1 da", was read when the files were sorted by language; "extends nb" too. */
static enum sam_code on_head(struct compiler *c, struct sam_span rest, struct sam_err *err)
{
    (void)rest;
    (void)err;
    c->rule = -1;
    return SAM_OK;
}

static const struct {
    const char *word;
    enum sam_code (*read)(struct compiler *c, struct sam_span rest, struct sam_err *err);
} directives[] = {
    {"pack", on_head},
    {"extends", on_head},
    {"class", on_class},
    {"skip", on_skip},
    {"lead", on_lead},
    {"clause", on_clause},
    {"label", on_label},
    {"rule", on_rule},
    {"drop", on_drop},
    {"suggest", on_suggest},
    {"|", on_pattern},
    {"unless", on_unless},
    {"when", on_when},
    {"yes", on_yes},
    {"no", on_no},
    {"unless-clause", on_unless_clause},
    {"unless-turn", on_unless_turn},
    {"ask", on_ask},
};

static enum sam_code read_line(struct compiler *c, struct sam_span line, struct sam_err *err)
{
    struct sam_span rest = line, word = take_word(&rest);
    if (word.len == 0 || word.at[0] == '#')
        return SAM_OK;
    for (size_t i = 0; i < SAM_COUNT(directives); i++) {
        if (sam_span_is(word, directives[i].word))
            return directives[i].read(c, rest, err);
    }
    return compile_fail(c, word.at, err, "no line begins with this word", word);
}

enum sam_code source_read(struct compiler *c, const struct sam_pack_source *source, struct sam_err *err)
{
    struct sam_span rest = source->text, line;
    if (sam_arena_span(c->arena, sam_span_of(source->name), &c->place.file, err) != SAM_OK)
        return err->code;
    c->place.line = 0;
    c->site = source->site;
    c->rule = -1;
    c->first_of_file = (uint32_t)c->rules.n;
    while (sam_span_line(&rest, &line)) {
        c->place.line++;
        c->place.line_at = line.at;
        if (!sam_utf8_valid(line))
            return compile_fail(c, line.at, err, "this line is not UTF-8", SAM_NO_SPAN);
        if (read_line(c, line, err) != SAM_OK)
            return err->code;
    }
    return SAM_OK;
}
