/*
 * Identifiers with letters in them: e-mail addresses, IBAN, British national insurance numbers.
 */
#include "scan.h"

#include <string.h>

static bool alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || ((unsigned char)c & 0x80) != 0;
}

/** The sign of an address, and how people write it where machines shall not find it. */
static const char *const signs[] = {"@", " (at) ", "(at)", " [at] ", "[at]"};

/** An address around a sign at: what may stand on its left, and a domain with a dot on its right. */
static bool email(struct sam_span text, size_t at, size_t sign, size_t *from, size_t *to)
{
    size_t left = at, right = at + sign, dot = 0;
    while (left > 0 && (alnum(text.at[left - 1]) || strchr("._%+-'", text.at[left - 1])))
        left--;
    while (right < text.len && (alnum(text.at[right]) || text.at[right] == '.' || text.at[right] == '-'))
        right++;
    while (right > at + sign && (text.at[right - 1] == '.' || text.at[right - 1] == '-')) /* the sentence's, not the domain's */
        right--;
    for (size_t i = at + sign + 1; i + 1 < right; i++)
        dot = text.at[i] == '.' ? i : dot;
    *from = left;
    *to = right;
    return left < at && dot > 0;
}

static void emails(struct scan *s, size_t piece, struct sam_span sign)
{
    struct sam_span text = s->pieces[piece].text;
    size_t from = 0, to = 0;
    for (size_t at = 0; at < text.len;) {
        const char *found = memmem(text.at + at, text.len - at, sign.at, sign.len);
        if (!found)
            return;
        at = (size_t)(found - text.at);
        if (email(text, at, sign.len, &from, &to)) {
            scan_find(s, piece, from, to - from, SAM_IDENTIFIER_EMAIL);
            at = to;
        } else {
            at++;
        }
    }
}

/** By the registry of SWIFT, the countries customers here have accounts in. */
size_t scan_iban_length(struct sam_span text)
{
    static const struct {
        const char country[3];
        uint8_t length;
    } rows[] = {{"DK", 18}, {"NO", 15}, {"SE", 24}, {"FI", 18}, {"IS", 26}, {"FO", 18}, {"GL", 18}, {"GB", 22},
                {"IE", 22}, {"DE", 22}, {"NL", 18}, {"BE", 16}, {"FR", 27}, {"ES", 24}, {"PT", 25}, {"IT", 27},
                {"AT", 20}, {"CH", 21}, {"PL", 28}, {"EE", 20}, {"LV", 21}, {"LT", 20}, {"LU", 20}, {"CZ", 24},
                {"RO", 24}, {"HU", 28}, {"GR", 27}, {"BG", 22}, {"HR", 21}, {"SK", 24}, {"SI", 19}, {"TR", 26}};
    for (size_t i = 0; i < SAM_COUNT(rows) && text.len >= 2; i++) {
        if (sam_span_is_nocase((struct sam_span){text.at, 2}, rows[i].country))
            return rows[i].length;
    }
    return 0;
}

bool scan_country(struct sam_span word, uint8_t languages)
{
    static const char *const plain[] = {"dk", "gb", "no"}; /* all others are common words in small letters: "is", "se", "at" */
    bool capitals = word.len == 2 && word.at[0] >= 'A' && word.at[0] <= 'Z' && word.at[1] >= 'A' && word.at[1] <= 'Z';
    for (size_t i = 0; i < SAM_COUNT(plain) && !capitals; i++) {
        if (sam_span_is(word, plain[i]))
            return i < 2 || !(languages & EN);
    }
    return capitals && scan_iban_length(word) > 0;
}

/** Reads length letters and digits, blanks between groups allowed. @return bytes used, 0 when there are too few or too many */
static size_t run(struct sam_span text, size_t at, size_t length)
{
    size_t n = 0, i = at;
    for (; i < text.len && n < length; i++) {
        if (text.at[i] == ' ' && i > at && text.at[i - 1] != ' ')
            continue;
        if (!alnum(text.at[i]) || ((unsigned char)text.at[i] & 0x80))
            return 0;
        n++;
    }
    bool ends = i == text.len || !alnum(text.at[i]);
    return n == length && ends ? i - at : 0;
}

static size_t digits_in(struct sam_span text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.at[i] >= '0' && text.at[i] <= '9';
    return n;
}

/** An IBAN that starts with the word i: a country's two letters, two digits and what its length asks for. @return its bytes, or 0 */
static size_t iban(struct sam_span text, const struct token *word, uint8_t languages)
{
    size_t gap = word[1].at - word->at - 2; /* "DK 50 0040 ..." */
    bool near = gap == 0 || (gap == 1 && text.at[word->at + 2] == ' ' && scan_country((struct sam_span){text.at + word->at, 2}, languages));
    size_t length = near && word[1].bytes >= 2 ? scan_iban_length((struct sam_span){text.at + word->at, 2}) : 0;
    size_t bytes = length > 0 ? run(text, word->at, length) : 0;
    return digits_in((struct sam_span){text.at + word->at, bytes}) * 2 > length ? bytes : 0; /* no "SK 1043 gick klockan sjutton" */
}

/** Two letters, six digits, a letter A-D: "QQ 12 34 56 C". @return its bytes, or 0 */
static size_t insurance_number(struct sam_span text, size_t at)
{
    size_t bytes = run(text, at, 9), n = 0;
    char c[9];
    for (size_t i = 0; i < bytes; i++) {
        if (text.at[at + i] != ' ')
            c[n++] = text.at[at + i];
    }
    bool right = n == 9 && c[0] >= 'A' && c[0] <= 'Z' && c[1] >= 'A' && c[1] <= 'Z' && c[8] >= 'A' && c[8] <= 'D';
    for (size_t i = 2; right && i < 8; i++)
        right = c[i] >= '0' && c[i] <= '9';
    return right ? bytes : 0;
}

/** Numbers that start with two letters before digits. */
static void lettered(struct scan *s, size_t piece)
{
    const struct piece *p = &s->pieces[piece];
    for (size_t i = p->first; i + 1 < p->first + p->n; i++) {
        const struct token *t = &s->tokens[i];
        if (t->kind != TOKEN_WORD || t->bytes != 2 || t[1].kind != TOKEN_DIGITS || (i > p->first && t->at == t[-1].at + t[-1].bytes))
            continue;
        size_t account = iban(p->text, t, s->languages),
               insurance = (s->languages & EN) && account == 0 ? insurance_number(p->text, t->at) : 0;
        if (account + insurance > 0)
            scan_find(s, piece, t->at, account + insurance, account > 0 ? SAM_IDENTIFIER_ACCOUNT : SAM_IDENTIFIER_IDENTITY);
    }
}

/** Letters and digits without a blank from token i on, "AB1234567", "SMITH651203JA9AB". @return the last token; *digits and *length of all
 */
static size_t code(const struct piece *p, const struct token *tokens, size_t i, size_t *digits, size_t *length)
{
    *digits = *length = 0;
    for (;; i++) {
        *digits += tokens[i].kind == TOKEN_DIGITS ? tokens[i].bytes : 0;
        *length += tokens[i].length;
        if (i + 1 == p->first + p->n || tokens[i + 1].at != tokens[i].at + tokens[i].bytes)
            return i;
    }
}

/** Least digits and letters and digits of a document's number. */
#define DOCUMENT_DIGITS 3
#define DOCUMENT_LEAST  6

/** Passports' and driving licences' numbers with letters in them, behind their key word. */
static void documents(struct scan *s, size_t piece)
{
    const struct piece *p = &s->pieces[piece];
    for (size_t i = p->first; i + 1 < p->first + p->n; i++) {
        size_t digits = 0, length = 0, last = s->tokens[i].glued ? code(p, s->tokens, i, &digits, &length) : i;
        if (last > i && digits >= DOCUMENT_DIGITS && length >= DOCUMENT_LEAST && !s->tokens[i].masked &&
            scan_key(s, piece, i) == WORD_DOCUMENT)
            scan_find_tokens(s, piece, i, last, SAM_IDENTIFIER_IDENTITY);
        i = last;
    }
}

void scan_letters(struct scan *s, size_t piece)
{
    for (size_t i = 0; i < SAM_COUNT(signs) && (s->pieces[piece].flags & HOLDS_AT); i++)
        emails(s, piece, sam_span_of(signs[i]));
    if (s->pieces[piece].flags & HOLDS_DIGITS) {
        lettered(s, piece);
        documents(s, piece);
    }
}
