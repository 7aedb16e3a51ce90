/*
 * Telephone numbers as E.164, by a small table of countries: their code, their trunk prefix, and how long a number is there.
 */
#include "samtale/privacy.h"

#include <string.h>

static const struct country {
    char iso[3], code[4];
    char trunk;          /* 0: none */
    uint8_t least, most; /* digits of the national number, without trunk prefix */
} countries[] = {
    {"DK", "45", 0, 8, 8},    {"NO", "47", 0, 5, 8},    {"SE", "46", '0', 6, 10},  {"FI", "358", '0', 5, 12}, {"IS", "354", 0, 7, 9},
    {"FO", "298", 0, 6, 6},   {"GL", "299", 0, 6, 6},   {"GB", "44", '0', 9, 10},  {"IE", "353", '0', 7, 10}, {"DE", "49", '0', 6, 13},
    {"NL", "31", '0', 9, 9},  {"BE", "32", '0', 8, 9},  {"FR", "33", '0', 9, 9},   {"ES", "34", 0, 9, 9},     {"PT", "351", 0, 9, 9},
    {"IT", "39", 0, 6, 12},   {"AT", "43", '0', 5, 13}, {"CH", "41", '0', 9, 9},   {"PL", "48", 0, 9, 9},     {"EE", "372", 0, 7, 8},
    {"LV", "371", 0, 8, 8},   {"LT", "370", '8', 8, 8}, {"LU", "352", 0, 5, 11},   {"CZ", "420", 0, 9, 9},    {"SK", "421", '0', 9, 9},
    {"HU", "36", 0, 8, 9},    {"RO", "40", '0', 9, 9},  {"BG", "359", '0', 7, 9},  {"GR", "30", 0, 10, 10},   {"HR", "385", '0', 8, 9},
    {"SI", "386", '0', 8, 8}, {"UA", "380", '0', 9, 9}, {"TR", "90", '0', 10, 10}, {"US", "1", '1', 10, 10},  {"CA", "1", '1', 10, 10},
    {"AU", "61", '0', 9, 9},  {"NZ", "64", '0', 8, 10}, {"IN", "91", '0', 10, 10},
};

/* Whether the 0 at i is the "(0)" that is dialled inside the country only. */
static bool bracketed(struct sam_span phone, size_t i)
{
    return phone.at[i] == '0' && i > 0 && phone.at[i - 1] == '(' && i + 1 < phone.len && phone.at[i + 1] == ')';
}

/** Digits of a number as written; "(0)" behind an international prefix goes. @return how many, 0 when it is no telephone number */
static size_t digits_of(struct sam_span phone, char out[20], bool *international)
{
    size_t n = 0;
    *international = false;
    for (size_t i = 0; i < phone.len; i++) {
        char c = phone.at[i];
        if (c == ';' || c == ',') /* an extension or parameters follow */
            break;
        if (c == '+' && n == 0)
            *international = true;
        else if (c >= '0' && c <= '9') {
            if (n == 20)
                return 0;
            if (!*international || !bracketed(phone, i))
                out[n++] = c;
        } else if (!strchr(" -./()", c) && (unsigned char)c < 0x80) {
            return 0;
        }
    }
    return n;
}

static const struct country *country_of(struct sam_span iso)
{
    for (size_t i = 0; i < SAM_COUNT(countries); i++) {
        if (sam_span_is_nocase(iso, countries[i].iso))
            return &countries[i];
    }
    return NULL;
}

/* A number as it is dialled inside country c. */
static enum sam_code national(struct sam_arena *arena, const struct country *c, struct sam_span digits, struct sam_span *out,
                              struct sam_err *err)
{
    size_t code = strlen(c->code), n = digits.len;
    if (n > code && n - code >= c->least && n - code <= c->most && n > c->most && memcmp(digits.at, c->code, code) == 0)
        return sam_arena_printf(arena, out, err, "+%.*s", (int)n, digits.at); /* the country's code without a plus */
    if (c->trunk != 0 && digits.at[0] == c->trunk)
        digits = (struct sam_span){digits.at + 1, n - 1};
    if (digits.len < c->least || digits.len > c->most)
        return SAM_NONE;
    return sam_arena_printf(arena, out, err, "+%s%.*s", c->code, (int)digits.len, digits.at);
}

enum sam_code sam_phone_e164(struct sam_arena *arena, struct sam_span phone, struct sam_span country, struct sam_span *out,
                             struct sam_err *err)
{
    char digits[20];
    bool international = false;
    phone = sam_span_trim(phone);
    if (phone.len > 4 && sam_span_is_nocase((struct sam_span){phone.at, 4}, "tel:"))
        phone = (struct sam_span){phone.at + 4, phone.len - 4};
    size_t n = digits_of(phone, digits, &international), from = 0;
    const struct country *c = country_of(sam_span_trim(country));
    if (!international && n > 9 && digits[0] == '0' && digits[1] == '0') {
        international = true;
        from = 2;
    }
    if (international)
        return n - from >= 7 && n - from <= 15 ? sam_arena_printf(arena, out, err, "+%.*s", (int)(n - from), digits + from) : SAM_NONE;
    return c && n > 0 ? national(arena, c, (struct sam_span){digits, n}, out, err) : SAM_NONE;
}
