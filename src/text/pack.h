/*
 * Private to text: a compiled pack and its parts. pattern.c reads patterns into items, compile.c makes tables of them, match.c walks them.
 */
#ifndef SAMTALE_TEXT_PACK_H
#define SAMTALE_TEXT_PACK_H

#include "vocabulary.h"

/* Limits of a pack; reaching one is an error with file, line and column. */
#define PACK_ITEMS      28  /* of one variant */
#define PACK_VARIANTS   768 /* of one pattern */
#define PACK_GAP        20  /* words of one gap */
#define PACK_SETS       30000
#define PACK_WORDS      60000
#define PACK_RULES      8000
#define PACK_SIGNALS    256
#define PACK_CONDITIONS 8   /* of one rule */
#define PACK_STEPS      400 /* of the matcher at one trigger */

/* Word numbers that are no words. */
enum { WORD_NONE, WORD_NUMBER, WORD_MASK, WORD_ASKED, WORD_FIRST };

enum item_kind {
    ITEM_WORDS,        /* a word of the set */
    ITEM_ANY,          /* any word */
    ITEM_GAP,          /* up to n words */
    ITEM_NOT,          /* here no word of the set; first or last only */
    ITEM_CLAUSE_START, /* < */
    ITEM_CLAUSE_END,   /* > */
    ITEM_TURN_START,   /* << */
    ITEM_TURN_END      /* >> */
};
struct item {
    uint8_t kind, optional;
    uint16_t n;   /* of a gap */
    uint32_t set; /* of WORDS and NOT */
};

/* What a pattern is for. */
enum pattern_role { PATTERN_MARKS, PATTERN_UNLESS_HERE, PATTERN_UNLESS_CLAUSE, PATTERN_UNLESS_TURN };

/* One way a pattern can be met: a straight row of items. */
struct variant {
    uint32_t rule;
    uint32_t items; /* index of the first */
    uint8_t n, trigger, role;
};

/* Tests tell in a look that words cannot be of a set. Each is a bit of a word's line; several sets may share one, so that what fails a
 * test is in none of them, and what passes may be. */
#define TEST_WORDS 6
#define TESTS      (64 * TEST_WORDS)
/* Variants that a word starts, in a row. */
struct start_list {
    uint32_t at, n;
};
/* What the matcher knows of a word by its number: as long as a line of the cache. */
struct word_line {
    uint64_t tests[TEST_WORDS];  /* byte test / 8 has bit test % 8 */
    struct start_list starts[2]; /* when an agent says it, a customer */
};
/* An item as the matcher reads it. A set has buckets of SET_LANES numbers; a word, if it is in the set, is in that which the last bits of
 * its number name, so that one look tells. */
struct step {
    uint8_t kind;
    uint8_t n;     /* words of a gap; 1 of what is optional */
    uint16_t mask; /* buckets of the set but one */
    uint32_t set;  /* its first bucket in pack->sets */
};
#define SET_LANES 8
#define SET_NONE  UINT16_MAX /* no word's number */
/* What holds where a word stands. */
enum here {
    HERE_ALWAYS = 1,
    HERE_CLAUSE_END = 2, /* a clause ends behind it */
    HERE_TURN_END = 4,   /* likewise the passage */
    HERE_OPEN = SAM_TOKEN_OPEN,
    HERE_FIRST = SAM_TOKEN_FIRST
};
#define HERE_BEGINS (HERE_OPEN | HERE_FIRST)
#define START_TESTS 4
/* What must stand around a word: bits of bytes that lie so far from its row (struct row); the ones that seldom are come first. */
struct start_tests {
    int16_t at[START_TESTS];
    uint8_t bit[START_TESTS];
};
/* A variant as one of its words starts it, if the tests are passed. */
struct start {
    uint32_t step;                           /* index of the step that the word is */
    uint32_t rule : 13, left : 5, right : 5; /* left, right: steps to each side */
    uint32_t role : 2;
};

enum condition_kind {
    CONDITION_TURNS, /* a..b: which of its side's passages; negative counts from the end */
    CONDITION_PLAIN, /* no punctuation in the passage, as speech recognition writes; a: 1 when so, 0 when not */
    CONDITION_WORDS, /* a..b: length of the passage */
    CONDITION_AFTER, /* target marked within n passages */
    CONDITION_NOT_AFTER,
    CONDITION_WITH, /* target fired in the same passage */
    CONDITION_WITHOUT
};
struct condition {
    enum condition_kind kind;
    int32_t a, b, target;
};

struct rule {
    struct sam_span id; /* "da.empathy.apology.beklager" */
    int32_t target;     /* enum sam_label, or SAM_LABELS + signal */
    float weight;
    enum sam_role role;
    uint8_t conditions_n;
    bool dropped; /* overridden by a later file */
    bool site;    /* of a site's own file */
    struct condition conditions[PACK_CONDITIONS];
    struct sam_span ask;
    struct sam_span file;
    uint32_t line;
};

/* Text of a pattern or an example, for show and for running examples. */
struct rule_text {
    uint32_t rule;
    char kind; /* '|' 'u'nless 'y'es 'n'o */
    struct sam_span file, text;
    uint32_t line, column;
};

#define BACKED_NOT 101.0F /* above whatever a pack may say */
/* A signal, and what hangs on its name, which is the same in every pack. */
struct signal {
    struct sam_span name;
    uint16_t fired, before, after, own, said; /* buckets of its features: here, by the other side before, behind, by this side, ever */
    uint32_t heard;                           /* bits by enum sam_said */
};

struct label_rule {
    float bias, threshold;
    float alone;  /* the threshold where no rule of the label speaks for it, only a model; below the other: the same */
    float backed; /* the threshold of a model where the rules alone would mark it; above the other: the same */
    struct sam_span ask;
};

/* Numbers by label for vectors of four, which may be read from the first label of either side on: five vectors of an agent's labels, two
 * of a customer's. */
#define LABEL_LANES (SAM_LABELS + 5)
_Static_assert(LABEL_LANES % 4 == 0 && LABEL_LANES >= SAM_CUE_DISTRESS + 8 && SAM_CUE_DISTRESS <= 20 && SAM_LABELS - SAM_CUE_DISTRESS <= 8,
               "a lane for each label");
/* The same as struct label_rule; backed is above all scores where it asks for no less, alone never below the threshold. */
struct label_lanes {
    float bias[LABEL_LANES], threshold[LABEL_LANES], alone[LABEL_LANES], backed[LABEL_LANES];
};

/* Hash of a word -> what the pack knows of it; open addressing, a power of two. */
struct known {
    uint64_t hash;
    uint32_t word, stem, prefix;
    uint8_t flags;
};
/* The same by number in the vocabulary, with the word's meaning in the pack's language. */
union entry {
    struct {
        uint16_t numbers[2]; /* as in a token */
        uint16_t meaning;
        uint8_t flags;
        bool known; /* else stem and prefix are to be looked up */
    };
    uint64_t bits; /* atomic: who looks them up writes all of it */
};
struct memo_cell {
    uint64_t check, value; /* atomic; check == hash ^ value */
};
#define MEMO_CELLS 8192

struct pack {
    enum sam_language language;
    const char *stemmer;       /* libstemmer's name of the algorithm */
    struct sb_stemmer **spare; /* a stemmer that nobody uses, for who needs one next: atomic; NULL: none */
    struct known *known;
    uint32_t known_mask;
    union entry *entries; /* by number in the vocabulary */
    struct known *roots;  /* hashes of stems (as words) and of prefixes: their numbers */
    uint32_t roots_mask;
    struct memo_cell *memo;        /* of words outside the vocabulary */
    const struct word_line *lines; /* by word number */
    const uint16_t *sets;          /* buckets, as steps name them */
    const struct step *steps;
    const struct start *starts;      /* of each word in a row, in the order of variants */
    const struct start_tests *tests; /* likewise */
    uint32_t variants_n;
    struct rule *rules;
    uint32_t rules_n;
    const struct rule_text *texts;
    uint32_t texts_n;
    struct signal signals[PACK_SIGNALS];
    uint32_t signals_n;
    struct label_rule labels[SAM_LABELS];
    struct label_lanes lanes; /* of these */
    bool site;                /* has rules of a site's own */
    uint32_t words_n, patterns_n;
    uint8_t hash[16];
};

struct model;
struct sam_packs {
    struct sam_arena *arena;
    struct pack *by_language[SAM_LANGUAGES]; /* NULL: none */
    struct vocabulary vocabulary;
    struct model *model; /* NULL: the rules alone decide */
};

/* Fills pack->lanes and pack->site; after the last of its files. */
void pack_lanes(struct pack *pack);

/* What the words of a text say of its language; log odds by language in 1/16 nats. */
struct votes {
    int64_t of[SAM_LANGUAGES];
    uint32_t words;
};
/* Reads "languages 1"; a later one takes the place of an earlier one. */
enum sam_code languages_read(struct vocabulary *vocabulary, const struct sam_pack_source *source, struct sam_err *err) SAM_MUST_USE;
/* Reads "glosses 1", likewise. */
enum sam_code glosses_read(struct vocabulary *vocabulary, const struct sam_pack_source *source, struct sam_err *err) SAM_MUST_USE;
/* The votes of some words. */
void language_vote(const struct vocabulary *vocabulary, const struct sam_token *tokens, size_t n, struct votes *votes);
void language_add(struct votes *to, const struct votes *votes);
/* What the words must say against the tag, in 1/16 nats. */
#define TAG_MARGIN 64
enum sam_language language_decide(const struct votes *votes, enum sam_language declared, int64_t margin);

/* Gives tokens their numbers and flags. A stemmer is taken when first needed and given back by lexicon_done. */
struct lexicon_use {
    const struct pack *pack;
    struct sb_stemmer *stemmer;
};
enum sam_code lexicon_apply(struct lexicon_use *use, const struct sam_span *pieces, struct sam_token *tokens, size_t n,
                            struct sam_err *err) SAM_MUST_USE;
/* Makes pack->entries; the vocabulary must be complete. */
enum sam_code lexicon_entries(struct pack *pack, const struct vocabulary *vocabulary, struct sam_arena *arena,
                              struct sam_err *err) SAM_MUST_USE;
void lexicon_done(struct lexicon_use *use);
/* The stem of a folded word. @return the hash of its bytes, 0 when there is none */
uint64_t lexicon_stem(struct sb_stemmer *stemmer, enum sam_language language, struct sam_span word);
/* Longest prefix of a word among the roots. @return its number, 0 when none */
uint32_t lexicon_prefix(const struct known *roots, uint32_t mask, struct sam_span word);
#define LEXICON_PREFIX_SALT UINT64_C(0x5bd1e995)
const struct known *lexicon_find(const struct known *table, uint32_t mask, uint64_t hash);

/* A pattern that was met. */
struct hit {
    uint16_t rule, older; /* older: the hit of the same rule before it, counted from 1; 0: none */
    uint32_t first, last;
    uint8_t role;
};
struct hits {
    struct hit *at; /* room for twice as many: behind them those of one rule are put in order */
    uint32_t n, room, rules_n;
    uint16_t *newest;                /* by rule, of rules_n: its last hit, as in older; all 0 between passages, as rules are */
    uint64_t rules[PACK_RULES / 64]; /* bits by rule: it has hits */
};
struct part;
/* Sends for what match_passage will ask of the tokens of a passage, so that it is there by then. */
void match_ahead(const struct pack *pack, const struct sam_token *tokens, uint32_t n);
/* All hits of rules for the side that speaks, up to room; the rest is left out. part is for what is looked at. */
void match_passage(struct part *part, const struct pack *pack, enum sam_role role, const struct sam_token *tokens, uint32_t n,
                   struct hits *hits);

/* Runs every example of a pack. */
enum sam_code examples_run(const struct sam_packs *packs, const struct pack *pack, struct sam_err *err) SAM_MUST_USE;

#endif
