/*
 * Survey and outcome of a native message: what the customer answered, and what came of the conversation.
 */
#include "native.h"

#include <math.h>

/* ---- survey --------------------------------------------------------------------------------------------------------- */

static struct sam_int whole(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *at)
{
    int64_t number = 0;
    if (read_is_null(value))
        return SAM_UNKNOWN;
    if (sam_json_int(value, true, -1000000, 1000000, &number))
        return sam_int_of(number);
    read_warn(r, part, "survey.not_whole", at);
    return SAM_UNKNOWN;
}

/** A score with its scale: {"score","min","max"}, or the bare score. A score outside its scale is unknown. */
static void scaled(struct reader *r, struct sam_part *part, const struct sam_json *value, struct sam_int out[3], const struct place *at)
{
    const struct sam_json *score = value && value->type == SAM_JSON_OBJECT ? sam_json_get(value, "score") : value;
    out[0] = whole(r, part, score, at);
    out[1] = whole(r, part, sam_json_get(value, "min"), KEY(at, "min"));
    out[2] = whole(r, part, sam_json_get(value, "max"), KEY(at, "max"));
    bool outside = out[0].known && ((out[1].known && out[0].value < out[1].value) || (out[2].known && out[0].value > out[2].value));
    if (!outside)
        return;
    read_warn(r, part, "survey.outside_scale", at);
    out[0] = SAM_UNKNOWN;
}

/** Sets the part's own id; "" when it has none: a conversation has one such part then. */
static enum sam_code part_id_of(struct reader *r, struct sam_part *part, const struct sam_json *object, struct sam_err *err)
{
    struct sam_span id = SAM_SPAN("");
    enum sam_code code = read_id(r, sam_json_get(object, "id"), &id, err);
    if (code != SAM_OK && code != SAM_NONE)
        return sam_wrap(err, "%s", sam_kind_name(part->kind));
    part->part_id = id;
    return SAM_OK;
}

enum sam_code native_survey(struct native *m, struct sam_err *err)
{
    struct reader *r = m->r;
    const struct sam_json *object = sam_json_get(m->root, "survey");
    if (!object || object->type != SAM_JSON_OBJECT)
        return sam_fail(err, SAM_BAD_INPUT, "survey: missing, or no object");
    struct sam_part *part = read_part(r, &m->head, SAM_KIND_SURVEY);
    if (!part)
        return sam_arena_full(r->arena, err);
    const struct place *at = KEY(NULL, "survey");
    struct sam_survey *survey = part->survey;
    struct sam_int csat[3], ces[3];
    survey->nps = whole(r, part, sam_json_get(object, "nps"), KEY(at, "nps"));
    if (survey->nps.known && (survey->nps.value < 0 || survey->nps.value > 10)) {
        read_warn(r, part, "survey.outside_scale", KEY(at, "nps"));
        survey->nps = SAM_UNKNOWN;
    }
    scaled(r, part, sam_json_get(object, "csat"), csat, KEY(at, "csat"));
    scaled(r, part, sam_json_get(object, "ces"), ces, KEY(at, "ces"));
    survey->csat = csat[0];
    survey->csat_min = csat[1];
    survey->csat_max = csat[2];
    survey->ces = ces[0];
    survey->ces_min = ces[1];
    survey->ces_max = ces[2];
    const struct sam_json *reversed = sam_json_get(sam_json_get(object, "ces"), "reversed");
    survey->ces_reversed = reversed && reversed->type == SAM_JSON_TRUE;
    survey->answered = read_time(r, part, sam_json_get(object, "answered_at"), KEY(at, "answered_at"));
    return part_id_of(r, part, object, err);
}

/* ---- outcome -------------------------------------------------------------------------------------------------------- */

/** 0 or 1 from true, false, 0, 1, "yes", "no"; unknown for null and "unclear". */
static struct sam_int truth(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *at)
{
    int64_t number = 0;
    if (read_is_null(value))
        return SAM_UNKNOWN;
    if (value->type == SAM_JSON_TRUE || value->type == SAM_JSON_FALSE)
        return sam_int_of(value->type == SAM_JSON_TRUE);
    if (sam_json_int(value, false, 0, 1, &number))
        return sam_int_of(number);
    if (value->type == SAM_JSON_STRING) {
        if (sam_span_is_nocase(value->text, "yes") || sam_span_is_nocase(value->text, "true"))
            return sam_int_of(1);
        if (sam_span_is_nocase(value->text, "no") || sam_span_is_nocase(value->text, "false"))
            return sam_int_of(0);
        if (sam_span_is_nocase(value->text, "unclear") || sam_span_is_nocase(value->text, "unknown"))
            return SAM_UNKNOWN;
    }
    read_warn(r, part, "outcome.invalid", at);
    return SAM_UNKNOWN;
}

/** Digits behind the point of a currency (ISO 4217); two unless listed. */
static int minor_digits(struct sam_span currency)
{
    static const struct {
        const char *code;
        int digits;
    } other[] = {{"BIF", 0}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"ISK", 0}, {"JPY", 0}, {"KMF", 0}, {"KRW", 0},
                 {"PYG", 0}, {"RWF", 0}, {"UGX", 0}, {"VND", 0}, {"VUV", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0},
                 {"BHD", 3}, {"IQD", 3}, {"JOD", 3}, {"KWD", 3}, {"LYD", 3}, {"OMR", 3}, {"TND", 3}};
    for (size_t i = 0; i < SAM_COUNT(other); i++) {
        if (sam_span_is(currency, other[i].code))
            return other[i].digits;
    }
    return 2;
}

static struct sam_span currency_of(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *at)
{
    struct sam_span text = read_name(r, part, value, at);
    char code[3];
    for (size_t i = 0; i < 3 && text.len == 3; i++) {
        char c = text.at[i];
        code[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        if (code[i] < 'A' || code[i] > 'Z')
            text.len = 0;
    }
    if (text.len == 3)
        return read_keep(r, (struct sam_span){code, 3});
    if (!read_is_null(value))
        read_warn(r, part, "outcome.currency_invalid", at);
    return SAM_NO_SPAN;
}

/** true or false, or {"amount","currency"} of a sale; amount_minor is the canonical form's. */
static void sold_of(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *at)
{
    struct sam_outcome *outcome = part->outcome;
    double amount = 0;
    int64_t minor = 0;
    if (!value || value->type != SAM_JSON_OBJECT) {
        outcome->sold = truth(r, part, value, at);
        return;
    }
    outcome->sold = sam_int_of(1);
    outcome->currency = currency_of(r, part, sam_json_get(value, "currency"), KEY(at, "currency"));
    const struct sam_json *text = sam_json_get(value, "amount");
    if (sam_json_int(sam_json_get(value, "amount_minor"), false, INT64_MIN, INT64_MAX, &minor)) {
        outcome->amount_minor = sam_int_of(minor);
    } else if (!read_is_null(text)) {
        bool right = outcome->currency.len == 3 && sam_json_double(text, true, &amount);
        amount *= pow(10, minor_digits(outcome->currency));
        if (right && fabs(amount) < 9e15)
            outcome->amount_minor = sam_int_of(llround(amount));
        else
            read_warn(r, part, "outcome.amount_invalid", at);
    }
}

enum sam_code native_outcome(struct native *m, struct sam_err *err)
{
    struct reader *r = m->r;
    const struct sam_json *object = sam_json_get(m->root, "outcome");
    if (!object || object->type != SAM_JSON_OBJECT)
        return sam_fail(err, SAM_BAD_INPUT, "outcome: missing, or no object");
    struct sam_part *part = read_part(r, &m->head, SAM_KIND_OUTCOME);
    if (!part)
        return sam_arena_full(r->arena, err);
    const struct place *at = KEY(NULL, "outcome");
    struct sam_int resolved = truth(r, part, sam_json_get(object, "resolved"), KEY(at, "resolved"));
    if (resolved.known)
        part->outcome->resolved = resolved.value ? SAM_RESOLVED_YES : SAM_RESOLVED_NO;
    part->outcome->churned = truth(r, part, sam_json_get(object, "churned"), KEY(at, "churned"));
    part->outcome->winback = truth(r, part, sam_json_get(object, "winback"), KEY(at, "winback"));
    sold_of(r, part, sam_json_get(object, "sold"), KEY(at, "sold"));
    part->outcome->at = read_time(r, part, sam_json_get(object, "at"), KEY(at, "at"));
    return part_id_of(r, part, object, err);
}
