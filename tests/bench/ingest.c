/*
 * ingest: the two sides of the bench of the whole path. Both use the project's own labelled conversations under new ids and times.
 *
 *   ingest fill CONNECTION N FIRST
 *       puts the messages of N conversations into the queue: a record with words, 30 % of them in two parts, 10 % of messages once more,
 *       in random order; prints how many messages
 *   ingest drain CONNECTION BIN CONFIG
 *       runs the daemon until the queue is empty; prints conversations a second, seconds, CPU us a conversation of daemon and of server,
 *       and the most memory that the daemon had, MiB. Time counts from the first conversation that is stored: a start is no ingest
 *   ingest copy CONNECTION SECONDS FIRST
 *       the same conversations, one after another as long as it takes, by COPY BINARY into the reference schema, 100 a transaction,
 *       2 connections; prints conversations a second, and CPU us a conversation of client and server together
 */
#include "server.h"
#include "texts.h"

#include <endian.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCH      100
#define PROCESSES  2
#define EPOCH_2000 INT64_C(946684800)

static void run(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        die(sql, PQerrorMessage(pg));
    PQclear(result);
}

/* ---- messages -------------------------------------------------------------------------------------------------------------- */

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
/* ---- the daemon --------------------------------------------------------------------------------------------------------------- */

static bool is_true(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        die(sql, PQerrorMessage(pg));
    bool is = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return is;
}

/* Whether nothing waits; first where the daemon is, since a look from the beginning reads all that it has deleted. */
static bool empty(PGconn *pg)
{
    return is_true(pg, "select not exists (select from samtale.inbox where lane = 0 and id > "
                       "(select done_to - 10000 from samtale.inbox_state where lane = 0))") &&
           is_true(pg, "select not exists (select from samtale.inbox)");
}

/* Most memory that the process ever had, MiB. */
static double peak_mib(pid_t pid)
{
    char path[64], line[256];
    double kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtod(line + 6, NULL);
    if (file)
        (void)fclose(file);
    return kib / 1024;
}

static double children_cpu_s(void)
{
    struct rusage used;
    (void)getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void wait_until(PGconn *pg, pid_t pid, bool (*is_so)(PGconn *pg), useconds_t pause_us)
{
    int status = 0;
    while (!is_so(pg)) {
        (void)usleep(pause_us);
        if (waitpid(pid, &status, WNOHANG) == pid)
            die("samtaled", "ended");
    }
}

#define LAST "select coalesce(max(conversation_id), 0) from samtale.conversation"

/* Whether a conversation is stored that was not there before. */
static int64_t last_before;
static bool begun(PGconn *pg)
{
    return number(pg, LAST) > last_before;
}

static void drain(const char *connection, const char *bin, const char *config)
{
    PGconn *pg = connect_to(connection);
    int status = 0;
    run(pg, "set enable_seqscan = off");
    last_before = number(pg, LAST);
    pid_t pid = fork();
    if (pid == 0) {
        (void)execl(bin, bin, "run", "--config", config, (char *)NULL);
        _exit(127);
    }
    wait_until(pg, pid, begun, 2000);
    double start = now_s(), before = (double)number(pg, "select count(*) from samtale.conversation");
    wait_until(pg, pid, empty, 100000);
    double seconds = now_s() - start, server = server_cpu_s(pg, OF_THE_PATH), peak = peak_mib(pid);
    (void)kill(pid, SIGTERM);
    (void)waitpid(pid, &status, 0);
    double n = (double)number(pg, "select count(*) from samtale.conversation");
    (void)printf("%.0f %.1f %.1f %.1f %.1f\n", (n - before) / seconds, seconds, children_cpu_s() * 1e6 / n, server * 1e6 / n, peak);
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

static void copy_for(const char *connection, double seconds, uint64_t first, volatile uint64_t *done, volatile double *server_cpu)
{
    PGconn *pg = connect_to(connection);
    double end = now_s() + seconds;
    while (now_s() < end) {
        run(pg, "begin");
        copy_table(pg, "copy conversation from stdin (format binary)", first, conversation_row);
        copy_table(pg, "copy turn from stdin (format binary)", first, turn_rows);
        copy_table(pg, "copy behaviour from stdin (format binary)", first, behaviour_rows);
        run(pg, "commit");
        first += BATCH * PROCESSES;
        *done += BATCH;
    }
    *server_cpu = server_cpu_s(pg, "select pg_backend_pid()");
    PQfinish(pg);
}

static void copy(const char *connection, double seconds, uint64_t first)
{
    volatile uint64_t *done = mmap(NULL, sizeof(uint64_t) * PROCESSES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    volatile double *server = mmap(NULL, sizeof(double) * PROCESSES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    uint64_t total = 0;
    double start = now_s(), cpu = 0;
    for (int p = 0; p < PROCESSES; p++) {
        if (fork() == 0) {
            copy_for(connection, seconds, first + (uint64_t)p * BATCH, &done[p], &server[p]);
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        continue;
    for (int p = 0; p < PROCESSES; p++) {
        total += done[p];
        cpu += server[p];
    }
    (void)printf("%.0f %.1f\n", (double)total / (now_s() - start), (cpu + children_cpu_s()) * 1e6 / (double)total);
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
    } else {
        die("usage", "fill CONNECTION N FIRST | drain CONNECTION BIN CONFIG | copy CONNECTION SECONDS FIRST");
    }
    return 0;
}
