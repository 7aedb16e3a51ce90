/**
 * @file
 * Text: words from UTF-8, the language they are in, and packs: readable files that say which words mark which behaviour. A pack is compiled
 * once into an immutable matcher; marking a conversation's turns allocates only from the arena it is given. Pure, and thread-safe while
 * const.
 *
 * The way of a text: sam_words_add folds and cuts it into tokens that know their place and a 64-bit hash of the folded word; the language
 * is guessed from the hashes; the pack of that language gives each token its word number; the matcher finds rules; sam_packs_mark adds up
 * their weights by label. A linear model takes its features from the same tokens (hash) and the same fired rules (struct sam_fired): see
 * sam_watch.
 */
#ifndef SAMTALE_TEXT_H
#define SAMTALE_TEXT_H

#include "samtale/model.h"

/* ---- words ----------------------------------------------------------------------------------------------------------- */

/** What a token is. */
enum sam_token_kind {
    SAM_TOKEN_WORD,
    SAM_TOKEN_NUMBER, /* holds a digit: "42", "736.456", "4g" */
    SAM_TOKEN_MASK,   /* what privacy left: "####", "[PII]" */
    SAM_TOKEN_ASKED   /* a question mark: stands at the end of its sentence, belongs to it */
};
/** What stood between a token and the one before. */
enum sam_break { SAM_BREAK_NONE, SAM_BREAK_CLAUSE, SAM_BREAK_SENTENCE };

/** A word with its place. Folded: no case; aa and a-ring, ae and a-umlaut, oe and o-umlaut are one letter; other accents dropped; "don't"
 * is "dont". */
struct sam_token {
    uint64_t hash;       /* of the folded word: the same in every language and process; numbers, masks and marks have one each */
    uint32_t at, bytes;  /* place in the text of its piece */
    uint32_t start, end; /* the same in code points; end is behind the last */
    uint32_t piece;      /* index of the text it came from, as given to sam_words_add */
    uint32_t vocable;    /* number among all words that any source names, 0 when not among them; set by sam_packs_mark, as is: */
    uint16_t numbers[2]; /* in the pack: of the word and 0; when the pack does not name it, of its stem and its longest prefix, or 0 */
    uint16_t meaning;    /* number of what it means in its language, shared by the languages; else 0 */
    uint8_t kind;        /* enum sam_token_kind */
    uint8_t before;      /* enum sam_break: what stood before it */
    uint8_t after;       /* the same behind the last token of its text; else SAM_BREAK_NONE */
    uint8_t flags;       /* of enum sam_token_flag, set by the pack */
};
/** What a pack knows of a token in its place. */
enum sam_token_flag {
    SAM_TOKEN_SKIP = 1,   /* a filler */
    SAM_TOKEN_LEAD = 2,   /* may stand before the first word of a clause: "ja", "og" */
    SAM_TOKEN_CLAUSE = 4, /* begins a clause: its text, behind punctuation, or a conjunction */
    SAM_TOKEN_OPEN = 8,   /* the first word of a clause behind its lead words */
    SAM_TOKEN_FIRST = 16, /* the first word of the passage behind its lead words */
    SAM_TOKEN_OVER = 32,  /* a filler or a question mark: patterns step over it */
    SAM_TOKEN_BEGINS = 64 /* begins a sentence, which no pattern reaches into from the one before */
};
/** Tokens of one or more texts; reused: memory stays in its arena. */
struct sam_words {
    struct sam_token *at;
    size_t n, room;
};
/** Most tokens held at once; what a single longer passage has beyond them is not scored. */
#define SAM_WORDS_MAX 262144

/**
 * Appends the tokens of text. Time and memory grow with the text's length only; wrong bytes count as one code point and separate words.
 *
 * @param piece  index of this text, kept in its tokens
 * words->at is set even when there are none
 * @return SAM_OK (tokens beyond SAM_WORDS_MAX are left out) or SAM_NO_MEMORY
 */
enum sam_code sam_words_add(struct sam_words *words, struct sam_span text, uint32_t piece, struct sam_arena *arena,
                            struct sam_err *err) SAM_MUST_USE;
/**
 * The folded form of one word as patterns see it.
 * @param out  room bytes; always ended by NUL, cut at room
 * @return bytes written without the NUL
 */
size_t sam_fold_word(struct sam_span word, char *out, size_t room);

/* ---- packs ------------------------------------------------------------------------------------------------------------ */

/** A file of rules ("da.pack", also a site's own) or of words by language ("languages.txt"); docs/packs.md describes both. */
struct sam_pack_source {
    const char *name; /* for messages: "da.pack", "/etc/samtaled/packs/da.pack" */
    struct sam_span text;
    bool site; /* a site's own: a shipped model has not learnt from its rules, so that their weights count beside what it says */
};
/** Compiled packs of all languages; immutable. */
struct sam_packs;

/** Memory that compiled packs may take. */
#define SAM_PACKS_MAX_BYTES ((size_t)32 << 20)

/**
 * Compiles sources, in order: a later file of the same language extends and overrides an earlier one. Every rule's examples are run.
 *
 * @param sources  borrowed during the call only
 * @return SAM_OK; SAM_BAD_INPUT with "file:line:column: what" at the first fault; SAM_TOO_LARGE over a limit (variants, words, bytes);
 * SAM_NO_MEMORY
 */
enum sam_code sam_packs_new(const struct sam_pack_source *sources, size_t n, struct sam_packs **out, struct sam_err *err) SAM_MUST_USE;
/** @param packs may be NULL */
void sam_packs_free(struct sam_packs *packs);

/** What is in a compiled pack, for people. */
struct sam_pack_summary {
    enum sam_language language;
    uint8_t hash[16]; /* of its sources, in order: those for all languages, too */
    uint32_t rules, patterns, variants, words, examples;
};
/** @return whether there is a pack for language; *out set then */
bool sam_packs_summary(const struct sam_packs *packs, enum sam_language language, struct sam_pack_summary *out);
/** The hash of all sources, in order. */
void sam_packs_hash(const struct sam_packs *packs, uint8_t hash[16]);
/** @return whether there is a pack for language */
bool sam_packs_has(const struct sam_packs *packs, enum sam_language language);
/** Appends, for people, every rule of a language with its label, weight and patterns; only those whose id, with its
 * language in front or without, starts with prefix (may be ""). */
void sam_packs_show(const struct sam_packs *packs, enum sam_language language, struct sam_span prefix, struct sam_buf *out);

/* ---- marking ----------------------------------------------------------------------------------------------------------- */

/** A rule that matched: features of a linear model, and what `samtaled pack test` shows. */
struct sam_fired {
    struct sam_span rule; /* its id, "da.empathy.apology.beklager"; borrowed from the packs */
    uint32_t number;      /* of the rule in its pack, from 0 */
    int32_t target;       /* enum sam_label, or SAM_LABELS + n for the pack's n-th signal */
    float weight;
    uint32_t first, last; /* tokens of the passage, both included */
};
/** Where a feature comes from; each group is weighed by itself. */
enum sam_feature_group {
    SAM_FEATURE_SHAPE,    /* length, place, question mark, numbers, what is said again of the other side's words */
    SAM_FEATURE_RULES,    /* fired rules by label */
    SAM_FEATURE_CONCEPTS, /* fired signals by name */
    SAM_FEATURE_CONTEXT,  /* signals of the other side just before, and of both sides earlier */
    SAM_FEATURE_WORDS,    /* words */
    SAM_FEATURE_PARTS,    /* beginnings and ends of words */
    SAM_FEATURE_GLOSSES,  /* meanings of words and rows of them, shared by the languages */
    SAM_FEATURE_GROUPS
};
/** Words, parts and meanings are hashed into the first buckets, all others into the plain ones behind. */
#define SAM_FEATURE_BITS       15
#define SAM_FEATURE_HASHED     ((uint32_t)1 << SAM_FEATURE_BITS)
#define SAM_FEATURE_PLAIN_BITS 12
#define SAM_FEATURE_PLAIN      ((uint32_t)1 << SAM_FEATURE_PLAIN_BITS)
#define SAM_FEATURE_BUCKETS    (SAM_FEATURE_HASHED + SAM_FEATURE_PLAIN)
#define SAM_FEATURE_NO_RULE    UINT16_MAX
/** One feature of a passage. */
struct sam_feature {
    uint16_t bucket;
    uint16_t rule;        /* index into the passage's fired of the rule it is; SAM_FEATURE_NO_RULE */
    uint8_t group;        /* enum sam_feature_group */
    uint8_t check;        /* tells a hashed feature from others of its bucket; 0 of the plain ones */
    float value;          /* before the model's own scale */
    uint32_t first, last; /* tokens, both included; UINT32_MAX when it is of no words of the passage */
};
/** One passage: what one side said until the other spoke. A passage may have several pieces (turns that were split, messages in a row). */
struct sam_passage {
    enum sam_role role;
    enum sam_language language;
    uint32_t number;  /* of this side's passages that count, from 0 */
    bool passed_over; /* a backchannel; known once it is marked */
    const struct sam_token *tokens;
    uint32_t tokens_n;
    const struct sam_fired *fired;
    uint32_t fired_n;
    const struct sam_feature *features;
    uint32_t features_n;
    uint32_t turn, turns_n; /* the turns given that it holds: index of the first, and how many */
};
/** Sees each passage after its rules fired and before its labels are decided. */
struct sam_watch {
    bool features; /* it wants the features: without it passage->features is empty */
    /**
     * @param score     the weights by label so far, biases included; what is added counts like a rule's weight
     * @param evidence  room for the n-grams that carried its weights, as if they were rules
     * @return how much evidence was written
     */
    uint32_t (*passage)(void *self, const struct sam_passage *passage, float score[SAM_LABELS], struct sam_fired *evidence, uint32_t room);
    void *self;
};

/** What is to be marked. */
struct sam_marking {
    const struct sam_turn *turns; /* canonical, with segments, or plain */
    size_t n;
    enum sam_language declared;    /* by its tag; may be wrong */
    bool fixed;                    /* the tag is right: no identification */
    const struct sam_watch *watch; /* may be NULL */
};
/** Evidence of a mark. Marks of one turn and label stand together, the strongest first. */
struct sam_mark {
    int32_t i;        /* the input turn's number */
    uint32_t turn;    /* index into the turns that were given */
    uint32_t passage; /* index into passages */
    enum sam_label label;
    uint32_t start, end;  /* code points in the input turn's text */
    struct sam_span rule; /* borrowed from the packs */
    struct sam_span ask;  /* the question that the rule suggests; absent when it has none; borrowed from the packs */
    float weight;
    bool lead; /* the first of its turn and label: counting leads counts marks */
};
/** What else is heard in a turn, beside its labels: signals "said.NAME" that a pack's rules set off. */
enum sam_said { SAM_SAID_GREETING, SAM_SAID_NAME, SAM_SAID_HEDGE, SAM_SAID_PASSED_ON, SAM_SAID_HONEST, SAM_SAID_HIDING, SAM_SAID_BLAME };
#define SAM_SAIDS 7
/** What became of a turn. */
struct sam_turn_seen {
    uint32_t passage; /* turns of one side in a row share one */
    uint32_t words;   /* tokens that are words, numbers or masks */
    enum sam_language language;
    bool passed_over; /* at most two words and no label: uses up no window */
    uint32_t said;    /* bits by enum sam_said */
};
struct sam_marks {
    enum sam_language language; /* of the conversation: the one most of its words are in */
    struct sam_mark *at;        /* in the order of turns, then labels */
    size_t n;
    struct sam_turn_seen *turns; /* one for each turn given */
    uint32_t passages;
};

/**
 * Identifies the language of the conversation and of each side, then marks every turn of agents and customers with the rules of its
 * language. The same packs and turns give the same marks.
 *
 * @param out  set on SAM_OK only; lies in the arena
 * @return SAM_OK (also when the language has no pack: out->language says which, no marks then), or SAM_NO_MEMORY
 */
enum sam_code sam_packs_mark(const struct sam_packs *packs, const struct sam_marking *in, struct sam_arena *arena, struct sam_marks *out,
                             struct sam_err *err) SAM_MUST_USE;
/** @return the pack's suggested question for a cue without one of its own; absent when there is none */
struct sam_span sam_packs_ask(const struct sam_packs *packs, enum sam_language language, enum sam_label cue);

/* ---- training ---------------------------------------------------------------------------------------------------------- */

/** Passages that people labelled, with their features. */
struct sam_lessons;
/** What people said of one passage. */
struct sam_lesson {
    uint32_t labels;       /* bits by enum sam_label */
    uint32_t disputed;     /* labels that are neither right nor wrong here */
    int32_t group;         /* a domain that can be held out, 0 to SAM_LESSON_GROUPS - 1; -1: always learnt from, never measured on */
    float weight;          /* how much it counts; 1 is usual */
    uint32_t conversation; /* its number, from 0; the passages of one are added in a row and in order */
};
#define SAM_LESSON_GROUPS 32
/** @return NULL when memory is short */
struct sam_lessons *sam_lessons_new(void);
/** @param lessons may be NULL */
void sam_lessons_free(struct sam_lessons *lessons);
/** Adds a passage as a watch sees it. @return SAM_OK or SAM_NO_MEMORY */
enum sam_code sam_lessons_add(struct sam_lessons *lessons, const struct sam_passage *passage, const struct sam_lesson *lesson,
                              struct sam_err *err) SAM_MUST_USE;
/** How models are trained. */
struct sam_train_settings {
    double cost;     /* of a passage on the wrong side of its margin */
    double positive; /* a labelled passage costs so many times that */
    int rounds;      /* through all passages, at most */
    int32_t without; /* a group that neither weights nor thresholds may see; -1: none */
};
/** @return the shipped settings */
struct sam_train_settings sam_train_defaults(void);
/**
 * Trains one linear model a label: an L2-regularised support vector machine with squared hinge loss, by coordinate descent in the dual
 * (Hsieh et al., ICML 2008), weights rounded to 8 bits; then a second layer over what these say of the passage and of those before it,
 * each passage scored by models that did not see its conversation. A threshold marks about as many passages of the groups as people
 * did, each group scored by a model that saw neither it nor `without`. Deterministic: the same lessons and settings give the same bytes.
 *
 * @param out  the model's file is appended
 * @return SAM_OK; SAM_BAD_INPUT when there is nothing to learn from; SAM_NO_MEMORY
 */
enum sam_code sam_train(const struct sam_lessons *lessons, const struct sam_train_settings *settings, struct sam_buf *out,
                        struct sam_err *err) SAM_MUST_USE;

#endif
