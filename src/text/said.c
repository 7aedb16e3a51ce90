/*
 * What is heard beside the labels: greetings, names, hedges. Rules of the packs set off signals "said.NAME"; measures read them from the
 * turn.
 */
#include "fold.h"
#include "mark.h"

static const char *const names[SAM_SAIDS] = {
    [SAM_SAID_GREETING] = "said.greeting",   [SAM_SAID_NAME] = "said.name",     [SAM_SAID_HEDGE] = "said.hedge",
    [SAM_SAID_PASSED_ON] = "said.passed_on", [SAM_SAID_HONEST] = "said.honest", [SAM_SAID_HIDING] = "said.hiding",
    [SAM_SAID_BLAME] = "said.blame",
};

void said_note(struct marker *m)
{
    const struct firing *f = m->firing;
    for (int i = 0; i < SAM_SAIDS && m->said[i] == 0; i++)
        m->said[i] = fold_hash_bytes(sam_span_of(names[i]));
    for (uint32_t i = 0; i < f->fired_n; i++) {
        const struct sam_fired *fired = &f->fired[i];
        if (fired->target < SAM_LABELS)
            continue;
        uint64_t hash = f->pack->signal_hashes[fired->target - SAM_LABELS];
        for (int k = 0; k < SAM_SAIDS; k++) {
            if (m->said[k] == hash)
                m->turns[m->pieces[f->tokens[fired->first].piece].turn].said |= UINT32_C(1) << k;
        }
    }
}
