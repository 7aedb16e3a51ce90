/*
 * The lexicon: what a pack knows of a word. Words of the vocabulary have an entry by their number; of those that the pack does not name
 * stem and longest prefix are found once, and the entry, of eight bytes, is written whole. For all others they are remembered in a small
 * table of fixed size that many threads may use at once: a cell is written in two halves that only fit together when both belong to one
 * word, so a torn cell is a miss.
 */
#include "fold.h"
#include "pack.h"
#include "token.h"

#include <libstemmer.h>
#include <string.h>

/* Longer words have no stem and no prefix. */
#define STEM_BYTES 64
/* Tokens that are looked at together. */
#define APPLIED 64

const struct known *lexicon_find(const struct known *table, uint32_t mask, uint64_t hash)
{
    for (uint32_t i = (uint32_t)(hash >> 20) & mask;; i = (i + 1) & mask) {
        if (table[i].hash == hash)
            return &table[i];
        if (table[i].hash == 0)
            return NULL;
    }
}

/* Swedish is folded to the Danish letters; its stemmer wants its own. */
static size_t swedish_letters(struct sam_span word, char out[STEM_BYTES])
{
    size_t n = 0;
    for (size_t i = 0; i < word.len && n + 1 < STEM_BYTES; i++) {
        char c = word.at[i];
        if (n > 0 && (unsigned char)out[n - 1] == 0xC3 && (unsigned char)c == 0xA6)
            c = (char)0xA4;
        else if (n > 0 && (unsigned char)out[n - 1] == 0xC3 && (unsigned char)c == 0xB8)
            c = (char)0xB6;
        out[n++] = c;
    }
    return n;
}

uint64_t lexicon_stem(struct sb_stemmer *stemmer, enum sam_language language, struct sam_span word)
{
    char letters[STEM_BYTES];
    if (word.len == 0 || word.len >= STEM_BYTES)
        return 0;
    if (language == SAM_LANGUAGE_SV)
        word = (struct sam_span){letters, swedish_letters(word, letters)};
    const sb_symbol *stem = sb_stemmer_stem(stemmer, (const sb_symbol *)word.at, (int)word.len);
    if (stem == NULL)
        return 0;
    return fold_hash_bytes((struct sam_span){(const char *)stem, (size_t)sb_stemmer_length(stemmer)});
}

uint32_t lexicon_prefix(const struct known *roots, uint32_t mask, struct sam_span word)
{
    struct fold fold = {.at = (const unsigned char *)word.at, .end = (const unsigned char *)word.at + word.len};
    uint64_t hash = FOLD_HASH_START;
    uint32_t longest = 0;
    for (int32_t letter = fold_next(&fold); letter != FOLD_END; letter = fold_next(&fold)) {
        if (letter < 0)
            continue;
        hash = fold_hash(hash, letter);
        const struct known *root = lexicon_find(roots, mask, fold_mix(hash ^ LEXICON_PREFIX_SALT));
        if (root != NULL)
            longest = root->prefix;
    }
    return longest;
}

/* Stem in the low, prefix in the high half. */
static enum sam_code look_up(struct lexicon_use *use, struct sam_span word, uint64_t *value, struct sam_err *err)
{
    const struct pack *pack = use->pack;
    char folded[STEM_BYTES];
    if (word.len >= STEM_BYTES) {
        *value = 0;
        return SAM_OK;
    }
    size_t len = sam_fold_word(word, folded, sizeof folded);
    struct sam_span span = {folded, len};
    if (use->stemmer == NULL)
        use->stemmer = __atomic_exchange_n(pack->spare, NULL, __ATOMIC_ACQUIRE);
    if (use->stemmer == NULL)
        use->stemmer = sb_stemmer_new(pack->stemmer, NULL);
    if (use->stemmer == NULL)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the stemmer");
    uint64_t stem_hash = lexicon_stem(use->stemmer, pack->language, span);
    const struct known *stem = stem_hash == 0 ? NULL : lexicon_find(pack->roots, pack->roots_mask, stem_hash);
    *value = (uint64_t)lexicon_prefix(pack->roots, pack->roots_mask, span) << 32 | (stem == NULL ? 0 : stem->stem);
    return SAM_OK;
}

static inline struct memo_cell *cell_of(const struct pack *pack, uint64_t hash)
{
    return &pack->memo[(hash >> 24) % MEMO_CELLS];
}

/* A word that no rule names: what is found is written to its entry, or when the vocabulary does not have it to a cell of the memo. */
static enum sam_code unknown_word(struct lexicon_use *use, struct sam_span word, struct sam_token *token, struct sam_err *err)
{
    struct memo_cell *cell = cell_of(use->pack, token->hash);
    uint64_t value = __atomic_load_n(&cell->value, __ATOMIC_RELAXED);
    uint64_t check = __atomic_load_n(&cell->check, __ATOMIC_RELAXED);
    bool miss = token->vocable != 0 || (check ^ value) != token->hash;
    if (miss && look_up(use, word, &value, err) != SAM_OK)
        return err->code;
    token->numbers[0] = (uint16_t)value;
    token->numbers[1] = (uint16_t)(value >> 32);
    if (token->vocable != 0) {
        const union entry entry = {{{token->numbers[0], token->numbers[1]}, token->meaning, token->flags, true}};
        __atomic_store_n(&use->pack->entries[token->vocable].bits, entry.bits, __ATOMIC_RELAXED);
    } else if (miss) {
        __atomic_store_n(&cell->value, value, __ATOMIC_RELAXED);
        __atomic_store_n(&cell->check, token->hash ^ value, __ATOMIC_RELAXED);
    }
    return SAM_OK;
}

/* Clause starts and what stands behind their lead words. What a word is cannot be foretold, so there is no branch on it. */
static void place_flags(struct sam_token *tokens, size_t n)
{
    uint32_t open = SAM_TOKEN_OPEN, first = SAM_TOKEN_FIRST;
    for (size_t i = 0; i < n; i++) {
        struct sam_token *token = &tokens[i];
        uint32_t flags = token->flags;
        bool begins = i == 0 || token->before != SAM_BREAK_NONE || token->piece != token[-1].piece;
        flags |= begins ? SAM_TOKEN_CLAUSE : 0U;
        flags |= token->before == SAM_BREAK_SENTENCE ? SAM_TOKEN_BEGINS : 0U;
        flags |= (flags & SAM_TOKEN_SKIP) != 0 || token->kind == SAM_TOKEN_ASKED ? SAM_TOKEN_OVER : 0U;
        open |= (flags & SAM_TOKEN_CLAUSE) != 0 ? SAM_TOKEN_OPEN : 0U;
        flags |= open | first;
        token->flags = (uint8_t)flags;
        uint32_t leads = (flags & (SAM_TOKEN_LEAD | SAM_TOKEN_SKIP)) != 0 ? UINT32_MAX : 0;
        open &= leads;
        first &= leads;
    }
}

/* Takes what is known of some tokens from their entries. @return how many are not known, whose places go to unknown */
static uint32_t take_entries(const struct pack *pack, struct sam_token *tokens, size_t n, uint8_t unknown[APPLIED])
{
    uint32_t unknown_n = 0;
    for (size_t i = 0; i < n; i++) {
        struct sam_token *token = &tokens[i];
        const union entry entry = {.bits = __atomic_load_n(&pack->entries[token->vocable].bits, __ATOMIC_RELAXED)};
        token->numbers[0] = entry.numbers[0];
        token->numbers[1] = entry.numbers[1];
        token->meaning = entry.meaning;
        token->flags = entry.flags;
        unknown[unknown_n] = (uint8_t)i;
        unknown_n += entry.known ? 0 : 1;
    }
    for (uint32_t i = 0; i < unknown_n; i++)
        __builtin_prefetch(cell_of(pack, tokens[unknown[i]].hash));
    return unknown_n;
}

enum sam_code lexicon_apply(struct lexicon_use *use, const struct sam_span *pieces, struct sam_token *tokens, size_t n, struct sam_err *err)
{
    SAM_UNSET uint8_t unknown[APPLIED];
    for (size_t from = 0; from < n; from += APPLIED) {
        uint32_t unknown_n = take_entries(use->pack, tokens + from, n - from < APPLIED ? n - from : APPLIED, unknown);
        for (uint32_t i = 0; i < unknown_n; i++) {
            struct sam_token *token = &tokens[from + unknown[i]];
            struct sam_span word = {pieces[token->piece].at + token->at, token->bytes};
            if (unknown_word(use, word, token, err) != SAM_OK)
                return err->code;
        }
    }
    place_flags(tokens, n);
    return SAM_OK;
}

enum sam_code lexicon_entries(struct pack *pack, const struct vocabulary *vocabulary, struct sam_arena *arena, struct sam_err *err)
{
    const struct vocable *words = vocabulary->words.at;
    union entry *entries = sam_arena_array(arena, vocabulary->words.n, sizeof *entries);
    if (entries == NULL)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < vocabulary->words.n; i++) {
        const struct known *known = i == 0 ? NULL : lexicon_find(pack->known, pack->known_mask, words[i].hash);
        entries[i].meaning = words[i].meaning[pack->language];
        if (known == NULL)
            continue;
        entries[i].numbers[0] = (uint16_t)(known->word != 0 ? known->word : known->stem);
        entries[i].numbers[1] = (uint16_t)(known->word != 0 ? 0 : known->prefix);
        entries[i].flags = known->flags;
        entries[i].known = true;
    }
    pack->entries = entries;
    return SAM_OK;
}

/* The stemmer waits for whoever comes next; one that waits already goes. */
void lexicon_done(struct lexicon_use *use)
{
    if (use->stemmer != NULL)
        sb_stemmer_delete(__atomic_exchange_n(use->pack->spare, use->stemmer, __ATOMIC_ACQ_REL));
    use->stemmer = NULL;
}
