/*
 * ingest: the two sides of the bench of the whole path. Both use the project's own labelled conversations under new ids and times.
 *
 *   ingest fill CONNECTION N FIRST       puts the messages of N conversations into the queue: a record with words, 30 % of them in two
 * parts, 10 % of messages once more, in random order ingest drain CONNECTION BIN CONFIG   runs the daemon until the queue is empty; prints
 * conversations a second, seconds, CPU us of daemon and server ingest copy CONNECTION SECONDS FIRST the same conversations by COPY BINARY
 * into the reference schema, 100 a transaction, 2 connections; prints conversations a second ingest stages N                      CPU of
 * each pure room a conversation, without a database
 */
#include "samtale/join.h"
#include "samtale/privacy.h"
#include "samtale/read.h"
#include "samtale/score.h"

#include <endian.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH      100
#define PROCESSES  2
#define TEXTS_MAX  2000
#define QUEUES     40
#define AGENTS     800
#define START_S    INT64_C(1767600000) /* 2026-01-05 */
#define A_DAY_S    86400
#define EPOCH_2000 INT64_C(946684800)

/* One labelled conversation: its words as JSON and as rows. */
struct text {
    struct sam_span language;
    struct sam_conversation conversation;
    struct sam_score score;
    int64_t talk_ms;
};
static struct text texts[TEXTS_MAX];
static size_t texts_n;

static _Noreturn void die(const char *what, const char *why)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static PGconn *connect_to(const char *connection)
{
    PGconn *pg = PQconnectdb(connection);
    if (PQstatus(pg) != CONNECTION_OK)
        die("connection", PQerrorMessage(pg));
    return pg;
}

static void run(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        die(sql, PQerrorMessage(pg));
    PQclear(result);
}

/* ---- the texts ----------------------------------------------------------------------------------------------------------- */

static void load_line(struct sam_span line, const struct sam_scorer *scorer)
{
    const struct sam_json_limits limits = {64, 1000000};
    const struct sam_read_settings settings = sam_read_defaults();
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20); /* kept: the text lives in it */
    const struct sam_json *root = NULL;
    struct sam_json_notes notes;
    struct sam_read_result read;
    struct sam_err err;
    struct text *text = &texts[texts_n];
    const struct sam_read_input input = {SAM_SPAN("bench"), SAM_NO_SPAN, SAM_NO_SPAN, SAM_NO_SPAN, line};
    const struct sam_part *parts[4];
    if (sam_json_read(arena, line, &limits, &root, &notes, NULL, &err) != SAM_OK ||
        sam_read(&settings, &input, arena, &read, &err) != SAM_OK)
        die("sample", err.text);
    for (size_t i = 0; i < read.parts_n && i < 4; i++)
        parts[i] = &read.parts[i];
    if (sam_join(parts, read.parts_n, arena, &text->conversation, &err) != SAM_OK ||
        sam_score(scorer, &text->conversation, arena, &text->score, &err) != SAM_OK)
        die("sample", err.text);
    text->language = sam_json_text(root, "language");
    text->talk_ms = text->conversation.turns_n > 0 ? text->conversation.turns[text->conversation.turns_n - 1].end_ms.value : 0;
    texts_n += text->conversation.turns_n > 0 && texts_n + 1 < TEXTS_MAX;
}

static void load_texts(void)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_scorer *scorer = NULL;
    struct sam_err err;
    size_t n = 0;
    const struct sam_embedded *all = sam_embedded_all(&n);
    if (sam_scorer_new(&settings, NULL, 0, &scorer, &err) != SAM_OK)
        die("scorer", err.text);
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(all[i].name);
        struct sam_span rest = all[i].body, line;
        while (len > 6 && strcmp(all[i].name + len - 6, ".jsonl") == 0 && sam_span_line(&rest, &line))
            if (line.len > 0)
                load_line(line, scorer);
    }
    if (texts_n == 0)
        die("sample", "no conversations");
}

static const struct text *text_of(uint64_t id)
{
    return &texts[mix(id) % texts_n];
}

/* ---- messages ------------------------------------------------------------------------------------------------------------- */

static void put_time(struct sam_buf *buf, const char *name, int64_t s)
{
    struct tm tm;
    char text[40];
    time_t t = (time_t)s;
    (void)gmtime_r(&t, &tm);
    (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    sam_buf_printf(buf, "\"%s\":\"%s\",", name, text);
}

/* Calls follow each other as they do in a day: ids that are near are near in time. */
static int64_t start_of(uint64_t id)
{
    return START_S + (int64_t)(id / 20 % (uint64_t)(60 * A_DAY_S));
}

static void put_head(struct sam_buf *buf, const char *kind, uint64_t id, const struct text *text)
{
    sam_buf_printf(buf,
                   "{\"kind\":\"%s\",\"source\":\"bench\",\"id\":\"c-%012llu\",\"version\":1,\"channel\":\"voice\",\"language\":\"%.*s\",",
                   kind, (unsigned long long)id, SAM_ARG(text->language));
}

static void put_record(struct sam_buf *buf, uint64_t id, const struct text *text)
{
    int64_t start = start_of(id), wait = (int64_t)(mix(id + 1) % 90), talk = text->talk_ms / 1000, hold = (int64_t)(mix(id + 2) % 30),
            wrap = (int64_t)(mix(id + 3) % 60);
    unsigned agent = (unsigned)(mix(id + 4) % AGENTS);
    put_time(buf, "offered_at", start);
    put_time(buf, "ended_at", start + wait + talk + hold);
    sam_buf_printf(buf, "\"direction\":\"inbound\",\"customer\":{\"id\":\"k%llu\"},", (unsigned long long)(mix(id) % 1000000));
    sam_buf_printf(buf, "\"legs\":[{\"queue\":\"queue %u\",\"agent\":\"agent%u\",\"team\":\"team %u\",\"disposition\":\"answered\",",
                   (unsigned)(mix(id) % QUEUES), agent, agent % 40);
    put_time(buf, "queued_at", start);
    put_time(buf, "answered_at", start + wait);
    put_time(buf, "ended_at", start + wait + talk + hold);
    sam_buf_printf(buf, "\"wait_ms\":%lld,\"talk_ms\":%lld,\"hold_ms\":%lld,\"wrap_ms\":%lld}],", (long long)wait * 1000,
                   (long long)talk * 1000, (long long)hold * 1000, (long long)wrap * 1000);
    sam_buf_printf(buf,
                   "\"parties\":[{\"id\":\"agent%u\",\"role\":\"agent\",\"name\":\"Agent %u\",\"team\":\"team "
                   "%u\"},{\"id\":\"cu\",\"role\":\"customer\"}]",
                   agent, agent, agent % 40);
}

static void put_turns(struct sam_buf *buf, const struct text *text)
{
    const struct sam_conversation *c = &text->conversation;
    sam_buf_text(buf, "\"turns\":[");
    for (size_t i = 0; i < c->turns_n; i++) {
        const struct sam_turn *turn = &c->turns[i];
        sam_buf_printf(buf, "%s{\"i\":%d,\"speaker\":\"%s\"", i > 0 ? "," : "", turn->i, sam_role_name(turn->role));
        if (turn->start_ms.known)
            sam_buf_printf(buf, ",\"start_ms\":%lld", (long long)turn->start_ms.value);
        if (turn->end_ms.known)
            sam_buf_printf(buf, ",\"end_ms\":%lld", (long long)turn->end_ms.value);
        sam_buf_text(buf, ",\"text\":");
        sam_buf_json(buf, turn->text);
        sam_buf_text(buf, "}");
    }
    sam_buf_text(buf, "]");
}

/* One message of a conversation: 0 the whole, 1 its record, 2 its transcript. */
static void put_message(struct sam_buf *buf, uint64_t id, int which)
{
    static const char *const kinds[] = {"conversation", "record", "transcript"};
    const struct text *text = text_of(id);
    sam_buf_clear(buf);
    put_head(buf, kinds[which], id, text);
    if (which != 2)
        put_record(buf, id, text);
    if (which == 0)
        sam_buf_text(buf, ",");
    if (which != 1)
        put_turns(buf, text);
    sam_buf_text(buf, "}");
}

struct wanted {
    uint64_t id;
    int which;
};

/* Messages stand some way from where their conversation's turn would be: parts and repeats do not come side by side. */
static struct wanted *plan(uint64_t n, uint64_t first, size_t *count)
{
    struct wanted *all = calloc(n * 3 + 16, sizeof *all);
    size_t m = 0;
    for (uint64_t id = first; all && id < first + n; id++) {
        bool apart = mix(id + 5) % 10 < 3;
        all[m++] = (struct wanted){id, apart ? 1 : 0};
        if (apart)
            all[m++] = (struct wanted){id, 2};
        if (mix(id + 6) % 10 == 0) {
            all[m] = all[m - 1];
            m++;
        }
    }
    for (size_t i = 0; all && i < m; i++) {
        size_t j = i + (size_t)(mix(i * 7 + first) % 2000);
        struct wanted swap = all[i];
        j = j < m ? j : i;
        all[i] = all[j];
        all[j] = swap;
    }
    *count = m;
    return all;
}

static void put_copy(PGconn *pg, struct sam_buf *buf)
{
    if (buf->failed || PQputCopyData(pg, buf->at, (int)buf->len) != 1)
        die("copy", PQerrorMessage(pg));
    sam_buf_clear(buf);
}

static void end_copy(PGconn *pg)
{
    if (PQputCopyEnd(pg, NULL) != 1)
        die("copy", PQerrorMessage(pg));
    for (PGresult *result = PQgetResult(pg); result; result = PQgetResult(pg)) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            die("copy", PQerrorMessage(pg));
        PQclear(result);
    }
}

static void fill(const char *connection, uint64_t n, uint64_t first)
{
    PGconn *pg = connect_to(connection);
    struct sam_buf row = sam_buf_of(8 << 20), message = sam_buf_of(1 << 20);
    size_t m = 0;
    struct wanted *all = plan(n, first, &m);
    PGresult *result = PQexec(pg, "copy samtale.inbox (content_type, body) from stdin (format binary)");
    if (PQresultStatus(result) != PGRES_COPY_IN)
        die("copy", PQerrorMessage(pg));
    PQclear(result);
    sam_buf_add(&row, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0", 19);
    for (size_t i = 0; i < m; i++) {
        put_message(&message, all[i].id, all[i].which);
        sam_buf_be16(&row, 2);
        sam_buf_be32(&row, 16);
        sam_buf_add(&row, "application/json", 16);
        sam_buf_be32(&row, (uint32_t)message.len);
        sam_buf_add(&row, message.at, message.len);
        if (row.len > (1 << 20))
            put_copy(pg, &row);
    }
    sam_buf_be16(&row, UINT16_MAX);
    put_copy(pg, &row);
    end_copy(pg);
    (void)printf("%zu\n", m);
    PQfinish(pg);
}

/* ---- the pure rooms, one after another on this thread ------------------------------------------------------------------------- */

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { READ, MASK, WRITE, JOIN, SCORE, STAGES };

static void stages_once(const struct sam_scorer *scorer, const struct sam_mask *mask, struct sam_span message, struct sam_arena *arena,
                        struct sam_buf *buf, double *spent)
{
    const struct sam_read_settings settings = sam_read_defaults();
    const struct sam_read_input input = {SAM_NO_SPAN, SAM_NO_SPAN, SAM_SPAN("application/json"), SAM_NO_SPAN, message};
    const struct sam_part *parts[4];
    struct sam_conversation conversation;
    struct sam_read_result read;
    struct sam_score score;
    struct sam_err err;
    double at[STAGES + 1];
    bool done = true;
    at[READ] = cpu_s();
    done = done && sam_read(&settings, &input, arena, &read, &err) == SAM_OK && read.parts_n <= SAM_COUNT(parts);
    at[MASK] = cpu_s();
    for (size_t i = 0; done && i < read.parts_n; i++) {
        done = sam_mask_part(mask, &read.parts[i], arena, &err) == SAM_OK;
        parts[i] = &read.parts[i];
    }
    at[WRITE] = cpu_s();
    for (size_t i = 0; done && i < read.parts_n; i++)
        sam_part_write(&read.parts[i], buf);
    at[JOIN] = cpu_s();
    done = done && sam_join(parts, read.parts_n, arena, &conversation, &err) == SAM_OK;
    at[SCORE] = cpu_s();
    done = done && sam_score(scorer, &conversation, arena, &score, &err) == SAM_OK;
    at[STAGES] = cpu_s();
    if (!done)
        die("stages", err.text);
    for (int i = 0; i < STAGES; i++)
        spent[i] += at[i + 1] - at[i];
}

static void stages(uint64_t n)
{
    static const char *const names[STAGES] = {"read", "mask", "write", "join", "score"};
    static const uint8_t key[SAM_MASK_KEY_BYTES] = {1};
    const struct sam_mask mask = sam_mask_of(key);
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    struct sam_buf message = sam_buf_of(1 << 20), buf = sam_buf_of(1 << 20);
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_scorer *scorer = NULL;
    double least[STAGES] = {0}, bytes = 0;
    struct sam_err err;
    if (sam_scorer_new(&settings, NULL, 0, &scorer, &err) != SAM_OK)
        die("scorer", err.text);
    for (int round = 0; round < 5; round++) {
        double spent[STAGES] = {0};
        bytes = 0;
        for (uint64_t id = 1; id <= n; id++) {
            put_message(&message, id, 0);
            bytes += (double)message.len;
            sam_arena_reset(arena);
            sam_buf_clear(&buf);
            stages_once(scorer, &mask, sam_buf_get(&message), arena, &buf, spent);
        }
        for (int i = 0; i < STAGES; i++)
            least[i] = round == 0 || spent[i] < least[i] ? spent[i] : least[i];
    }
    (void)printf("message %.0f B; CPU us a conversation, least of 5:", bytes / (double)n);
    for (int i = 0; i < STAGES; i++)
        (void)printf(" %s %.1f", names[i], least[i] * 1e6 / (double)n);
    (void)printf("\n");
}

/* ---- the daemon --------------------------------------------------------------------------------------------------------------- */

static bool empty(PGconn *pg)
{
    PGresult *result = PQexec(pg, "select not exists (select from samtale.inbox)");
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        die("looking at the queue", PQerrorMessage(pg));
    bool is = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return is;
}

static int64_t number(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        die(sql, PQerrorMessage(pg));
    int64_t n = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return n;
}

/* CPU seconds of the server's processes for the daemon, from /proc: server and bench share a machine. */
static double server_cpu_s(PGconn *pg)
{
    PGresult *result = PQexec(pg, "select pid from pg_stat_activity where application_name like 'samtaled%'");
    double ticks = 0;
    for (int i = 0; i < PQntuples(result); i++) {
        char path[64], line[1024] = "";
        (void)snprintf(path, sizeof path, "/proc/%.20s/stat", PQgetvalue(result, i, 0));
        FILE *file = fopen(path, "r");
        if (!file)
            continue;
        char *at = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
        for (int field = 2; at && field < 13; field++) /* utime is the 14th field, the name the 2nd */
            at = strchr(at + 1, ' ');
        char *rest = NULL;
        ticks += at ? strtod(at, &rest) : 0;
        ticks += rest ? strtod(rest, NULL) : 0;
        (void)fclose(file);
    }
    PQclear(result);
    return ticks / (double)sysconf(_SC_CLK_TCK);
}

static void drain(const char *connection, const char *bin, const char *config)
{
    PGconn *pg = connect_to(connection);
    double start = now_s(), end = 0;
    struct rusage used;
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        (void)execl(bin, bin, "run", "--config", config, (char *)NULL);
        _exit(127);
    }
    while (!empty(pg)) {
        (void)usleep(100000);
        if (waitpid(pid, &status, WNOHANG) == pid)
            die("samtaled", "ended");
    }
    end = now_s();
    double server = server_cpu_s(pg);
    (void)kill(pid, SIGTERM);
    (void)waitpid(pid, &status, 0);
    (void)getrusage(RUSAGE_CHILDREN, &used);
    double n = (double)number(pg, "select count(*) from samtale.conversation");
    double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    (void)printf("%.0f %.1f %.1f %.1f\n", n / (end - start), end - start, cpu * 1e6 / n, server * 1e6 / n);
    PQfinish(pg);
}

/* ---- the reference -------------------------------------------------------------------------------------------------------------- */

static void f8(struct sam_buf *b, int64_t v)
{
    sam_buf_be32(b, 8);
    sam_buf_be64(b, (uint64_t)v);
}
static void f4(struct sam_buf *b, int64_t v)
{
    sam_buf_be32(b, 4);
    sam_buf_be32(b, (uint32_t)v);
}
static void f2(struct sam_buf *b, int64_t v)
{
    sam_buf_be32(b, 2);
    sam_buf_be16(b, (uint16_t)v);
}
static void fr(struct sam_buf *b, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    f4(b, bits);
}

static void conversation_row(struct sam_buf *b, uint64_t id, const struct text *text)
{
    sam_buf_be16(b, 19);
    f8(b, (int64_t)id);
    sam_buf_be32(b, 16);
    sam_buf_be64(b, mix(id));
    sam_buf_be64(b, mix(id + 1));
    f4(b, 1);
    f4(b, (int64_t)(mix(id) % QUEUES));
    f4(b, (int64_t)(mix(id + 4) % AGENTS));
    f2(b, 1);
    f2(b, (int64_t)text->score.language);
    f8(b, (start_of(id) - EPOCH_2000) * 1000000);
    f4(b, (int64_t)(mix(id + 1) % 90));
    f4(b, text->talk_ms / 1000);
    f4(b, (int64_t)(mix(id + 2) % 30));
    f4(b, (int64_t)(mix(id + 3) % 60));
    for (int i = 0; i < 4; i++)
        fr(b, 1.5F);
    f2(b, (int64_t)text->conversation.turns_n);
    f2(b, (int64_t)text->score.findings_n);
    f4(b, 7);
}

static void turn_rows(struct sam_buf *b, uint64_t id, const struct text *text)
{
    for (size_t i = 0; i < text->conversation.turns_n; i++) {
        const struct sam_turn *turn = &text->conversation.turns[i];
        sam_buf_be16(b, 8);
        f8(b, (int64_t)id);
        f2(b, (int64_t)i);
        f2(b, turn->party);
        f4(b, turn->start_ms.value);
        f4(b, turn->end_ms.value);
        f2(b, (int64_t)(turn->text.len / 5));
        fr(b, 3.25F);
        sam_buf_be32(b, (uint32_t)turn->text.len);
        sam_buf_span(b, turn->text);
    }
}

static void behaviour_rows(struct sam_buf *b, uint64_t id, const struct text *text)
{
    for (size_t i = 0; i < text->score.findings_n; i++) {
        const struct sam_finding *finding = &text->score.findings[i];
        sam_buf_be16(b, 7);
        f8(b, (int64_t)id);
        f2(b, (int64_t)i);
        f2(b, finding->turn);
        f4(b, (int64_t)finding->label);
        f2(b, finding->start);
        f2(b, finding->end - finding->start);
        fr(b, finding->weight);
    }
}

static void copy_table(PGconn *pg, const char *sql, uint64_t first, void (*rows)(struct sam_buf *b, uint64_t id, const struct text *text))
{
    static struct sam_buf buf;
    if (buf.max == 0)
        buf = sam_buf_of((size_t)64 << 20);
    PGresult *result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_COPY_IN)
        die("copy", PQerrorMessage(pg));
    PQclear(result);
    sam_buf_add(&buf, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0", 19);
    for (uint64_t id = first; id < first + BATCH; id++)
        rows(&buf, id, text_of(id));
    sam_buf_be16(&buf, UINT16_MAX);
    put_copy(pg, &buf);
    end_copy(pg);
}

static void copy_for(const char *connection, double seconds, uint64_t first, volatile uint64_t *done)
{
    PGconn *pg = connect_to(connection);
    double end = now_s() + seconds;
    while (now_s() < end) {
        run(pg, "begin");
        copy_table(pg, "copy conversation from stdin (format binary)", first, conversation_row);
        copy_table(pg, "copy turn from stdin (format binary)", first, turn_rows);
        copy_table(pg, "copy behaviour from stdin (format binary)", first, behaviour_rows);
        run(pg, "commit");
        first += BATCH;
        *done += BATCH;
    }
    PQfinish(pg);
}

static void copy(const char *connection, double seconds, uint64_t first)
{
    volatile uint64_t *done = mmap(NULL, sizeof(uint64_t) * PROCESSES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    uint64_t total = 0;
    double start = now_s();
    for (int p = 0; p < PROCESSES; p++) {
        if (fork() == 0) {
            copy_for(connection, seconds, first + (uint64_t)p * 1000000000U, &done[p]);
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        continue;
    for (int p = 0; p < PROCESSES; p++)
        total += done[p];
    (void)printf("%.0f\n", (double)total / (now_s() - start));
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "fill") == 0) {
        load_texts();
        fill(argv[2], strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10));
    } else if (argc == 5 && strcmp(argv[1], "drain") == 0) {
        drain(argv[2], argv[3], argv[4]);
    } else if (argc == 5 && strcmp(argv[1], "copy") == 0) {
        load_texts();
        copy(argv[2], strtod(argv[3], NULL), strtoull(argv[4], NULL, 10));
    } else if (argc == 3 && strcmp(argv[1], "stages") == 0) {
        load_texts();
        stages(strtoull(argv[2], NULL, 10));
    } else {
        die("usage", "fill CONNECTION N FIRST | drain CONNECTION BIN CONFIG | copy CONNECTION SECONDS FIRST");
    }
    return 0;
}
