/*
 * disguise.c: the words of a sample text as another conversation: other names, numbers and weekdays, the same within one conversation,
 * so that a number that is read back is still the same. The text stays natural because a name becomes a name of its kind, a
 * digit a digit, a weekday a weekday. What is not sure to be one of these stays as it is.
 */
#include <string.h>

#include "weeks.h"

static const char *const digit_words[SAM_LANGUAGES][10] = {
    [SAM_LANGUAGE_DA] = {"nul", "en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni"},
    [SAM_LANGUAGE_NB] = {"null", "en", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni"},
    [SAM_LANGUAGE_NN] = {"null", "ein", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni"},
    [SAM_LANGUAGE_SV] = {"noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio"},
    [SAM_LANGUAGE_EN] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
};
static const char *const weekdays[SAM_LANGUAGES][5] = {
    [SAM_LANGUAGE_DA] = {"mandag", "tirsdag", "onsdag", "torsdag", "fredag"},
    [SAM_LANGUAGE_NB] = {"mandag", "tirsdag", "onsdag", "torsdag", "fredag"},
    [SAM_LANGUAGE_NN] = {"måndag", "tysdag", "onsdag", "torsdag", "fredag"},
    [SAM_LANGUAGE_SV] = {"måndag", "tisdag", "onsdag", "torsdag", "fredag"},
    [SAM_LANGUAGE_EN] = {"monday", "tuesday", "wednesday", "thursday", "friday"},
};

/* ---- words -------------------------------------------------------------------------------------------------- */

/* Lower case of ASCII and Latin-1 letters, the bytes' number unchanged. */
static void lower(const char *from, size_t n, char *to)
{
    for (size_t i = 0; i < n; i++) {
        const unsigned char byte = (unsigned char)from[i];
        const bool ascii = byte >= 'A' && byte <= 'Z';
        const bool latin = i && (unsigned char)from[i - 1] == 0xC3 && byte >= 0x80 && byte <= 0x9E && byte != 0x97;
        to[i] = (char)(ascii || latin ? byte + 0x20 : byte);
    }
}

struct sam_span name_key(struct sam_span language, struct sam_span name, char key[NAME_KEY])
{
    const size_t head = language.len < 2 ? language.len : 2;
    const size_t n = name.len < NAME_KEY - 2 ? name.len : NAME_KEY - 2;
    memcpy(key, language.at, head);
    lower(name.at, n, key + head);
    return (struct sam_span){key, head + n};
}

static bool is_letter(int32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7);
}

/* The word at the start of rest: letters, with single apostrophes and hyphens inside. */
static struct sam_span word_at(struct sam_span rest)
{
    const char *at = rest.at, *end = rest.at + rest.len, *last = at;
    while (at < end) {
        const int32_t c = sam_utf8_next(&at, end);
        if (is_letter(c))
            last = at;
        else if ((c != '-' && c != '\'' && c != 0x2019) || last != at - (c == 0x2019 ? 3 : 1) || last == rest.at)
            break;
    }
    return (struct sam_span){rest.at, (size_t)(last - rest.at)};
}

static void put(struct disguise *to, struct sam_span text)
{
    const size_t room = sizeof to->line - to->used;
    const size_t n = text.len < room ? text.len : room;
    memcpy(to->line + to->used, text.at, n);
    to->used += n;
}

/* Writes replacement in the case of what it replaces. */
static void put_like(struct disguise *to, struct sam_span was, struct sam_span is)
{
    char folded[NAME_KEY];
    const size_t n = is.len < NAME_KEY ? is.len : NAME_KEY;
    lower(is.at, n, folded);
    char first[NAME_KEY];
    lower(was.at, was.len < 2 ? was.len : 2, first);
    const bool capital = memcmp(first, was.at, was.len < 2 ? was.len : 2) != 0;
    put(to, capital ? is : (struct sam_span){folded, n});
}

/* ---- names -------------------------------------------------------------------------------------------------- */

static struct sam_span language_of(const struct text *text)
{
    return sam_span_of(sam_language_name(text->language == SAM_LANGUAGE_NN ? SAM_LANGUAGE_NB : text->language));
}

static bool find_name(const struct disguise *in, struct sam_span word, uint32_t *found)
{
    char key[NAME_KEY];
    return word.len < NAME_KEY - 2 && sam_map_get(in->texts->name_sets, name_key(language_of(in->text), word, key), found);
}

/* A name with its genitive s apart, where it has one. */
static bool find_stem(const struct disguise *in, struct sam_span word, struct sam_span *stem, uint32_t *found)
{
    *stem = word;
    if (find_name(in, word, found))
        return true;
    if (word.len < 3 || word.at[word.len - 1] != 's')
        return false;
    stem->len--;
    if (stem->at[stem->len - 1] == '\'')
        stem->len--;
    else if (stem->len > 3 && memcmp(stem->at + stem->len - 3, "\xE2\x80\x99", 3) == 0)
        stem->len -= 3;
    return find_name(in, *stem, found);
}

static bool put_name(struct disguise *to, struct sam_span word)
{
    struct sam_span stem;
    uint32_t found;
    if (!find_stem(to, word, &stem, &found))
        return false;
    const struct names *set = &to->texts->names[found >> 16];
    const uint32_t index = found & 0xFFFF;
    struct sam_span is = to->agent_is;
    if (!to->agent_was || found != to->agent_name) {
        const size_t step = 1 + (to->number + to->use * ((set->n - 1) / TEXT_USES)) % (set->n - 1);
        is = set->at[(index + step) % set->n];
        if (sam_span_equal(is, to->agent_is)) /* the one name that is taken; its owner's own place is free */
            is = set->at[index];
    }
    put_like(to, stem, is);
    const bool hissing = word.len == stem.len + 1 && is.at[is.len - 1] == 's'; /* no second genitive s */
    put(to, (struct sam_span){stem.at + stem.len, hissing ? 0 : word.len - stem.len});
    return true;
}

/* ---- weekdays and numbers in words ------------------------------------------------------------------------------ */

static bool put_weekday(struct disguise *to, struct sam_span word)
{
    char folded[NAME_KEY];
    const struct sam_span low = {folded, word.len};
    if (word.len >= NAME_KEY || !weekdays[to->text->language][0])
        return false;
    lower(word.at, word.len, folded);
    for (uint32_t i = 0; i < 5; i++) {
        if (!sam_span_starts(low, weekdays[to->text->language][i]))
            continue;
        const size_t stem = strlen(weekdays[to->text->language][i]);
        const char *day = weekdays[to->text->language][(i + to->use + 1) % 5];
        char capital[NAME_KEY];
        const size_t n = strlen(day);
        memcpy(capital, day, n);
        capital[0] = (char)(capital[0] - 0x20);
        put_like(to, word, (struct sam_span){capital, n});
        put(to, (struct sam_span){word.at + stem, word.len - stem});
        return true;
    }
    return false;
}

static int32_t digit_word(const struct disguise *in, struct sam_span word)
{
    for (int32_t i = 0; i < 10 && digit_words[in->text->language][0]; i++)
        if (sam_span_is(word, digit_words[in->text->language][i]))
            return i;
    return -1;
}

/* 0 stays, 1..9 turn: two neighbours stay neighbours, and the same digit is the same digit all through the conversation. */
static uint32_t turn_digit(const struct disguise *in, uint32_t digit)
{
    return digit ? (digit - 1 + 1 + in->use * 2 + in->number % 2) % 9 + 1 : 0;
}

/* Three digits or more in a row, as numbers are read out. @return bytes used, 0 when it is no such row */
static size_t put_digit_words(struct disguise *to, struct sam_span rest)
{
    struct sam_span at = rest, word = word_at(at);
    size_t n = 0, used = 0;
    while (word.len && digit_word(to, word) >= 0) {
        n++;
        used = (size_t)(word.at + word.len - rest.at);
        at = (struct sam_span){rest.at + used, rest.len - used};
        if (!at.len || at.at[0] != ' ')
            break;
        word = word_at((struct sam_span){at.at + 1, at.len - 1});
    }
    if (n < 3)
        return 0;
    at = (struct sam_span){rest.at, used};
    while (at.len) {
        word = word_at(at);
        put(to, sam_span_of(digit_words[to->text->language][turn_digit(to, (uint32_t)digit_word(to, word))]));
        const size_t gap = word.len < at.len;
        put(to, (struct sam_span){at.at + word.len, gap});
        at = (struct sam_span){at.at + word.len + gap, at.len - word.len - gap};
    }
    return used;
}

/* ---- numbers in digits ------------------------------------------------------------------------------------------ */

struct number {
    size_t bytes, digits, groups, longest;
    bool year;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Groups of digits with one blank, point or hyphen between them. A blank joins only groups of two digits or more. */
static struct number number_at(struct sam_span rest)
{
    struct number out = {0};
    size_t i = 0;
    for (;;) {
        size_t n = 0;
        while (i + n < rest.len && is_digit(rest.at[i + n]))
            n++;
        if (!n || (out.groups && rest.at[i - 1] == ' ' && n < 2))
            return out;
        out.year |= n == 4 && (memcmp(rest.at + i, "19", 2) == 0 || memcmp(rest.at + i, "20", 2) == 0);
        out.longest = n > out.longest ? n : out.longest;
        out.digits += n;
        out.groups++;
        out.bytes = i += n;
        if (i >= rest.len || !memchr(" .-", rest.at[i], 3))
            return out;
        i++;
    }
}

/* How many of a number's last digits may change: none of years, dates, times of day and card numbers (their check digit would be wrong). */
static size_t changing(const struct number *number)
{
    if (number->digits < 4 || number->digits > 12 || number->year || (number->longest <= 2 && number->groups < 4))
        return 0;
    if (number->digits == 4)
        return number->groups == 1 ? 4 : 2;
    return 4;
}

static size_t put_number(struct disguise *to, struct sam_span rest)
{
    const struct number number = number_at(rest);
    const size_t keep = number.digits - changing(&number);
    size_t seen = 0;
    for (size_t i = 0; i < number.bytes; i++) {
        char c = rest.at[i];
        if (is_digit(c) && seen++ >= keep)
            c = (char)('0' + turn_digit(to, (uint32_t)(c - '0')));
        put(to, (struct sam_span){&c, 1});
    }
    return number.bytes;
}

/* ---- the door of this file ---------------------------------------------------------------------------------------- */

void disguise_start(struct disguise *disguise, const struct texts *texts, size_t text, uint32_t use, const char *agent_is)
{
    disguise->texts = texts;
    disguise->text = &texts->at[text];
    disguise->number = (uint32_t)text;
    disguise->use = use;
    disguise->agent_is = sam_span_of(agent_is);
    disguise->agent_was = false;
    const struct sam_json *turn = disguise->text->turns;
    while (turn && !sam_span_is(sam_json_text(turn, "speaker"), "agent"))
        turn = turn->next;
    struct sam_span rest = turn ? sam_json_text(turn, "text") : SAM_NO_SPAN;
    while (rest.len && !disguise->agent_was) {
        struct sam_span word = word_at(rest);
        uint32_t found;
        disguise->agent_was = word.len && find_stem(disguise, word, &word, &found) && !texts->names[found >> 16].family;
        if (disguise->agent_was)
            disguise->agent_name = found;
        const size_t step = word.len ? word.len : 1;
        rest = (struct sam_span){rest.at + step, rest.len - step};
    }
}

struct sam_span disguise_turn(struct disguise *disguise, struct sam_span words)
{
    disguise->used = 0;
    while (words.len) {
        const struct sam_span word = word_at(words);
        size_t used = 0;
        if (is_digit(words.at[0]))
            used = put_number(disguise, words);
        else if (word.len && !(used = put_digit_words(disguise, words))) {
            used = word.len;
            if (!put_name(disguise, word) && !put_weekday(disguise, word))
                put(disguise, word);
        } else if (!word.len) {
            used = 1;
            put(disguise, (struct sam_span){words.at, 1});
        }
        words = (struct sam_span){words.at + used, words.len - used};
    }
    return (struct sam_span){disguise->line, disguise->used};
}
