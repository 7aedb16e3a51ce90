/*
 * Which labels a passage has: those whose score reaches what their pack asks for, without what cannot be said at once.
 */
#include "lanes.h"
#include "mark.h"

#include <math.h>

#define BIT(label) (UINT32_C(1) << (label))

/* What cannot be said at once: the routine question at the end explores no need (none of 625 that people marked), and who still asks for
 * one proposes nothing yet (one of 624). */
uint32_t without_contradictions(uint32_t marked)
{
    if ((marked & BIT(SAM_CLOSING_ANYTHING_ELSE)) != 0)
        marked &= ~BIT(SAM_CLARIFY_NEED);
    return (marked & BIT(SAM_CLARIFY_NEED)) != 0 ? marked & ~BIT(SAM_OFFER_PRODUCT) : marked;
}

void pack_lanes(struct pack *pack)
{
    struct label_lanes *lanes = &pack->lanes;
    for (int label = 0; label < SAM_LABELS; label++) {
        const struct label_rule *rule = &pack->labels[label];
        lanes->bias[label] = rule->bias;
        lanes->threshold[label] = rule->threshold;
        lanes->alone[label] = rule->alone > rule->threshold ? rule->alone : rule->threshold;
        lanes->backed[label] = rule->backed < rule->threshold ? rule->backed : INFINITY;
    }
    for (uint32_t i = 0; i < pack->rules_n; i++)
        pack->site = pack->site || pack->rules[i].site;
}

uint32_t labels_reached(const struct firing *f, const float score[LABEL_LANES])
{
    const struct label_lanes *lanes = &f->pack->lanes;
    uint4 marked = {0}, bits = {1, 2, 4, 8};
    for (int i = 0; i < LABEL_LANES; i += 4, bits *= 16) {
        float4 ruled = four_of(f->ruled + i), threshold = four_of(lanes->threshold + i), backed = four_of(lanes->backed + i);
        float4 asked = chosen(ruled <= four_of(lanes->bias + i), four_of(lanes->alone + i), threshold);
        asked = chosen((ruled >= threshold) & (backed < threshold), backed, asked);
        marked |= (uint4)(four_of(score + i) >= asked) & bits;
    }
    return (marked[0] | marked[1] | marked[2] | marked[3]) & (BIT(labels_end(f->role)) - BIT(labels_first(f->role)));
}
