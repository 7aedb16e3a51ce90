/*
 * Number words made of two or three in one word: "femogfirs", "tjugotre", "trehundrasextiosju".
 */
#include "scan.h"

#include <string.h>

static bool begins_with_og(struct sam_span text)
{
    return (text.at[0] == 'o' || text.at[0] == 'O') && (text.at[1] == 'g' || text.at[1] == 'G');
}

/** "femogfirs": unit, "og", tens. */
static bool unit_og_tens(const struct sam_mask *mask, struct sam_span text, uint8_t languages, uint16_t *value)
{
    for (size_t i = 2; i + 3 < text.len; i++) {
        struct sam_span left = {text.at, i}, right = {text.at + i, text.len - i};
        struct word unit, tens;
        if (!begins_with_og(right) || !scan_word(mask, left, languages, &unit) || unit.kind != WORD_UNIT)
            continue;
        right = (struct sam_span){right.at + 2, right.len - 2};
        if (!scan_word(mask, right, languages, &tens) || tens.kind != WORD_TENS)
            continue;
        *value = (uint16_t)(unit.value + tens.value);
        return true;
    }
    return false;
}

/** "tjuetre", "tjugotva": tens, unit; "nollnio", "nollsjuttio": zero and a number. */
static bool tens_unit(const struct sam_mask *mask, struct sam_span text, uint8_t languages, uint16_t *value)
{
    for (size_t i = 3; i + 2 <= text.len && i <= 8; i++) {
        struct sam_span rest = {text.at + i, text.len - i};
        struct word left, right;
        if (!scan_word(mask, (struct sam_span){text.at, i}, languages, &left))
            continue;
        if (left.kind != WORD_TENS && (left.kind != WORD_UNIT || left.value != 0))
            continue;
        if (!scan_word(mask, rest, languages, &right) || right.kind < WORD_UNIT || right.kind > (left.value == 0 ? WORD_TENS : WORD_UNIT))
            continue;
        *value = (uint16_t)(left.value + right.value);
        return true;
    }
    return false;
}

/** The word for hundred at text[i]. @return its bytes, the Danish one's last ones included; 0 when there is none */
static size_t hundred_at(struct sam_span text, size_t i)
{
    struct sam_span rest = {text.at + i, text.len - i};
    if (rest.len < 6 || !sam_span_is_nocase((struct sam_span){rest.at, 5}, "hundr") ||
        ((rest.at[5] | 0x20) != 'a' && (rest.at[5] | 0x20) != 'e'))
        return 0;
    return rest.len >= 8 && sam_span_is_nocase((struct sam_span){rest.at, 8}, "hundrede") ? 8 : 6;
}

/** @return the value of a number below hundred, in one word; -1 when it is none */
static int below_hundred(const struct sam_mask *mask, struct sam_span text, uint8_t languages)
{
    struct word word = {.value = 0};
    if (text.len == 0)
        return 0;
    if (scan_word(mask, text, languages, &word))
        return word.kind >= WORD_UNIT && word.kind <= WORD_TENS ? word.value : -1;
    bool made = text.len >= 6 && (unit_og_tens(mask, text, languages, &word.value) || tens_unit(mask, text, languages, &word.value));
    return made ? word.value : -1;
}

/** "hundratolv", "trehundrasextiosju", "hundreogtolv". */
static bool hundreds(const struct sam_mask *mask, struct sam_span text, uint8_t languages, uint16_t *value)
{
    for (size_t i = 0; i <= 7 && i + 6 < text.len + (i > 0); i++) {
        size_t hundred = hundred_at(text, i);
        if (hundred == 0)
            continue;
        struct sam_span left = {text.at, i}, right = {text.at + i + hundred, text.len - i - hundred};
        if (right.len > 2 && begins_with_og(right))
            right = (struct sam_span){right.at + 2, right.len - 2};
        int unit = i > 0 ? below_hundred(mask, left, languages) : 1, rest = below_hundred(mask, right, languages);
        if (unit < 1 || unit > 19 || rest < 0 || (i == 0 && right.len == 0))
            return false;
        *value = (uint16_t)(unit * 100 + rest);
        return true;
    }
    return false;
}

/** "dubbelnolla", "dobbeltsyv". */
static bool repeat_unit(const struct sam_mask *mask, struct sam_span text, uint8_t languages, uint16_t *value)
{
    for (size_t i = 6; i <= 8 && i + 2 <= text.len; i++) {
        struct word repeat, unit;
        if (!scan_word(mask, (struct sam_span){text.at, i}, languages, &repeat) || repeat.kind != WORD_REPEAT || repeat.value != 2)
            continue;
        if (!scan_word(mask, (struct sam_span){text.at + i, text.len - i}, languages, &unit) || unit.kind != WORD_UNIT)
            continue;
        *value = (uint16_t)(unit.value * 11);
        return true;
    }
    return false;
}

/** "nittensyttini", "nittenfemogfirs", "nittonsextiofyra": a year in one word. */
static bool year(const struct sam_mask *mask, struct sam_span text, uint8_t languages, uint16_t *value)
{
    if (text.len < 8 ||
        !(sam_span_is_nocase((struct sam_span){text.at, 6}, "nitten") || sam_span_is_nocase((struct sam_span){text.at, 6}, "nitton")))
        return false;
    int rest = below_hundred(mask, (struct sam_span){text.at + 6, text.len - 6}, languages);
    if (rest < 1)
        return false;
    *value = (uint16_t)(1900 + rest);
    return true;
}

bool scan_compound(const struct sam_mask *mask, struct sam_span text, uint8_t languages, uint16_t *value)
{
    if (text.len < 6 || text.len > 32 || !memchr("tTfFsSeEnNhHoOaAdD\xC3", text.at[0], 19))
        return false;
    if ((text.at[0] | 0x20) == 'd')
        return repeat_unit(mask, text, languages, value);
    return unit_og_tens(mask, text, languages, value) || tens_unit(mask, text, languages, value) ||
           hundreds(mask, text, languages, value) || year(mask, text, languages, value);
}
