/*
 * samtaled train FILE...: linear models out of labelled conversations; with --leave-domain-out the honest figures of what was trained:
 * each domain of the held files marked by models and thresholds that saw neither it nor its labels.
 */
#include "eval.h"
#include "gold.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define CORPUS_BYTES ((size_t)2 << 30)
#define WORK_BYTES   ((size_t)256 << 20)
#define MODEL_ROOM   ((size_t)16 << 20)
#define FILES_MAX    64 /* named by options of one kind */
#define HALF         0.5F

struct run {
    const char *held[FILES_MAX], *half[FILES_MAX], *out, *floors, *misses;
    size_t held_n, half_n, below;
    bool leave_out;
    struct sam_arena *arena, *work;
    struct sam_scorer *scorer;
    struct sam_lessons *lessons;
    uint32_t conversations; /* learnt from */
    struct sam_span domains[SAM_LESSON_GROUPS];
    int32_t domains_n;
    struct sam_train_settings settings;
};

/* The conversation whose passages are being learnt from. */
struct pupil {
    struct run *run;
    const struct sam_conversation *conversation;
    const struct gold *gold;
    int32_t group;
    float weight;
    enum sam_code code;
    struct sam_err *err;
};

static void add_gold(const struct pupil *pupil, int32_t i, struct sam_lesson *lesson)
{
    if (i < 0 || (size_t)i >= pupil->gold->n)
        return;
    lesson->labels |= pupil->gold->turns[i].labels;
    lesson->disputed |= pupil->gold->turns[i].disputed;
}

static uint32_t learn_passage(void *self, const struct sam_passage *passage, float score[SAM_LABELS], struct sam_fired *evidence,
                              uint32_t room)
{
    struct pupil *pupil = self;
    struct sam_lesson lesson = {.group = pupil->group, .weight = pupil->weight, .conversation = pupil->run->conversations};
    (void)score;
    (void)evidence;
    (void)room;
    for (uint32_t k = passage->turn; k < passage->turn + passage->turns_n; k++) {
        const struct sam_turn *turn = &pupil->conversation->turns[k];
        for (size_t s = 0; s < turn->segments_n; s++)
            add_gold(pupil, turn->segments[s].i, &lesson);
        if (turn->segments_n == 0)
            add_gold(pupil, turn->i, &lesson);
    }
    lesson.disputed &= ~lesson.labels;
    if (pupil->code == SAM_OK)
        pupil->code = sam_lessons_add(pupil->run->lessons, passage, &lesson, pupil->err);
    return 0;
}

static enum sam_code group_of(struct run *run, struct sam_span domain, int32_t *group, struct sam_err *err)
{
    for (*group = 0; *group < run->domains_n; ++*group) {
        if (sam_span_equal(run->domains[*group], domain))
            return SAM_OK;
    }
    if (run->domains_n == SAM_LESSON_GROUPS)
        return sam_fail(err, SAM_TOO_LARGE, "more than %d domains in the held files", SAM_LESSON_GROUPS);
    return sam_arena_span(run->arena, domain, &run->domains[run->domains_n++], err);
}

/* How files are learnt from. */
struct manner {
    bool held;
    float weight; /* of each passage */
};

static enum sam_code learn_item(struct run *run, const struct corpus_item *item, struct manner manner, struct sam_err *err)
{
    struct sam_conversation conversation;
    struct gold gold;
    struct sam_marks marks;
    struct pupil pupil = {.run = run, .conversation = &conversation, .gold = &gold, .group = -1, .weight = manner.weight, .err = err};
    struct sam_watch watch = {.features = true, .passage = learn_passage, .self = &pupil};
    enum sam_code code = gold_read(item, run->work, &gold, err);
    if (code == SAM_OK && manner.held)
        code = group_of(run, gold.domain, &pupil.group, err);
    if (code == SAM_OK)
        code = corpus_join(item, run->work, &conversation, err);
    if (code != SAM_OK)
        return code;
    struct sam_marking in = {
        .turns = conversation.turns, .n = conversation.turns_n, .declared = conversation.declared, .fixed = true, .watch = &watch};
    code = sam_packs_mark(sam_scorer_packs(run->scorer), &in, run->work, &marks, err);
    run->conversations++;
    return code == SAM_OK ? pupil.code : code;
}

static enum sam_code learn_files(struct run *run, char *const *files, size_t n, struct manner manner, struct corpus *corpus,
                                 struct sam_err *err)
{
    const struct sam_read_settings settings = sam_read_defaults(); /* the same files give the same bytes on every machine */
    if (corpus_read(&settings, run->arena, files, n, corpus, err) != SAM_OK)
        return err->code;
    for (size_t i = 0; i < corpus->n; i++) {
        sam_arena_reset(run->work);
        enum sam_code code = learn_item(run, &corpus->items[i], manner, err);
        if (code != SAM_OK && code != SAM_NONE)
            return code;
    }
    return SAM_OK;
}

/* The same of files that options named. */
static enum sam_code learn_named(struct run *run, const char *const *named, size_t n, struct manner manner, struct corpus *corpus,
                                 struct sam_err *err)
{
    char *names[FILES_MAX];
    memcpy(names, named, n * sizeof *names); /* corpus_read takes them as main's arguments; it changes none */
    return learn_files(run, names, n, manner, corpus, err);
}

/* Marks the conversations of one domain with a model that was trained without it. */
static enum sam_code eval_domain(struct run *run, int32_t domain, const struct corpus *corpus, struct eval_set *set, struct sam_err *err)
{
    struct sam_buf model = sam_buf_of(MODEL_ROOM);
    struct sam_scorer *scorer = NULL;
    struct sam_score_settings settings = sam_score_defaults();
    run->settings.without = domain;
    enum sam_code code = sam_train(run->lessons, &run->settings, &model, err);
    if (code == SAM_OK) {
        struct sam_pack_source source = {.name = "trained.model", .text = sam_buf_get(&model)};
        code = sam_scorer_new(&settings, &source, 1, &scorer, err);
    }
    for (size_t i = 0; code == SAM_OK && i < corpus->n; i++) {
        struct gold gold;
        sam_arena_reset(run->work);
        code = gold_read(&corpus->items[i], run->work, &gold, err);
        if (code == SAM_OK && sam_span_equal(gold.domain, run->domains[domain])) {
            code = eval_conversation(scorer, &corpus->items[i], run->work, &set->all[set->n], run->misses == NULL ? NULL : eval_tell_miss,
                                     &run->misses, err);
            if (code == SAM_OK)
                code = sam_arena_span(run->arena, set->all[set->n].style, &set->all[set->n].style, err);
            set->n++;
        }
        code = code == SAM_NONE ? SAM_OK : code;
    }
    sam_scorer_free(scorer);
    sam_buf_free(&model);
    return code;
}

static enum sam_code eval_left_out(struct run *run, const struct corpus *held, struct sam_err *err)
{
    struct eval_set set = {.all = sam_arena_array(run->arena, held->n + 1, sizeof *set.all),
                           .chosen = sam_arena_array(run->arena, held->n + 1, sizeof *set.chosen)};
    if (set.all == NULL || set.chosen == NULL)
        return sam_arena_full(run->arena, err);
    for (int32_t domain = 0; domain < run->domains_n; domain++) {
        if (eval_domain(run, domain, held, &set, err) != SAM_OK)
            return err->code;
    }
    eval_choose(&set, SAM_LANGUAGE_UNKNOWN, SAM_CHANNEL_UNKNOWN, NULL);
    if (run->floors != NULL)
        return eval_floors(&set, run->floors, run->arena, &run->below, err);
    if (run->misses == NULL)
        eval_print(&set);
    return SAM_OK;
}

static enum sam_code write_file(const char *name, struct sam_span text, struct sam_err *err)
{
    bool out = strcmp(name, "-") == 0;
    FILE *file = out ? stdout : fopen(name, "wb");
    bool written = file != NULL && fwrite(text.at, 1, text.len, file) == text.len;
    if (file != NULL && !out)
        written = fclose(file) == 0 && written;
    return written ? SAM_OK : sam_fail(err, SAM_SYSTEM, "%s: cannot be written", name);
}

static enum sam_code write_model(struct run *run, struct sam_err *err)
{
    struct sam_buf model = sam_buf_of(MODEL_ROOM);
    enum sam_code code = sam_train(run->lessons, &run->settings, &model, err);
    if (code == SAM_OK)
        code = write_file(run->out, sam_buf_get(&model), err);
    sam_buf_free(&model);
    return code;
}

static enum sam_code train(struct run *run, char *const *files, size_t n, struct sam_err *err)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct corpus taught, half, held;
    enum sam_code code = sam_scorer_new(&settings, NULL, 0, &run->scorer, err);
    if (code == SAM_OK)
        code = learn_files(run, files, n, (struct manner){false, 1}, &taught, err);
    if (code == SAM_OK)
        code = learn_named(run, run->half, run->half_n, (struct manner){false, HALF}, &half, err);
    if (code == SAM_OK)
        code = learn_named(run, run->held, run->held_n, (struct manner){true, 1}, &held, err);
    if (code == SAM_OK && run->leave_out)
        return eval_left_out(run, &held, err);
    return code == SAM_OK ? write_model(run, err) : code;
}

static bool read_options(struct run *run, int argc, char **argv)
{
    static const struct option options[] = {{"held", required_argument, NULL, 'h'},
                                            {"out", required_argument, NULL, 'o'},
                                            {"floors", required_argument, NULL, 'f'},
                                            {"misses", required_argument, NULL, 'm'},
                                            {"leave-domain-out", no_argument, NULL, 'l'},
                                            {"half", required_argument, NULL, '2'},
                                            {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'h' && run->held_n < FILES_MAX)
            run->held[run->held_n++] = optarg;
        else if (c == '2' && run->half_n < FILES_MAX)
            run->half[run->half_n++] = optarg;
        else if (c == 'o')
            run->out = optarg;
        else if (c == 'f')
            run->floors = optarg;
        else if (c == 'm')
            run->misses = optarg;
        else if (c == 'l')
            run->leave_out = true;
        else
            return false;
    }
    return true;
}

enum app_exit command_train(const struct command *self, int argc, char **argv)
{
    struct run run = {.settings = sam_train_defaults()};
    struct sam_err err;
    if (!read_options(&run, argc, argv))
        return app_usage(self, "\"%s\" is not an option of it, or lacks its value", argv[optind - 1]);
    if (run.held_n == 0)
        return app_usage(self, "--held FILE is missing: conversations that thresholds are set on");
    if ((run.out == NULL) == !run.leave_out)
        return app_usage(self, "either --out FILE or --leave-domain-out");
    if ((run.floors != NULL || run.misses != NULL) && !run.leave_out)
        return app_usage(self, "--floors and --misses go with --leave-domain-out");
    if (run.misses != NULL && !eval_named(run.misses))
        return app_usage(self, "--misses: \"%s\" is no label", run.misses);
    run.arena = app_arena(CORPUS_BYTES);
    run.work = app_arena(WORK_BYTES);
    run.lessons = sam_lessons_new();
    enum sam_code code =
        run.lessons ? train(&run, argv + optind, (size_t)(argc - optind), &err) : sam_fail(&err, SAM_NO_MEMORY, "no memory");
    sam_scorer_free(run.scorer);
    sam_lessons_free(run.lessons);
    sam_arena_free(run.work);
    sam_arena_free(run.arena);
    if (code != SAM_OK)
        return app_failed(self, &err);
    return run.below == 0 ? APP_DONE : APP_FAILED;
}
