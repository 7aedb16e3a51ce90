/*
 * What is heard beside the labels: greetings, names, hedges. Rules of the packs set off signals "said.NAME"; measures read them from the
 * turn.
 */
#include "compile.h"
#include "mark.h"

static const char *const names[SAM_SAIDS] = {
    [SAM_SAID_GREETING] = "said.greeting",   [SAM_SAID_NAME] = "said.name",     [SAM_SAID_HEDGE] = "said.hedge",
    [SAM_SAID_PASSED_ON] = "said.passed_on", [SAM_SAID_HONEST] = "said.honest", [SAM_SAID_HIDING] = "said.hiding",
    [SAM_SAID_BLAME] = "said.blame",
};

uint32_t said_heard(struct sam_span signal)
{
    uint32_t heard = 0;
    for (int i = 0; i < SAM_SAIDS; i++)
        heard |= sam_span_is(signal, names[i]) ? UINT32_C(1) << i : 0;
    return heard;
}

void said_note(struct marker *m)
{
    const struct firing *f = m->firing;
    for (uint32_t k = 0; k < f->list.signals_n; k++) {
        const struct sam_fired *fired = &f->fired[f->list.signals[k]];
        uint32_t heard = f->pack->signals[fired->target - SAM_LABELS].heard;
        m->turns[m->pieces[f->tokens[fired->first].piece].turn].said |= heard;
    }
}
