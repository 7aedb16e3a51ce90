/*
 * Numbers and channels of a telephone exchange.
 */
#include "exchange.h"

#include <string.h>

enum side { SIDE_UNKNOWN, SIDE_INSIDE, SIDE_OUTSIDE };

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/** A number is outside the house when it has more digits than an extension or a plus; a name is a telephone of the house. */
static enum side side_of(const struct reader *r, struct sam_span number)
{
    static const char *const withheld[] = {"anonymous", "unknown", "restricted", "private", "unavailable", "withheld"};
    size_t digits = 0, others = 0;
    for (size_t i = 0; i < SAM_COUNT(withheld); i++) {
        if (sam_span_is_nocase(number, withheld[i]))
            return SIDE_UNKNOWN;
    }
    for (size_t i = 0; i < number.len; i++) {
        digits += digit(number.at[i]);
        others += !digit(number.at[i]) && !strchr("+*# -()", number.at[i]);
    }
    if (number.len == 0)
        return SIDE_UNKNOWN;
    if (others == 0 && (digits > r->set->extension_digits || number.at[0] == '+'))
        return SIDE_OUTSIDE;
    return SIDE_INSIDE;
}

/** What contexts are called where calls from outside come in, and where the house's own begin. Beginnings; data. */
static enum side side_of_context(struct sam_span context)
{
    static const struct {
        const char *start;
        enum side side;
    } rows[] = {{"from-internal", SIDE_INSIDE}, {"outbound", SIDE_INSIDE},   {"outgoing", SIDE_INSIDE}, {"internal", SIDE_INSIDE},
                {"from-", SIDE_OUTSIDE},        {"ext-did", SIDE_OUTSIDE},   {"inbound", SIDE_OUTSIDE}, {"incoming", SIDE_OUTSIDE},
                {"public", SIDE_OUTSIDE},       {"ext-queues", SIDE_OUTSIDE}};
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        if (sam_span_starts(context, rows[i].start))
            return rows[i].side;
    }
    return SIDE_UNKNOWN;
}

void exchange_parties(struct reader *r, struct sam_part *part, const struct exchange_call *call)
{
    struct sam_record *record = part->record;
    enum side from = side_of(r, call->from), to = side_of(r, call->to);
    bool told = from == SIDE_OUTSIDE;
    if (from == SIDE_UNKNOWN)
        from = side_of_context(call->context);
    if (from == SIDE_UNKNOWN && call->queued)
        from = SIDE_OUTSIDE;
    if (from == SIDE_OUTSIDE) {
        record->direction = SAM_DIRECTION_INBOUND;
        record->customer_phone = told ? call->from : SAM_NO_SPAN;
    } else if (from == SIDE_INSIDE && to == SIDE_OUTSIDE && !call->queued) {
        record->direction = SAM_DIRECTION_OUTBOUND;
        record->customer_phone = call->to;
    } else if (from == SIDE_INSIDE) {
        record->direction = SAM_DIRECTION_INTERNAL;
    }
    if (record->customer_phone.len > 0)
        record->customer_country = r->set->country;
}

struct sam_span exchange_interface(struct sam_span channel)
{
    struct sam_span out = channel;
    const char *semicolon = channel.len > 0 ? memrchr(channel.at, ';', channel.len) : NULL;
    if (semicolon)
        out.len = (size_t)(semicolon - channel.at);
    const char *dash = out.len > 0 ? memrchr(out.at, '-', out.len) : NULL;
    size_t tail = dash ? (size_t)(out.at + out.len - dash) - 1 : 0;
    for (size_t i = 1; i <= tail; i++) {
        if (!digit(dash[i]) && ((dash[i] | 0x20) < 'a' || (dash[i] | 0x20) > 'f'))
            return out;
    }
    if (tail >= 4)
        out.len = (size_t)(dash - out.at);
    return out;
}

struct sam_span exchange_queue(struct sam_span data)
{
    size_t n = 0;
    while (n < data.len && data.at[n] != ',' && data.at[n] != '|')
        n++;
    return sam_span_trim((struct sam_span){data.at, n});
}

bool exchange_is_id(struct sam_span text)
{
    const char *dot = text.len > 0 ? memrchr(text.at, '.', text.len) : NULL;
    if (!dot || dot == text.at || dot + 1 == text.at + text.len || !digit(dot[-1]))
        return false;
    for (const char *c = dot + 1; c < text.at + text.len; c++) {
        if (!digit(*c))
            return false;
    }
    return true;
}

int64_t exchange_epoch(struct sam_span id)
{
    const char *dot = id.len > 0 ? memrchr(id.at, '.', id.len) : NULL;
    int64_t epoch = 0;
    struct sam_err err;
    size_t from = dot ? (size_t)(dot - id.at) : 0;
    while (from > 0 && id.at[from - 1] >= '0' && id.at[from - 1] <= '9')
        from--;
    bool there = dot && sam_span_int((struct sam_span){id.at + from, (size_t)(dot - id.at) - from}, 0, INT32_MAX, &epoch, &err) == SAM_OK;
    return there ? epoch : -1;
}
