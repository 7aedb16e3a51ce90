/*
 * JSON reader: one pass, no recursion, nodes in the arena. The chain of open arrays and objects runs through the nodes themselves,
 * so that depth costs no memory. It never accepts what is not JSON but for the repairs that sam_json_notes counts.
 */
#include "samtale/base.h"

#include "hash.h"
#include "json_scan.h"
#include "json_string.h"

#include <stdio.h>
#include <string.h>

#define FIRST_NODES 32U
#define MOST_NODES  1024U
/* Objects up to this many members are searched for duplicates pair by pair. */
#define PAIRWISE 24U

/* What users see, and while it is open the container around it; one cache line. */
struct node {
    struct sam_json json;
    struct node *outer;
};

struct reader {
    struct sam_arena *arena;
    const struct sam_json_limits *limits;
    struct sam_json_notes *notes;
    struct sam_err *err;
    const char *start, *at, *end;
    struct node *open; /* innermost open container, or NULL */
    struct node *last; /* last child so far of open, or NULL */
    struct node *spare;
    size_t spare_n, chunk;
    uint32_t depth, nodes;
    const struct node *root;
};

static enum sam_code fail_at(struct reader *r, const char *at, enum sam_code code, const char *what)
{
    size_t line = 1;
    const char *from = r->start;
    for (const char *p = r->start; p < at; p++)
        if (*p == '\n') {
            line++;
            from = p + 1;
        }
    size_t column = sam_utf8_count((struct sam_span){from, (size_t)(at - from)}) + 1;
    return sam_fail(r->err, code, "line %zu column %zu: %s", line, column, what);
}

static enum sam_code bad(struct reader *r, const char *what)
{
    return fail_at(r, r->at, SAM_BAD_INPUT, what);
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

/* NULL and err set when there may be no further one. */
static struct node *new_node(struct reader *r)
{
    if (r->nodes >= r->limits->nodes) {
        char what[60];
        (void)snprintf(what, sizeof what, "more than %u values", r->limits->nodes);
        (void)fail_at(r, r->at, SAM_TOO_LARGE, what);
        return NULL;
    }
    if (r->spare_n == 0) {
        r->spare = sam_arena_array(r->arena, r->chunk, sizeof *r->spare);
        if (!r->spare) {
            (void)sam_arena_full(r->arena, r->err);
            return NULL;
        }
        r->spare_n = r->chunk;
        if (r->chunk < MOST_NODES)
            r->chunk *= 2;
    }
    r->spare_n--;
    r->nodes++;
    return r->spare++;
}

static enum sam_code read_string(struct reader *r, struct sam_span *out)
{
    const char *fault = NULL, *close = json_scan(r->start, r->at + 1, r->end);
    r->at++;
    if (close < r->end && *close == '"') { /* nearly every string: nothing in it needs a look */
        *out = (struct sam_span){r->at, (size_t)(close - r->at)};
        r->at = close + 1;
        return SAM_OK;
    }
    enum sam_code code = sam_json_string(r->arena, &r->at, r->end, out, r->notes, &fault);
    if (code == SAM_OK)
        return SAM_OK;
    return fault ? bad(r, fault) : sam_arena_full(r->arena, r->err);
}

/* Behind the digits at at, or NULL when there is none. */
static const char *digits(const char *at, const char *end)
{
    const char *first = at;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at > first ? at : NULL;
}

/* Behind the JSON number at at, or NULL when there is none. */
static const char *number_end(const char *at, const char *end)
{
    if (at < end && *at == '-')
        at++;
    const char *whole = at;
    at = digits(at, end);
    if (!at || (*whole == '0' && at > whole + 1))
        return NULL;
    if (at < end && *at == '.')
        at = digits(at + 1, end);
    if (at && at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        at = digits(at, end);
    }
    return at;
}

static enum sam_code read_number(struct reader *r, struct node *node)
{
    const char *behind = number_end(r->at, r->end);
    if (!behind)
        return bad(r, "a number that JSON does not know");
    node->json.type = SAM_JSON_NUMBER;
    node->json.text = (struct sam_span){r->at, (size_t)(behind - r->at)};
    r->at = behind;
    return SAM_OK;
}

static enum sam_code read_word(struct reader *r, struct node *node)
{
    static const struct {
        const char *word;
        enum sam_json_type type;
        bool not_finite;
    } words[] = {
        {"null", SAM_JSON_NULL, false}, {"true", SAM_JSON_TRUE, false},    {"false", SAM_JSON_FALSE, false},
        {"NaN", SAM_JSON_NULL, true},   {"Infinity", SAM_JSON_NULL, true}, {"-Infinity", SAM_JSON_NULL, true},
    };
    struct sam_span rest = {r->at, (size_t)(r->end - r->at)};
    for (size_t i = 0; i < SAM_COUNT(words); i++)
        if (sam_span_starts(rest, words[i].word)) {
            node->json.type = words[i].type;
            r->notes->not_finite += words[i].not_finite;
            r->at += strlen(words[i].word);
            return SAM_OK;
        }
    return *r->at == '-' ? read_number(r, node) : bad(r, "no JSON value begins here");
}

static enum sam_code open_container(struct reader *r, struct node *node)
{
    if (r->depth >= r->limits->depth) {
        char what[80];
        (void)snprintf(what, sizeof what, "more than %u arrays and objects inside each other", r->limits->depth);
        return fail_at(r, r->at, SAM_TOO_LARGE, what);
    }
    r->depth++;
    node->json.type = *r->at == '{' ? SAM_JSON_OBJECT : SAM_JSON_ARRAY;
    node->json.text.at = r->at++;
    node->outer = r->open;
    r->open = node;
    r->last = NULL;
    return SAM_OK;
}

/* Reads one value into a new node and hangs it under the open container; an array or object is only opened. */
static enum sam_code read_value(struct reader *r, struct sam_span key)
{
    if (r->at == r->end)
        return bad(r, r->nodes == 0 ? "no JSON value: the text is empty" : "the text ends where a value should be");
    struct node *node = new_node(r);
    if (!node)
        return r->err->code;
    node->json.key = key;
    if (!r->open)
        r->root = node;
    else if (r->last)
        r->last->json.next = &node->json;
    else
        r->open->json.first = &node->json;
    if (r->open)
        r->open->json.n++;
    r->last = node;
    switch (*r->at) {
    case '"':
        node->json.type = SAM_JSON_STRING;
        return read_string(r, &node->json.text);
    case '{':
    case '[':
        return open_container(r, node);
    default:
        return *r->at >= '0' && *r->at <= '9' ? read_number(r, node) : read_word(r, node);
    }
}

/* Whether no two keys are alike in length, first and last byte: so for nearly every object, in one pass. */
static bool clearly_different(const struct sam_json *object)
{
    uint64_t seen = 0;
    for (const struct sam_json *member = object->first; member; member = member->next) {
        struct sam_span key = member->key;
        size_t first = key.len > 0 ? (unsigned char)key.at[0] : 0, last = key.len > 0 ? (unsigned char)key.at[key.len - 1] : 0;
        uint64_t bit = 1ULL << ((key.len * 7 + first * 5 + last * 11) & 63);
        if (seen & bit)
            return false;
        seen |= bit;
    }
    return true;
}

static uint32_t count_pairwise(const struct sam_json *object)
{
    uint32_t n = 0;
    if (clearly_different(object))
        return 0;
    for (const struct sam_json *a = object->first; a; a = a->next)
        for (const struct sam_json *b = object->first; b != a; b = b->next)
            if (sam_span_equal(a->key, b->key)) {
                n++;
                break;
            }
    return n;
}

/* For objects with many members: a table of members by the hash of their key. */
static enum sam_code count_hashed(struct reader *r, const struct sam_json *object, uint32_t *n)
{
    size_t places = 32;
    while (places < (size_t)object->n * 2)
        places *= 2;
    const struct sam_json **table = sam_arena_array(r->arena, places, sizeof(struct sam_json *));
    if (!table)
        return sam_arena_full(r->arena, r->err);
    for (const struct sam_json *member = object->first; member; member = member->next) {
        size_t place = (size_t)sam_hash_name(member->key) & (places - 1);
        while (table[place] && !sam_span_equal(table[place]->key, member->key))
            place = (place + 1) & (places - 1);
        *n += table[place] != NULL;
        table[place] = member;
    }
    return SAM_OK;
}

static enum sam_code close_container(struct reader *r)
{
    struct node *node = r->open;
    const char close = node->json.type == SAM_JSON_OBJECT ? '}' : ']';
    if (*r->at != close)
        return bad(r, close == '}' ? "',' or '}' should stand here" : "',' or ']' should stand here");
    r->at++;
    r->depth--;
    node->json.text.len = (size_t)(r->at - node->json.text.at);
    r->open = node->outer;
    r->last = node;
    if (close == ']')
        return SAM_OK;
    if (node->json.n > PAIRWISE)
        return count_hashed(r, &node->json, &r->notes->duplicates);
    r->notes->duplicates += count_pairwise(&node->json);
    return SAM_OK;
}

static enum sam_code read_member(struct reader *r)
{
    struct sam_span key = SAM_NO_SPAN;
    if (r->at == r->end || *r->at != '"')
        return bad(r, "a key in quotes should stand here");
    if (read_string(r, &key) != SAM_OK)
        return r->err->code;
    skip_blanks(r);
    if (r->at == r->end || *r->at != ':')
        return bad(r, "':' should stand here");
    r->at++;
    skip_blanks(r);
    return read_value(r, key);
}

/* The next child of the open container, or its end. */
static enum sam_code step(struct reader *r)
{
    if (r->at == r->end)
        return bad(r, r->open->json.type == SAM_JSON_OBJECT ? "the text ends inside an object" : "the text ends inside an array");
    if (r->last) {
        if (*r->at != ',')
            return close_container(r);
        r->at++;
        skip_blanks(r);
    } else if (*r->at == ']' || *r->at == '}') {
        return close_container(r);
    }
    return r->open->json.type == SAM_JSON_OBJECT ? read_member(r) : read_value(r, SAM_NO_SPAN);
}

enum sam_code sam_json_read(struct sam_arena *arena, struct sam_span text, const struct sam_json_limits *limits,
                            const struct sam_json **root, struct sam_json_notes *notes, size_t *used, struct sam_err *err)
{
    const char *start = text.at ? text.at : "";
    struct sam_json_notes counted = {0, 0, 0, 0};
    struct reader r = {.arena = arena,
                       .limits = limits,
                       .notes = &counted,
                       .err = err,
                       .start = start,
                       .at = start,
                       .end = start + text.len,
                       .chunk = FIRST_NODES};
    if (sam_span_starts(text, "\xEF\xBB\xBF"))
        r.start = r.at = start + 3;
    skip_blanks(&r);
    enum sam_code code = read_value(&r, SAM_NO_SPAN);
    while (code == SAM_OK && r.open) {
        skip_blanks(&r);
        code = step(&r);
    }
    if (code != SAM_OK)
        return code;
    skip_blanks(&r);
    if (!used && r.at < r.end)
        return bad(&r, "nothing may follow the value");
    if (used)
        *used = (size_t)(r.at - text.at);
    *root = &r.root->json;
    *notes = counted;
    return SAM_OK;
}
