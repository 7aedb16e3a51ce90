/*
 * What a row of digits can be, by its length, its grouping, the dates in it and its check digits. A check digit that is right is evidence;
 * one that is wrong never takes suspicion away (valid CPR numbers fail theirs, and people misspeak).
 */
#include "scan.h"

#include <string.h>

static int two(const char *d)
{
    return (d[0] - '0') * 10 + (d[1] - '0');
}

static bool day_month(int day, int month)
{
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/** DDMMYY; with wide also Norway's D-number (day + 40), H-number (month + 40) and test numbers (month + 80). */
static bool day_first(const char *d, bool wide)
{
    int day = two(d), month = two(d + 2);
    if (wide && day > 40)
        day -= 40;
    if (wide && month > 40)
        month -= month > 80 ? 80 : 40;
    return day_month(day, month);
}

/** YYMMDD; the day + 60 in a Swedish samordningsnummer. */
static bool year_first(const char *d)
{
    int day = two(d + 4);
    return day_month(day > 60 ? day - 60 : day, two(d + 2));
}

static bool century(const char *d)
{
    return two(d) >= 18 && two(d) <= 20;
}

bool luhn(const char *digits, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int d = digits[n - 1 - i] - '0';
        if (i % 2 == 1)
            d = d * 2 > 9 ? d * 2 - 9 : d * 2;
        sum += d;
    }
    return sum % 10 == 0;
}

/** Norway's account number: eleven digits, weights 5 4 3 2 7 6 5 4 3 2, mod 11. */
static bool account_no(const char *d)
{
    static const int weights[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
    int sum = 0;
    for (size_t i = 0; i < 10; i++)
        sum += weights[i] * (d[i] - '0');
    return (11 - sum % 11) % 11 == d[10] - '0';
}

/* ---- by length alone ------------------------------------------------------------------------------------------------------ */

/** @return whether the digits start with a birth date as an identity number of that length does */
static bool identity(const char *d, size_t n, uint8_t languages)
{
    if (n == 10)
        return day_first(d, false) || ((languages & (SV | EN)) && year_first(d)) || (luhn(d, 10) && year_first(d));
    if (n == 11)
        return day_first(d, true);
    return n == 12 && century(d) && year_first(d + 2);
}

static bool keyed(const char *d, size_t n, enum word_kind key, enum sam_identifier *out)
{
    static const struct {
        uint8_t key, identifier;
        size_t least, most;
    } rows[] = {
        {WORD_IDENTITY, SAM_IDENTIFIER_IDENTITY, 4, 12}, {WORD_ACCOUNT, SAM_IDENTIFIER_ACCOUNT, 4, 18},
        {WORD_DOCUMENT, SAM_IDENTIFIER_IDENTITY, 6, 12}, {WORD_BANK, SAM_IDENTIFIER_ACCOUNT, 7, 18},
        {WORD_CARD, SAM_IDENTIFIER_CARD, 8, 19},         {WORD_SECRET, SAM_IDENTIFIER_CARD, 3, 8},
        {WORD_PHONE, SAM_IDENTIFIER_PHONE, 6, 15},
    };
    if (key == WORD_ACCOUNT && n == 4 && two(d) >= 19 && two(d) <= 20) /* a year */
        return false;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        if (rows[i].key == key && n >= rows[i].least && n <= rows[i].most) {
            *out = (enum sam_identifier)rows[i].identifier;
            return true;
        }
    }
    return false;
}

bool dictated(const char *digits, size_t n, enum word_kind key, uint8_t languages, enum sam_identifier *out)
{
    if (identity(digits, n, languages) && (key == WORD_OTHER || key == WORD_IDENTITY)) {
        *out = SAM_IDENTIFIER_IDENTITY;
        return true;
    }
    if (keyed(digits, n, key, out))
        return true;
    if (key == WORD_ORDER || n < (languages == EN ? 7U : 8U))
        return false;
    *out = n >= 13 && n <= 19 ? SAM_IDENTIFIER_CARD : n == 11 && account_no(digits) ? SAM_IDENTIFIER_ACCOUNT : SAM_IDENTIFIER_PHONE;
    return true;
}

bool parted(const char *digits, size_t first, size_t n, enum word_kind key, uint8_t languages)
{
    if (first == 6 && (n == 10 || n == 11))
        return identity(digits, n, languages);
    bool trunk = digits[0] == '0' && (n == 10 || n == 11) && first >= 3 && first <= 5;
    return trunk || (key >= WORD_IDENTITY && key <= WORD_SECRET);
}

/* ---- with groups ------------------------------------------------------------------------------------------------------------ */

/** @return whether the groups have these sizes, given as digits: "2222" */
static bool sizes(const struct groups *g, const char *text)
{
    if (strlen(text) != g->groups)
        return false;
    for (size_t i = 0; i < g->groups; i++) {
        if (g->size[i] != text[i] - '0')
            return false;
    }
    return true;
}

/** @return whether all groups but the first stand behind the same character */
static bool uniform(const struct groups *g)
{
    for (size_t i = 2; i < g->groups; i++) {
        if (g->before[i] != g->before[1])
            return false;
    }
    return g->groups < 2 || g->before[1] != 0;
}

/** @return whether a group ends behind that many digits, or there is only one group */
static bool boundary(const struct groups *g, size_t digits)
{
    size_t sum = 0;
    for (size_t i = 0; i < g->groups && sum < digits; i++)
        sum += g->size[i];
    return g->groups == 1 || sum == digits;
}

/** @return whether two numbers are a day and a month, in either order */
static bool day_and_month(int a, int b)
{
    return day_month(a, b) || day_month(b, a);
}

/** The number that a group of one or two digits makes. */
static int group_value(const struct groups *g, size_t group)
{
    const char *at = g->digits;
    for (size_t i = 0; i < group; i++)
        at += g->size[i];
    return g->size[group] == 1 ? at[0] - '0' : two(at);
}

/** A date: year first, or day and month (in either order) before a year. */
static bool date(const struct groups *g)
{
    if (g->groups != 3 || !uniform(g) || !strchr("./-", g->before[1]) || g->size[1] > 2)
        return false;
    if (g->size[0] == 4)
        return g->size[2] <= 2 && century(g->digits) && day_and_month(group_value(g, 1), group_value(g, 2));
    bool year = g->size[2] == 4 || g->size[2] == 2;
    return g->size[0] <= 2 && year && day_and_month(group_value(g, 0), group_value(g, 1));
}

bool dated(const struct groups *g)
{
    const char *d = g->digits;
    if (g->groups == 1)
        return (g->n == 6 && (day_first(d, false) || year_first(d))) ||
               (g->n == 8 && ((century(d) && year_first(d + 2)) || day_first(d, false)));
    return date(g) || (uniform(g) && sizes(g, "222") && (day_first(d, false) || year_first(d)));
}

/** "736.456", "1 250 000": groups of three behind one of one to three, all parted alike. */
static bool thousands(const struct groups *g)
{
    if (g->groups < 2 || !uniform(g) || !strchr(". ", g->before[1]) || g->size[0] > 3 || g->digits[0] == '0')
        return false;
    for (size_t i = 1; i < g->groups; i++) {
        if (g->size[i] != 3)
            return false;
    }
    return true;
}

static bool years(const struct groups *g)
{
    return sizes(g, "44") && two(g->digits) >= 18 && two(g->digits) <= 21 && two(g->digits + 4) >= 18 && two(g->digits + 4) <= 21;
}

/** "sagsnr. 20240517-0031": a number of the company's own that begins with a day. */
static bool dated_case(const struct groups *g, enum word_kind key)
{
    return g->n == 12 && key == WORD_ORDER && !luhn(g->digits + 2, 10);
}

static bool identity_shape(const struct groups *g, uint8_t languages, enum word_kind key)
{
    const char *d = g->digits;
    if (g->n == 9 && sizes(g, "324") && uniform(g) && g->before[1] == '-') /* US social security */
        return true;
    if (!identity(d, g->n, languages) || dated_case(g, key))
        return false;
    size_t at = g->n == 12 ? 8 : 6;
    bool halves = g->n == 11 && g->groups == 2; /* "03117845 612": nothing else is written so */
    if (!boundary(g, at) && !halves)
        return false;
    bool written_so = g->groups == 2; /* 120384-1234 stays one, whatever the words say */
    return key == WORD_OTHER || key == WORD_IDENTITY || key == WORD_SECRET || written_so;
}

/** @return whether a card's number of that length starts so: Visa, Mastercard, Dankort, Maestro, Diners, American Express */
static bool issued(const char *d, size_t n)
{
    int first = two(d);
    if (n == 15)
        return first == 34 || first == 37;
    return n == 16 &&
           (d[0] == '4' || (first >= 50 && first <= 55) || (first >= 22 && first <= 27) || first == 36 || first == 60 || first == 65);
}

static bool card_shape(const struct groups *g, enum word_kind key)
{
    if (g->n < 13 || g->n > 19)
        return false;
    if (issued(g->digits, g->n) && key != WORD_ORDER)
        return true;
    if (key != WORD_ORDER && (sizes(g, "4444") || sizes(g, "465") || sizes(g, "44443")))
        return true;
    return luhn(g->digits, g->n) && (key != WORD_ORDER || g->groups > 1);
}

static bool account_shape(const struct groups *g)
{
    if (g->n == 11 && (sizes(g, "425") || (g->groups == 1 && account_no(g->digits))))
        return true;
    if (g->groups == 2 && g->size[0] == 4 && g->size[1] >= 7 && g->size[1] <= 10) /* Danish reg. and account number */
        return true;
    return sizes(g, "2228") && g->before[1] == '-'; /* sort code and account */
}

/** @return whether all groups but the first stand behind blanks, one of them perhaps behind a dot or a hyphen: "29 84 11-07" */
static bool mostly_blanks(const struct groups *g)
{
    size_t others = 0;
    for (size_t i = 1; i < g->groups; i++) {
        if (g->before[i] != ' ' && g->before[i] != '-' && g->before[i] != '.')
            return false;
        others += g->before[i] != ' ';
    }
    return g->groups > 2 && others <= 1;
}

static bool phone_nordic8(const struct groups *g)
{
    if (g->n != 8 || g->digits[0] < '2' || (!uniform(g) && !mostly_blanks(g)) || (g->groups > 1 && g->before[1] == '/'))
        return false;
    return g->groups == 1 || g->groups == 8 || sizes(g, "2222") || sizes(g, "323") || (sizes(g, "44") && !years(g));
}

/** A number with a trunk 0, or the American 3-3-4. */
static bool phone_trunk(const struct groups *g, uint8_t languages)
{
    const char *d = g->digits;
    if (d[0] == '0' && d[1] != '0' && g->n >= 8 && g->n <= 11) {
        bool one_by_one = g->groups == g->n;
        return g->groups > 1 ? one_by_one || (g->size[0] >= 2 && g->size[0] <= 5) : g->n >= 9;
    }
    if (d[0] < '2')
        return d[0] == '1' && sizes(g, "1334");
    if (sizes(g, "334"))
        return true;
    return (languages & EN) && ((sizes(g, "34") && g->before[1] == '-') || (g->n == 10 && g->groups == 1));
}

static bool phone_international(const struct groups *g)
{
    if (g->before[0] == '+')
        return g->n >= 8 && g->n <= 15;
    return g->digits[0] == '0' && g->digits[1] == '0' && g->digits[2] != '0' && g->size[0] >= 2 && g->n >= 11 && g->n <= 17;
}

/** "01.04-30.06": from day to day. */
static bool period(const struct groups *g)
{
    return sizes(g, "2222") && g->before[1] == '.' && g->before[2] == '-' && g->before[3] == '.' &&
           day_and_month(group_value(g, 0), group_value(g, 1)) && day_and_month(group_value(g, 2), group_value(g, 3));
}

static bool plain_number(const struct groups *g, enum word_kind key)
{
    bool sort_code = key == WORD_ACCOUNT && sizes(g, "222");
    if (memchr(g->before, '/', g->groups) || (date(g) && !sort_code) || years(g) || period(g))
        return true;
    return thousands(g) && key != WORD_PHONE && key != WORD_ACCOUNT && key != WORD_BANK && key != WORD_CARD && key != WORD_IDENTITY;
}

/* A phone whose writing leaves no doubt: "+45 ...", "070 174 06 77". */
static bool phone_for_sure(const struct groups *g, enum word_kind key)
{
    return g->before[0] == '+' || (g->digits[0] == '0' && g->groups > 2 && g->size[0] == 3 && key != WORD_IDENTITY);
}

/* The shapes in the order in which they win. @return what it is, or -1 */
static int kind_of(const struct groups *g, enum word_kind key, uint8_t languages)
{
    enum sam_identifier named;
    bool national = phone_nordic8(g) || phone_trunk(g, languages) || phone_international(g);
    bool phone = (g->before[0] == '+' && phone_international(g)) || (national && key != WORD_ORDER);
    if (phone && phone_for_sure(g, key))
        return SAM_IDENTIFIER_PHONE;
    if (identity_shape(g, languages, key))
        return SAM_IDENTIFIER_IDENTITY;
    if (card_shape(g, key))
        return SAM_IDENTIFIER_CARD;
    if (keyed(g->digits, g->n, key, &named))
        return (int)named;
    if (account_shape(g) && key != WORD_ORDER)
        return SAM_IDENTIFIER_ACCOUNT;
    return phone ? (int)SAM_IDENTIFIER_PHONE : -1;
}

bool shape_of(const struct groups *g, enum word_kind key, uint8_t languages, enum sam_identifier *out, bool *plain)
{
    *plain = plain_number(g, key);
    int kind = *plain ? -1 : kind_of(g, key, languages);
    if (kind >= 0)
        *out = (enum sam_identifier)kind;
    return kind >= 0;
}
