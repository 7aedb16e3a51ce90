/*
 * Private to text: what is known while one passage is marked.
 */
#ifndef SAMTALE_TEXT_MARK_H
#define SAMTALE_TEXT_MARK_H

#include "around.h"
#include "model.h"

#define FIRED_FIRST  32  /* rules in one passage that there is room for from the start */
#define FIRED_MAX    512 /* rules that may fire in one passage */
#define EVIDENCE_MAX 192 /* what a watch and the models may add */
#define HITS_MAX     4096
#define HITS_WORD    8 /* hits that there is room for a word, up to HITS_MAX */
#define TARGETS      (SAM_LABELS + PACK_SIGNALS)

/* When a target was marked last: how many passages of each side had counted by then. */
struct seen {
    bool there;
    enum sam_language language;
    uint32_t agent, customer;
};

/* One passage while its rules fire. */
struct firing {
    const struct pack *pack;
    const struct sam_token *tokens;
    uint32_t tokens_n, words;
    enum sam_role role;
    uint32_t number, side_total; /* of this side's passages */
    uint32_t counted;            /* of this side's passages before it, backchannels left out */
    const struct seen *seen;
    bool plain; /* no punctuation in it */
    bool target_fired[TARGETS];
    struct sam_fired *fired; /* room for as many as there are hits, at most FIRED_MAX, and for EVIDENCE_MAX */
    uint32_t fired_n, fired_room;
    struct fired_list list;   /* of what fired, without evidence */
    float ruled[LABEL_LANES]; /* by label: what its rules say */
    struct passage_rows rows;
};

/* Fills firing->fired from the hits of its passage. */
void fire(struct firing *firing, struct hits *hits);

/* One input turn; its text is the marker's texts[] at the same index. */
struct piece {
    int32_t i;
    uint32_t turn;
};
struct passage {
    uint32_t piece, pieces_n; /* indexes into pieces */
    uint32_t turn, turns_n;
    uint32_t token, tokens_n; /* indexes into the block's words */
    uint32_t words;           /* tokens that are no question marks */
    bool plain;               /* no punctuation in it */
    enum sam_language language;
    const struct pack *pack; /* of that language; NULL: none */
    size_t bytes;
    struct votes votes; /* of its words, by language */
    enum sam_role role;
    uint32_t number; /* of this side */
};

struct marker {
    const struct sam_packs *packs;
    const struct sam_marking *in;
    struct sam_arena *arena;
    struct sam_err *err;
    struct piece *pieces;
    struct sam_span *texts;
    uint32_t pieces_n;
    struct passage *passages;
    uint32_t passages_n;
    uint32_t side_total[2], counted[2];
    struct votes votes[2]; /* of the passages of each side that were read */
    struct sam_words words;
    struct hits hits;
    struct part part;
    struct firing firings[2], *firing; /* the passage in hand, and the one behind it, whose rules fire first */
    const struct passage *waiting;     /* whose rules fired, but whose labels are not decided; NULL: none */
    struct seen seen[TARGETS];
    struct lexicon_use use;
    struct sam_vec marks;
    struct features features;
    struct model_use model;
    struct sam_turn_seen *turns;
};

/* 0 of an agent, 1 of a customer. */
static inline int side_of(enum sam_role role)
{
    return role == SAM_ROLE_AGENT ? 0 : 1;
}
/* Which labels of the passage's side reach the pack's thresholds: bits by enum sam_label. A label must reach more where only a model speaks
 * for it, less where its rules alone would mark it, when the pack says so. */
uint32_t labels_reached(const struct firing *f, const float score[LABEL_LANES]);
/* The same without what another of them contradicts. */
uint32_t without_contradictions(uint32_t marked);
/* Cuts the turns into passages and pieces. */
enum sam_code passages_make(struct marker *m) SAM_MUST_USE;
/* Notes in the turns what else the passage's rules heard: signals "said.NAME". */
void said_note(struct marker *m);
/* Decides the languages of passages whose words are counted, and gives their tokens what the packs know of them. */
enum sam_code passages_know(struct marker *m, struct passage *passages, uint32_t n) SAM_MUST_USE;
/* Lets the rules of a passage fire, whose tokens stand in the block's words, then decides the labels of the passage before it, which see
 * what it was answered. */
enum sam_code passage_mark(struct marker *m, const struct passage *passage) SAM_MUST_USE;
/* Decides the labels of the passage that waits, without one behind it. */
enum sam_code passage_last(struct marker *m) SAM_MUST_USE;
/* Adds the marks of a label that holds for the passage, each with the evidence that carries it. */
enum sam_code evidence_mark(struct marker *m, const struct passage *passage, enum sam_label label) SAM_MUST_USE;

#endif
