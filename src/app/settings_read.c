/*
 * The reader of the settings file: lines "[section]", "name = value", "# comment". Every problem is told with its line, so that
 * one check shows all; nothing is guessed, and a value has no length limit but the file's.
 */
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX_BYTES (1U << 20)

struct reading {
    struct sam_arena *arena;
    const char *file;
    size_t line;
    struct sam_span section; /* absent before the first */
    bool section_known;
    size_t map; /* the section's number among those of pairs; APP_MAPS: another one */
    struct map_building maps[APP_MAPS];
    size_t *set_in; /* line that set each row, 0 when none */
    struct app_settings *out;
    struct app_problems *problems;
    struct sam_err *err;
};

/* Keeps "FILE:LINE: what why says". */
static void problem(struct reading *r, const struct sam_err *why)
{
    struct sam_err ignored;
    size_t n = r->problems->n++;
    if (n < APP_PROBLEMS &&
        sam_arena_printf(r->arena, &r->problems->lines[n], &ignored, "%s:%zu: %s", r->file, r->line, why->text) != SAM_OK)
        r->problems->lines[n] = SAM_SPAN("no memory left to say what is wrong");
}

static const char *section_name(const void *data, size_t i)
{
    (void)data;
    return i < app_settings_n ? app_settings_table[i].section : app_settings_maps[i - app_settings_n].section;
}

/* Names of the present section; those of others are never near. */
static const char *setting_name(const void *data, size_t i)
{
    const struct reading *r = data;
    return sam_span_is(r->section, app_settings_table[i].section) ? app_settings_table[i].name : "";
}

static void open_section(struct reading *r, struct sam_span name)
{
    struct sam_err why;
    r->section = name;
    r->map = app_settings_map(name);
    r->section_known = r->map < APP_MAPS;
    for (size_t i = 0; i < app_settings_n && !r->section_known; i++)
        r->section_known = sam_span_is(name, app_settings_table[i].section);
    if (r->section_known)
        return;
    const char *near = app_nearest(name, section_name, NULL, app_settings_n + APP_MAPS);
    (void)sam_fail(&why, SAM_BAD_INPUT, "there is no section [%.*s]%s%s%s", SAM_ARG(name), near ? "; did you mean [" : "", near ? near : "",
                   near ? "]?" : "");
    problem(r, &why);
}

static void unknown(struct reading *r, struct sam_span name)
{
    struct sam_err why;
    (void)sam_fail(&why, SAM_BAD_INPUT, "[%.*s] has no setting \"%.*s\"", SAM_ARG(r->section), SAM_ARG(name));
    for (size_t i = 0; i < app_settings_n; i++)
        if (sam_span_is(name, app_settings_table[i].name)) {
            (void)sam_fail(&why, SAM_BAD_INPUT, "%s; it belongs under [%s]", why.text, app_settings_table[i].section);
            problem(r, &why);
            return;
        }
    const char *near = app_nearest(name, setting_name, r, app_settings_n);
    if (near && near[0])
        (void)sam_fail(&why, SAM_BAD_INPUT, "%s; did you mean \"%s\"?", why.text, near);
    problem(r, &why);
}

/* The row of a name in the present section, or app_settings_n. */
static size_t row_of(const struct reading *r, struct sam_span name)
{
    size_t i = 0;
    while (i < app_settings_n && !(sam_span_is(r->section, app_settings_table[i].section) && sam_span_is(name, app_settings_table[i].name)))
        i++;
    return i;
}

static enum sam_code set_pair(struct reading *r, struct sam_span name, struct sam_span value)
{
    struct sam_err why;
    enum sam_code code = app_settings_map_add(r->arena, r->map, (struct sam_pair){name, value}, &r->maps[r->map], &why);
    if (code == SAM_NO_MEMORY)
        return sam_arena_full(r->arena, r->err);
    if (code != SAM_OK)
        problem(r, &why);
    return SAM_OK;
}

static enum sam_code set(struct reading *r, struct sam_span name, struct sam_span value)
{
    struct sam_err why;
    if (r->map < APP_MAPS)
        return set_pair(r, name, value);
    size_t i = row_of(r, name);
    if (i == app_settings_n) {
        unknown(r, name);
        return SAM_OK;
    }
    if (r->set_in[i] > 0) {
        (void)sam_fail(&why, SAM_BAD_INPUT, "\"%.*s\" was set before, in line %zu", SAM_ARG(name), r->set_in[i]);
        problem(r, &why);
        return SAM_OK;
    }
    r->set_in[i] = r->line;
    enum sam_code code = app_setting_value(r->arena, &app_settings_table[i], value, r->out, &why);
    if (code == SAM_NO_MEMORY)
        return sam_arena_full(r->arena, r->err);
    if (code != SAM_OK) {
        (void)sam_wrap(&why, "%.*s", SAM_ARG(name));
        problem(r, &why);
    }
    return SAM_OK;
}

static enum sam_code read_line(struct reading *r, struct sam_span line)
{
    struct sam_err why;
    line = sam_span_trim(line);
    if (line.len == 0 || line.at[0] == '#' || line.at[0] == ';')
        return SAM_OK;
    if (line.at[0] == '[' && line.at[line.len - 1] == ']') {
        open_section(r, sam_span_trim((struct sam_span){line.at + 1, line.len - 2}));
        return SAM_OK;
    }
    const char *equals = memchr(line.at, '=', line.len);
    if (!equals || line.at[0] == '[') {
        (void)sam_fail(&why, SAM_BAD_INPUT, "neither [section] nor name = value nor # comment: \"%.*s\"", SAM_ARG(line));
        problem(r, &why);
    } else if (!r->section.at) {
        (void)sam_fail(&why, SAM_BAD_INPUT, "a setting before the first [section]");
        problem(r, &why);
    } else if (r->section_known) { /* an unknown section was told once */
        size_t len = (size_t)(equals - line.at);
        return set(r, sam_span_trim((struct sam_span){line.at, len}), sam_span_trim((struct sam_span){equals + 1, line.len - len - 1}));
    }
    return SAM_OK;
}

static enum sam_code defaults(struct sam_arena *arena, struct app_settings *out, struct sam_err *err)
{
    for (size_t i = 0; i < app_settings_n; i++) {
        struct setting row = app_settings_table[i];
        row.check = NULL; /* what a default names, such as a zone, need not be on this machine until it is used */
        enum sam_code code = app_setting_value(arena, &row, sam_span_of(row.value), out, err);
        if (code == SAM_NO_MEMORY)
            return code;
        SAM_MUST(code == SAM_OK); /* the table's own default */
    }
    return SAM_OK;
}

enum sam_code app_settings_parse(struct sam_arena *arena, const char *file, struct sam_span text, struct app_settings *out,
                                 struct app_problems *problems, struct sam_err *err)
{
    struct app_settings settings = {0};
    struct reading r = {.arena = arena, .file = file, .map = APP_MAPS, .out = &settings, .problems = problems, .err = err};
    *problems = (struct app_problems){.n = 0};
    r.set_in = sam_arena_array(arena, app_settings_n, sizeof *r.set_in);
    if (!r.set_in)
        return sam_arena_full(arena, err);
    if (defaults(arena, &settings, err) != SAM_OK)
        return err->code;
    struct sam_span line;
    if (sam_span_starts(text, "\xEF\xBB\xBF"))
        text = (struct sam_span){text.at + 3, text.len - 3};
    while (sam_span_line(&text, &line)) {
        r.line++;
        if (read_line(&r, line) != SAM_OK)
            return err->code;
    }
    if (problems->n > 0)
        return sam_fail(err, SAM_BAD_INPUT, "%.*s%s", SAM_ARG(problems->lines[0]), problems->n > 1 ? " (and more)" : "");
    for (size_t i = 0; i < APP_MAPS; i++)
        settings.maps[i] = (struct sam_pairs){r.maps[i].pairs.at, r.maps[i].pairs.n, r.maps[i].index};
    *out = settings;
    return SAM_OK;
}

/* Reads all of an open file of at most FILE_MAX_BYTES. */
static enum sam_code read_all(int fd, struct sam_buf *buf, struct sam_err *err)
{
    for (;;) {
        char *place = sam_buf_reserve(buf, 4096);
        if (!place)
            return sam_fail(err, SAM_TOO_LARGE, "more than %u bytes", FILE_MAX_BYTES);
        ssize_t n = read(fd, place, 4096);
        if (n == 0)
            return SAM_OK;
        if (n < 0 && errno != EINTR)
            return sam_fail(err, SAM_SYSTEM, "%s", strerror(errno));
        if (n > 0)
            buf->len += (size_t)n;
    }
}

enum sam_code app_settings_load(struct sam_arena *arena, const char *file, struct app_settings *out, struct app_problems *problems,
                                struct sam_err *err)
{
    struct sam_buf buf = sam_buf_of(FILE_MAX_BYTES + 4096);
    const char *name = file ? file : APP_SETTINGS_FILE;
    *problems = (struct app_problems){.n = 0};
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && (file || errno != ENOENT))
        return sam_fail(err, SAM_SYSTEM, "cannot read the settings in %s: %s", name, strerror(errno));
    enum sam_code code = fd < 0 ? SAM_OK : read_all(fd, &buf, err);
    if (fd >= 0)
        (void)close(fd);
    if (code == SAM_OK)
        code = app_settings_parse(arena, name, sam_buf_get(&buf), out, problems, err);
    else
        (void)sam_wrap(err, "cannot read the settings in %s", name);
    sam_buf_free(&buf);
    return code;
}
