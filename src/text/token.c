/*
 * Tokens: one pass over a text that folds, cuts and hashes. Linear in the text whatever it holds; a word of a megabyte is one token.
 */
#include "token.h"

#include "fold.h"

#include <string.h>

/* What is being read: the word so far and the break before it. */
struct reader {
    struct fold fold;
    const unsigned char *begin;
    uint64_t hash;
    uint32_t at, start;   /* where the word began */
    uint32_t end_at, end; /* behind its last letter */
    bool open, digit, mask, letter;
    enum sam_break before;
};

enum sam_code tokens_reserve(struct sam_words *words, size_t n, struct sam_arena *arena, struct sam_err *err)
{
    if (words->at != NULL && n <= words->room)
        return SAM_OK;
    struct sam_token *at = sam_arena_room(arena, n, sizeof *at);
    if (at == NULL)
        return sam_arena_full(arena, err);
    if (words->n > 0 && words->at != NULL)
        memcpy(at, words->at, words->n * sizeof *at);
    words->at = at;
    words->room = n;
    return SAM_OK;
}

static enum sam_code grow(struct sam_words *words, struct sam_arena *arena, struct sam_err *err)
{
    return tokens_reserve(words, words->room == 0 ? 256 : words->room * 2, arena, err);
}

static void weaker(struct reader *reader, enum sam_break by)
{
    if (by > reader->before)
        reader->before = by;
}

/* "## ## ##" is one thing: a mask right behind a mask makes that one longer. */
static bool lengthened(struct sam_words *words, const struct reader *reader, uint32_t piece)
{
    struct sam_token *last = words->n > 0 ? &words->at[words->n - 1] : NULL;
    if (last == NULL || last->kind != SAM_TOKEN_MASK || last->piece != piece || reader->before != SAM_BREAK_NONE)
        return false;
    last->bytes = reader->end_at - last->at;
    last->end = reader->end;
    return true;
}

/* Ends the open word and writes it to the next place; room was made before. */
static void close_word(struct sam_words *words, struct reader *reader, uint32_t piece)
{
    if (!reader->open)
        return;
    reader->open = false;
    enum sam_token_kind kind = reader->mask ? SAM_TOKEN_MASK : reader->digit ? SAM_TOKEN_NUMBER : SAM_TOKEN_WORD;
    if (!reader->mask && !reader->digit && !reader->letter)
        return;
    if (kind == SAM_TOKEN_MASK && lengthened(words, reader, piece))
        return;
    uint64_t hash = kind == SAM_TOKEN_MASK ? TOKEN_HASH_MASK : kind == SAM_TOKEN_NUMBER ? TOKEN_HASH_NUMBER : fold_mix(reader->hash);
    SAM_MUST(words->at && words->n < words->room);
    words->at[words->n++] = (struct sam_token){.hash = hash,
                                               .at = reader->at,
                                               .bytes = reader->end_at - reader->at,
                                               .start = reader->start,
                                               .end = reader->end,
                                               .piece = piece,
                                               .kind = (uint8_t)kind,
                                               .before = (uint8_t)reader->before};
    reader->before = SAM_BREAK_NONE;
}

static void open_word(struct reader *reader, const unsigned char *at, uint32_t cp)
{
    if (reader->open)
        return;
    reader->open = true;
    reader->digit = reader->mask = reader->letter = false;
    reader->hash = FOLD_HASH_START;
    reader->at = (uint32_t)(at - reader->begin);
    reader->start = cp;
}

static void asked(struct sam_words *words, struct reader *reader, uint32_t piece, const unsigned char *at, uint32_t cp)
{
    struct sam_token *last = words->n > 0 ? &words->at[words->n - 1] : NULL;
    if (last == NULL || last->piece != piece || last->kind == SAM_TOKEN_ASKED)
        return;
    SAM_MUST(words->at && words->n < words->room);
    words->at[words->n++] = (struct sam_token){.hash = TOKEN_HASH_ASKED,
                                               .at = (uint32_t)(at - reader->begin),
                                               .bytes = 1,
                                               .start = cp,
                                               .end = cp + 1,
                                               .piece = piece,
                                               .kind = SAM_TOKEN_ASKED};
    weaker(reader, SAM_BREAK_SENTENCE);
}

static bool mask_letter(unsigned char c, bool small)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || (small && c >= 'a' && c <= 'z');
}

/* "[NAME_1]" and "<name>" are masks, as those who take names out of transcripts write them; any other bracket separates. Steps over it when
 * it is one. */
static bool bracket_mask(struct reader *reader)
{
    const unsigned char *at = reader->fold.at, *end = reader->fold.end;
    size_t n = 0;
    bool angle = at[-1] == '<';
    while (at + n < end && n < 32 && mask_letter(at[n], angle))
        n++;
    if (n < 2 || at + n == end || at[n] != (angle ? '>' : ']'))
        return false;
    reader->fold.at += n + 1;
    reader->fold.cp += (uint32_t)n + 1;
    return true;
}

/* '.', ',' and ':' inside a number are part of it; '.' before a letter ("www.dsb.dk") only separates; at the end of a word it ends the
 * sentence. */
static void point(struct sam_words *words, struct reader *reader, uint32_t piece, unsigned char sign)
{
    const unsigned char *next = reader->fold.at;
    bool last = next == reader->fold.end;
    if (!last && reader->open && (reader->digit || reader->mask) && ((*next >= '0' && *next <= '9') || *next == '#'))
        return;
    close_word(words, reader, piece);
    if (sign != '.')
        weaker(reader, SAM_BREAK_CLAUSE);
    else if (last || *next <= ' ' || *next == '"' || *next == '.' || *next == ')')
        weaker(reader, SAM_BREAK_SENTENCE);
}

/* Whether the sign at at stands right behind another: an empty line, or the dash of " - ". */
static bool behind(const struct reader *reader, const unsigned char *at, unsigned char sign, unsigned char before)
{
    return *at == sign && at > reader->begin && at[-1] == before;
}

static void sign_met(struct sam_words *words, struct reader *reader, int32_t sign, uint32_t piece, const unsigned char *at, uint32_t cp)
{
    if (sign == FOLD_OPEN && bracket_mask(reader)) {
        close_word(words, reader, piece);
        open_word(reader, at, cp);
        reader->mask = true;
        reader->end_at = (uint32_t)(reader->fold.at - reader->begin);
        reader->end = reader->fold.cp;
        sign = FOLD_SPACE;
    }
    if (sign == FOLD_INSIDE)
        return;
    if (sign == FOLD_POINT) {
        point(words, reader, piece, *at);
        return;
    }
    close_word(words, reader, piece);
    if (sign == FOLD_ASKED)
        asked(words, reader, piece, at, cp);
    else if (sign == FOLD_SENTENCE || (sign == FOLD_CLAUSE && behind(reader, at, '\n', '\n')))
        weaker(reader, SAM_BREAK_SENTENCE);
    else if (sign == FOLD_CLAUSE || (sign == FOLD_SPACE && behind(reader, at, '-', ' ')))
        weaker(reader, SAM_BREAK_CLAUSE);
}

/* What a byte is to a run of letters that need no thought: in the low byte the letter, folded; above it whether it is a PLAIN letter, and
 * whether it may be the SECOND half of a Nordic one; in the upper half what must hold of the byte behind it for the run to go on: it is
 * PLAIN, and behind an a or o it is no SECOND. */
#define SECOND            0x100U
#define PLAIN             0x200U
#define BOTH(small, step) [small] = (step), [(small) ^ 32] = (step)
#define LETTER(small)     BOTH(small, (small) | PLAIN | PLAIN << 16)
static const uint32_t steps[256] = {
    BOTH('a', 'a' | PLAIN | SECOND | (PLAIN | SECOND) << 16),
    BOTH('e', 'e' | PLAIN | SECOND | PLAIN << 16),
    BOTH('o', 'o' | PLAIN | (PLAIN | SECOND) << 16),
    LETTER('b'),
    LETTER('c'),
    LETTER('d'),
    LETTER('f'),
    LETTER('g'),
    LETTER('h'),
    LETTER('i'),
    LETTER('j'),
    LETTER('k'),
    LETTER('l'),
    LETTER('m'),
    LETTER('n'),
    LETTER('p'),
    LETTER('q'),
    LETTER('r'),
    LETTER('s'),
    LETTER('t'),
    LETTER('u'),
    LETTER('v'),
    LETTER('w'),
    LETTER('x'),
    LETTER('y'),
    LETTER('z'),
    [0xCC] = SECOND, /* the first byte of combining marks */
};
/* The Nordic letters behind their first byte, 0xC3. */
static const unsigned char nordic[256] = {
    [0x84] = FOLD_AE,     [0x85] = FOLD_A_RING, [0x86] = FOLD_AE, [0x96] = FOLD_OE, [0x98] = FOLD_OE, [0xA4] = FOLD_AE,
    [0xA5] = FOLD_A_RING, [0xA6] = FOLD_AE,     [0xB6] = FOLD_OE, [0xB8] = FOLD_OE, [0xA9] = 'e',     [0x89] = 'e',
};

/* A run of letters. */
struct run {
    const unsigned char *at; /* behind it */
    uint64_t hash;
    uint32_t wide; /* of its letters take two bytes */
};

/* Reads letters as long as they need no thought. */
static inline struct run letters(const unsigned char *at, const unsigned char *end, uint64_t hash)
{
    uint32_t wide = 0, wanted = PLAIN;
    for (;;) {
        uint64_t before = hash; /* the last letter */
        uint32_t step = 0;
        for (; at < end && (((step = steps[*at]) ^ PLAIN) & wanted) == 0; at++) {
            before = hash;
            hash = fold_hash(hash, (int32_t)(step & 0xFF));
            wanted = step >> 16;
        }
        if ((step & wanted & SECOND) != 0 && at < end) /* it and the one before may be one */
            return (struct run){at - 1, before, wide};
        if (end - at < 2 || *at != 0xC3 || nordic[at[1]] == 0)
            return (struct run){at, hash, wide};
        hash = fold_hash(hash, nordic[at[1]]);
        wanted = PLAIN;
        at += 2;
        wide++;
    }
}

/* Words that stand between blanks, as most do. @return letters behind them that something else follows */
static struct run read_words(struct sam_words *words, struct reader *reader, uint32_t piece, size_t most)
{
    const unsigned char *at = reader->fold.at, *end = reader->fold.end;
    uint32_t cp = reader->fold.cp;
    struct run run = letters(at, end, FOLD_HASH_START);
    while (run.at > at && (run.at == end || *run.at == ' ') && words->n < most) {
        uint32_t cps = (uint32_t)(run.at - at) - run.wide;
        words->at[words->n++] = (struct sam_token){.hash = fold_mix(run.hash),
                                                   .at = (uint32_t)(at - reader->begin),
                                                   .bytes = (uint32_t)(run.at - at),
                                                   .start = cp,
                                                   .end = cp + cps,
                                                   .piece = piece,
                                                   .kind = SAM_TOKEN_WORD,
                                                   .before = (uint8_t)reader->before};
        reader->before = SAM_BREAK_NONE;
        uint32_t blank = run.at < end ? 1 : 0;
        at = run.at + blank;
        cp += cps + blank;
        run = letters(at, end, FOLD_HASH_START);
    }
    reader->fold.at = at;
    reader->fold.cp = cp;
    return run;
}

/* What needs no thought. @return whether there was any */
static bool read_plain(struct sam_words *words, struct reader *reader, uint32_t piece, size_t most)
{
    struct fold *fold = &reader->fold;
    const unsigned char *from = fold->at;
    if (fold->more_at < fold->more_n || from == fold->end)
        return false;
    struct run run = reader->open ? letters(from, fold->end, reader->hash) : read_words(words, reader, piece, most);
    if (run.at == fold->at || words->n == most)
        return fold->at > from;
    open_word(reader, fold->at, fold->cp);
    fold->cp += (uint32_t)(run.at - fold->at) - run.wide;
    fold->at = run.at;
    reader->hash = run.hash;
    reader->letter = true;
    reader->end_at = (uint32_t)(run.at - reader->begin);
    reader->end = fold->cp;
    return true;
}

/* A blank, which mostly stands between words. @return whether there was one */
static bool read_blank(struct sam_words *words, struct reader *reader, uint32_t piece)
{
    struct fold *fold = &reader->fold;
    if (fold->more_at < fold->more_n || fold->at == fold->end || *fold->at != ' ')
        return false;
    close_word(words, reader, piece);
    fold->at++;
    fold->cp++;
    return true;
}

static void read_all(struct sam_words *words, struct reader *reader, uint32_t piece, size_t most)
{
    while (words->n < most) {
        if (read_plain(words, reader, piece, most) || read_blank(words, reader, piece))
            continue;
        const unsigned char *at = reader->fold.at;
        uint32_t cp = reader->fold.cp;
        int32_t letter = fold_next(&reader->fold);
        if (letter == FOLD_END)
            break;
        if (letter < 0 && letter != FOLD_DIGIT && letter != FOLD_MASK) {
            sign_met(words, reader, letter, piece, at, cp);
            continue;
        }
        open_word(reader, at, cp);
        reader->digit |= letter == FOLD_DIGIT;
        reader->mask |= letter == FOLD_MASK;
        reader->letter |= letter >= 0;
        reader->hash = fold_hash(reader->hash, letter);
        reader->end_at = (uint32_t)(reader->fold.at - reader->begin);
        reader->end = reader->fold.cp;
    }
    close_word(words, reader, piece);
}

enum sam_code sam_words_add(struct sam_words *words, struct sam_span text, uint32_t piece, struct sam_arena *arena, struct sam_err *err)
{
    if (text.len > UINT32_MAX / 2)
        text.len = UINT32_MAX / 2;
    const unsigned char *begin = (const unsigned char *)text.at;
    struct reader reader = {.fold = {.at = begin, .end = text.len > 0 ? begin + text.len : begin}, .begin = begin};
    if (words->at == NULL && grow(words, arena, err) != SAM_OK)
        return err->code;
    while (text.len > 0 && reader.fold.at < reader.fold.end && words->n + 2 < SAM_WORDS_MAX) {
        /* One character ends at most two tokens: a word, and its question mark. */
        if (words->room < words->n + 4 && grow(words, arena, err) != SAM_OK)
            return err->code;
        size_t most = words->room - 3 < SAM_WORDS_MAX - 2 ? words->room - 3 : SAM_WORDS_MAX - 2;
        read_all(words, &reader, piece, most);
    }
    if (words->at != NULL && words->n > 0 && words->at[words->n - 1].piece == piece)
        words->at[words->n - 1].after = (uint8_t)reader.before;
    return SAM_OK;
}

size_t sam_fold_word(struct sam_span word, char *out, size_t room)
{
    const unsigned char *begin = (const unsigned char *)word.at;
    struct fold fold = {.at = begin, .end = begin + word.len};
    size_t n = 0;
    for (int32_t letter = fold_next(&fold); letter != FOLD_END; letter = fold_next(&fold)) {
        char bytes[4] = "#";
        size_t wide = letter >= 0 ? sam_utf8_put(letter, bytes) : 1;
        if (letter < 0 && letter != FOLD_DIGIT)
            continue;
        if (n + wide + 1 > room)
            break;
        memcpy(out + n, bytes, wide);
        n += wide;
    }
    out[n] = '\0';
    return n;
}

void tokens_fill(struct sam_words *words, struct sam_span text)
{
    const unsigned char *begin = (const unsigned char *)text.at;
    struct reader reader = {.fold = {.at = begin, .end = text.len > 0 ? begin + text.len : begin}, .begin = begin};
    if (text.len > 0)
        read_all(words, &reader, 0, words->room - 3);
}

uint64_t token_hash(struct sam_span word, enum sam_token_kind *kind)
{
    struct sam_token room[8];
    struct sam_words words = {.at = room, .room = SAM_COUNT(room)};
    tokens_fill(&words, word);
    if (words.n != 1)
        return 0;
    if (kind != NULL)
        *kind = (enum sam_token_kind)room[0].kind;
    return room[0].hash;
}
