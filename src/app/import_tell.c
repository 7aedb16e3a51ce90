/*
 * Import, telling: the summary by format and reason, and the progress bar on a terminal.
 */
#include "import.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BAR_WIDTH 24
#define BAR_US    INT64_C(200000)

static const char *const kind_words[IMPORT_KINDS] = {"records", "transcripts", "surveys", "outcomes", "messages of agents' states"};

static void note_conversation(struct import *import, const struct sam_part *part)
{
    struct sam_span key;
    struct sam_err err;
    if (import->conversations && (sam_arena_printf(import->reading, &key, &err, "%.*s\n%.*s", (int)part->source.len, part->source.at,
                                                   (int)part->external_id.len, part->external_id.at) != SAM_OK ||
                                  sam_map_put(import->conversations, key, 0, &err) != SAM_OK))
        import->conversations = NULL; /* a count that is not whole is not told */
}

void import_count(struct import *import, const struct sam_read_result *result)
{
    struct import_tally *t = &import->tally;
    size_t at = 0;
    while (at < t->formats_n && strcmp(t->formats[at].name, result->format) != 0)
        at++;
    if (at == IMPORT_FORMATS)
        return;
    if (at == t->formats_n)
        t->formats[t->formats_n++].name = result->format;
    t->formats[at].messages++;
    for (size_t i = 0; i < result->parts_n; i++) {
        const struct sam_part *part = &result->parts[i];
        size_t kind = part->states ? IMPORT_KINDS - 1 : (size_t)part->kind - SAM_KIND_RECORD;
        if (kind < IMPORT_KINDS)
            t->formats[at].parts[kind]++;
        t->turns += part->transcript ? (int64_t)part->transcript->turns_n : 0;
        if (!part->states)
            note_conversation(import, part);
    }
}

/* What a reason is called in the summary: without its place, at most two of its clauses, every number as one '#'. */
static void reason_of(const char *why, char *out, size_t room)
{
    size_t n = 0, colons = 0;
    const char *at = why, *bytes = strstr(why, " bytes that start with"); /* differs from file to file */
    for (const char *colon = strchr(at, ':'); colon && strncmp(at, "line ", 5) == 0; colon = strchr(at, ':'))
        at = colon + 1 + strspn(colon + 1, " ");
    for (; *at && n + 1 < room; at++) {
        colons += *at == ':';
        if (colons == 2 || (bytes && *at == ':'))
            break;
        if (isdigit((unsigned char)*at) && n > 0 && out[n - 1] == '#')
            continue;
        out[n++] = isdigit((unsigned char)*at) ? '#' : *at;
    }
    out[n] = '\0';
}

void import_refuse(struct import *import, uint32_t line, const char *why)
{
    struct import_tally *t = &import->tally;
    char reason[sizeof t->reasons[0].text];
    size_t at = 0;
    import_clear(import);
    (void)fprintf(stderr, "samtaled import: %s:%u: %s\n", import->file.path, line, why);
    t->refused++;
    reason_of(why, reason, sizeof reason);
    while (at < t->reasons_n && strcmp(t->reasons[at].text, reason) != 0)
        at++;
    if (at == IMPORT_REASONS) {
        t->other_reasons++;
        return;
    }
    if (at == t->reasons_n)
        (void)snprintf(t->reasons[t->reasons_n++].text, sizeof reason, "%s", reason);
    t->reasons[at].n++;
}

void import_clear(struct import *import)
{
    if (import->shown)
        (void)fprintf(stderr, "\r\033[K");
    import->shown = false;
}

void import_progress(struct import *import, size_t offset)
{
    int64_t now_us = sam_clock_mono_us();
    if (!import->terminal || import->bytes_all <= 0 || now_us - import->shown_us < BAR_US)
        return;
    const struct import_file *file = &import->file;
    double of_file = file->text_len > 0 ? (double)offset / (double)file->text_len : 1;
    double share = ((double)import->bytes_before + of_file * (double)file->size) / (double)import->bytes_all;
    int filled = share < 0 ? 0 : share > 1 ? BAR_WIDTH : (int)(share * BAR_WIDTH);
    char bar[BAR_WIDTH + 1];
    const char *slash = strrchr(file->path, '/');
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    double s = (double)(now_us - import->began_us) / 1e6;
    (void)fprintf(stderr, "\r\033[K[%s] %3.0f %%  %" PRId64 " messages, %.0f/s%s  %.40s", bar, share * 100, import->tally.imported,
                  s > 0 ? (double)import->tally.imported / s : 0.0, import->tally.refused ? ", some refused" : "",
                  slash ? slash + 1 : file->path);
    import->shown_us = now_us;
    import->shown = true;
}

void import_summary(const struct import *import)
{
    const struct import_tally *t = &import->tally;
    (void)printf("%" PRId64 " messages %s", t->imported, import->dry ? "would be imported" : "imported");
    if (t->refused)
        (void)printf(", %" PRId64 " refused", t->refused);
    if (t->skipped)
        (void)printf(", %" PRId64 " done before", t->skipped);
    (void)printf("\n");
    for (size_t i = 0; i < t->formats_n; i++) {
        (void)printf("  %-20s %8" PRId64 " messages:", t->formats[i].name, t->formats[i].messages);
        const char *comma = " ";
        for (size_t k = 0; k < IMPORT_KINDS; k++) {
            if (t->formats[i].parts[k] > 0)
                (void)printf("%s%" PRId64 " %s", comma, t->formats[i].parts[k], kind_words[k]);
            comma = t->formats[i].parts[k] > 0 ? ", " : comma;
        }
        (void)printf("\n");
    }
    if (import->dry && !import->conversations)
        (void)printf("  of more conversations than could be counted, %" PRId64 " turns\n", t->turns);
    else if (import->dry)
        (void)printf("  of %zu conversations, %" PRId64 " turns\n", sam_map_count(import->conversations), t->turns);
    for (size_t i = 0; i < t->reasons_n; i++)
        (void)printf("  %-20s %8" PRId64 " %s\n", i == 0 ? "refused because" : "", t->reasons[i].n, t->reasons[i].text);
    if (t->other_reasons > 0)
        (void)printf("  %-20s %8" PRId64 " other reasons\n", "", t->other_reasons);
}
