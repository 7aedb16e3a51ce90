/*
 * Private to text: what the compiler of a pack knows while it reads.
 */
#ifndef SAMTALE_TEXT_COMPILE_H
#define SAMTALE_TEXT_COMPILE_H

#include "fold.h"
#include "pack.h"

/* A place in a source. */
struct place {
    struct sam_span file;
    const char *line_at;
    uint32_t line;
};

/* A straight row of items. */
struct seq {
    uint8_t n;
    struct item items[PACK_ITEMS];
};
struct seqs {
    struct seq *at;
    uint32_t n;
};

/* A word the pack names. */
struct pack_word {
    struct sam_span folded;
    uint64_t hash;
    uint32_t number; /* in the vocabulary; 0 of stems and prefixes */
    uint32_t cost;   /* how often it comes in a million words, about */
    uint32_t set;    /* the set of it alone, counted from 1; 0: not made */
    char kind;       /* 'w'ord, 's'tem, 'p'refix */
    uint8_t flags;
};
/* A set while it grows: sorted word numbers. */
struct set_list {
    const uint32_t *ids;
    uint32_t n;
    uint64_t cost; /* how often the words that its pattern names come together; 0: not yet counted */
};
struct pack_class {
    struct seqs ways;
    bool own; /* hangs on the language */
};
/* A pattern of a file for all languages, in the numbers of the compiler that read it. */
struct shared_pattern {
    const char *text;
    struct seqs ways;
    bool own; /* hangs on the language */
};
#define SHARED_PATTERNS 100000
/* What compilers of several languages share. */
struct shared {
    struct sam_arena *scratch, *pattern; /* empty, for the next compiler; NULL: none */
    struct sam_arena *of;                /* the scratch memory of the compiler that read it; NULL: nobody has yet */
    struct sam_vec patterns;             /* in the order they are read */
    uint32_t next;                       /* of the patterns, to be taken over */
    const struct pack_word *words;
    const struct set_list *sets; /* as they were read */
    uint32_t words_n, sets_n;
};

struct compiler {
    struct sam_arena *arena;   /* of the packs */
    struct sam_arena *scratch; /* of this pack's compilation */
    struct sam_arena *pattern; /* of one pattern; reset after it */
    struct vocabulary *vocabulary;
    struct sb_stemmer *stemmer;
    struct pack *pack;
    struct sam_map *written_ids;                               /* words as they are written in patterns -> the sets of them alone */
    struct sam_map *root_ids, *set_ids, *class_ids, *rule_ids; /* of stems and prefixes; of sets of several words */
    struct sam_vec by_vocable;                                 /* of uint32_t: words by number in the vocabulary; 0: not of the pack */
    struct sam_vec words, sets, classes, items, variants, rules,
        texts; /* of pack_word, set_list, pack_class, item, variant, rule, rule_text */
    struct place place;
    struct sam_words parts; /* of the word being read; used again and again */
    uint32_t patterns_n;
    uint32_t first_of_file; /* rules before it may be overridden */
    int32_t rule;           /* the rule being read, or -1 */
    bool site;              /* the file being read is a site's own */
    bool for_all;           /* it is for all languages */
    bool own_class;         /* the pattern or class being read uses a class that hangs on the language */
    struct shared *shared;
    uint32_t *own_words, *own_sets; /* by number of what is shared: this compiler's, of sets counted from 1; 0: not yet taken over */
};

/* What is heard when a signal of this name fires: bits by enum sam_said. */
uint32_t said_heard(struct sam_span signal);
/* Fails err at a place in the current line. */
enum sam_code compile_fail(struct compiler *c, const char *at, struct sam_err *err, const char *what, struct sam_span about) SAM_MUST_USE;
/* The number of a word (kind 'w', 's', 'p'); new when not there. */
enum sam_code compile_word(struct compiler *c, struct sam_span word, char kind, uint32_t *id, struct sam_err *err) SAM_MUST_USE;
/* A word or prefix of another compiler, likewise. @param at  where it stands, for messages */
enum sam_code compile_word_again(struct compiler *c, const struct pack_word *theirs, const char *at, uint32_t *id,
                                 struct sam_err *err) SAM_MUST_USE;
/* Sorts numbers and takes away what comes twice. @return how many are left */
uint32_t compile_unique(uint32_t *ids, uint32_t n);
/* The number of the set of these ids; sorts them. */
enum sam_code compile_set(struct compiler *c, uint32_t *ids, uint32_t n, uint32_t *set, struct sam_err *err) SAM_MUST_USE;
/* Reads a pattern (alternatives allowed at the top) to all its ways, in arena. */
enum sam_code pattern_read(struct compiler *c, struct sam_span text, struct seqs *out, struct sam_err *err) SAM_MUST_USE;
/* The same ways, all single words of them as one set; in the pattern's arena. */
enum sam_code seqs_merge(struct compiler *c, const struct seqs *all, struct seqs *out, struct sam_err *err) SAM_MUST_USE;
/* Adds the variants of a pattern to the rule. */
enum sam_code pattern_add(struct compiler *c, struct sam_span text, enum pattern_role role, struct sam_err *err) SAM_MUST_USE;
/* How often the words of a set come together, in a million words; while the set grows. */
uint64_t compile_set_cost(struct compiler *c, uint32_t number);
/* Reads the words or ways of a class, with those of more (may be NULL), into scratch. */
enum sam_code compile_class(struct compiler *c, struct sam_span text, const struct pack_class *more, struct seqs *out,
                            struct sam_err *err) SAM_MUST_USE;
/* Whether what was read of a text cannot be taken over by other languages. */
bool shared_hangs_on_language(const struct compiler *c, struct sam_span text);
/* Before anything is read, and before sets are completed. */
enum sam_code shared_begin(struct compiler *c, struct sam_err *err) SAM_MUST_USE;
enum sam_code shared_finish(struct compiler *c, struct sam_err *err) SAM_MUST_USE;
/* Keeps what was read of a pattern of a file for all languages, if nobody has. */
enum sam_code shared_keep(struct compiler *c, struct sam_span text, const struct seqs *all, struct sam_err *err) SAM_MUST_USE;
/* Takes the pattern over, in the pattern's arena; *found tells whether it need not be read. */
enum sam_code shared_take(struct compiler *c, struct sam_span text, struct seqs *all, bool *found, struct sam_err *err) SAM_MUST_USE;
/* Reads one source's lines. */
enum sam_code source_read(struct compiler *c, const struct sam_pack_source *source, struct sam_err *err) SAM_MUST_USE;
/* Makes what words start: lines, sets, steps and starts of the pack; sets must be complete. */
enum sam_code starts_make(struct compiler *c, struct sam_err *err) SAM_MUST_USE;
/* Makes the tables of what was read. */
enum sam_code compile_finish(struct compiler *c, struct sam_err *err) SAM_MUST_USE;
/* Name of a target: a label's or a signal's. @return -1 when it is neither */
int32_t compile_target(struct compiler *c, struct sam_span name);

#endif
