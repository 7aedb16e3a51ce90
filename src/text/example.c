/*
 * Examples: every sentence that a rule must or must not match is marked with the finished packs. "A // B" is a small dialogue: the rule's
 * side says the last part, the sides take turns before it.
 */
#include "compile.h"

#define EXAMPLE_TURNS 8
#define EXAMPLE_BYTES ((size_t)4 << 20)

/* What the watch saw of the last passage. */
struct look {
    uint32_t rule;
    bool fired;
};

static uint32_t look_on(void *self, const struct sam_passage *passage, float score[SAM_LABELS], struct sam_fired *evidence, uint32_t room)
{
    struct look *look = self;
    (void)score;
    (void)evidence;
    (void)room;
    look->fired = false;
    for (uint32_t i = 0; i < passage->fired_n; i++)
        look->fired = look->fired || passage->fired[i].number == look->rule;
    return 0;
}

/* The parts between " // ", the last first. @return how many */
static size_t parts_of(struct sam_span text, struct sam_span parts[EXAMPLE_TURNS])
{
    size_t n = 0, end = text.len;
    for (size_t i = text.len; i-- > 0 && n < EXAMPLE_TURNS;) {
        bool cut = i + 1 < text.len && text.at[i] == '/' && text.at[i + 1] == '/';
        if (!cut && i > 0)
            continue;
        size_t from = cut ? i + 2 : 0;
        parts[n++] = sam_span_trim((struct sam_span){text.at + from, end - from});
        end = i;
    }
    return n;
}

static enum sam_code run_one(const struct sam_packs *packs, const struct pack *pack, const struct rule_text *text, struct sam_arena *arena,
                             struct sam_err *err)
{
    const struct rule *rule = &pack->rules[text->rule];
    struct sam_span parts[EXAMPLE_TURNS];
    struct sam_turn turns[EXAMPLE_TURNS];
    size_t n = parts_of(text->text, parts);
    enum sam_role role = rule->role == SAM_ROLE_UNKNOWN ? SAM_ROLE_AGENT : rule->role;
    for (size_t i = 0; i < n; i++) {
        bool own = i % 2 == 0;
        turns[n - 1 - i] = (struct sam_turn){
            .i = (int32_t)(n - 1 - i), .text = parts[i], .role = own == (role == SAM_ROLE_AGENT) ? SAM_ROLE_AGENT : SAM_ROLE_CUSTOMER};
    }
    struct look look = {text->rule, false};
    struct sam_watch watch = {.passage = look_on, .self = &look};
    struct sam_marking in = {.turns = turns, .n = n, .declared = pack->language, .watch = &watch, .fixed = true};
    struct sam_marks marks;
    sam_arena_reset(arena);
    if (sam_packs_mark(packs, &in, arena, &marks, err) != SAM_OK)
        return err->code;
    if (look.fired == (text->kind == 'y'))
        return SAM_OK;
    return sam_fail(err, SAM_BAD_INPUT, "%.*s:%u:%u: rule %.*s %s its example: \"%.*s\"", SAM_ARG(text->file), text->line, text->column,
                    SAM_ARG(rule->id), look.fired ? "must not match" : "does not match", (int)(text->text.len > 150 ? 150 : text->text.len),
                    text->text.at);
}

enum sam_code examples_run(const struct sam_packs *packs, const struct pack *pack, struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(EXAMPLE_BYTES);
    enum sam_code code = arena == NULL ? sam_fail(err, SAM_NO_MEMORY, "no memory to run examples") : SAM_OK;
    for (uint32_t i = 0; code == SAM_OK && i < pack->texts_n; i++) {
        const struct rule_text *text = &pack->texts[i];
        if ((text->kind == 'y' || text->kind == 'n') && !pack->rules[text->rule].dropped)
            code = run_one(packs, pack, text, arena, err);
    }
    sam_arena_free(arena);
    return code;
}
