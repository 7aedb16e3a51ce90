/*
 * beside: what the daemon takes from its queue while something else goes on, against what it takes alone: one daemon, one queue that does
 * not come to its end, and slices of both by turns (alone, beside, beside, alone, ...), so that what changes from minute to minute is in
 * both.
 *
 *   beside CONNECTION BIN CONFIG PAIRS SECONDS COMMAND...
 *       COMMAND runs from the first slice that is beside it and is stopped (SIGSTOP, while the server does nothing for it) in those that
 * are not. Prints to stderr a row a pair: messages a second, and what the CPUs did: for one message, in daemon and in server; COMMAND and
 * the server for it, and whatever else ran on the machine, in percent of all CPUs. Then of the shares of the rate alone: least, most, the
 * interval in which the true median lies in 95 of 100 cases, what ingest (daemon and server) had of the CPU time of both, which tells more
 * on a machine that is not quiet, and as the last word the median.
 */
#include "server.h"

#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define PAIRS_MAX 200
#define WARM_S    15 /* until the daemon also sums days, as it always does */
#define IDLE_S    10 /* no statement for COMMAND takes longer */

/* Where everything is at an edge between two slices. */
struct edge {
    double at_s, daemon_s, server_s, other_s, machine_s;
    int64_t done;
};

struct world {
    PGconn *pg;
    pid_t daemon, other;
    double path_s, other_s; /* CPU in slices that are beside */
};

#define DONE "select sum(done_to)::bigint from samtale.inbox_state"
#define LEFT "select sum(samtale.backlog(lane))::bigint from samtale.inbox_state"
#define BUSY                                                                                                                               \
    "select count(*) from pg_stat_activity where application_name in ('samtaled command', 'samtaled rescore names') and state <> 'idle'"
#define OF_THE_OTHER                                                                                                                       \
    "select pid from pg_stat_activity where application_name in ('samtaled command', 'samtaled rescore names', 'samtaled http')"

/* CPU seconds of the machine so far that somebody used. */
static double machine_cpu_s(void)
{
    char line[512] = "";
    double sum = 0;
    FILE *file = fopen("/proc/stat", "r");
    char *at = file && fgets(line, sizeof line, file) ? line + 4 : NULL;
    for (int field = 0; at && field < 8; field++) {
        double ticks = strtod(at, &at);
        sum += field == 3 || field == 4 ? 0 : ticks; /* idle, waiting for a disk */
    }
    if (file)
        (void)fclose(file);
    return sum / (double)sysconf(_SC_CLK_TCK);
}

static double cpu_of(pid_t pid)
{
    char word[32];
    (void)snprintf(word, sizeof word, "%d", (int)pid);
    return pid > 0 ? process_cpu_s(word) : 0;
}

/* Whether both still run; the process that ended first is what went wrong. */
static void need_running(const struct world *w)
{
    int status = 0;
    if (waitpid(w->daemon, &status, WNOHANG) == w->daemon)
        die("samtaled run", "ended");
    if (w->other > 0 && waitpid(w->other, &status, WNOHANG) == w->other)
        die("what runs beside", "ended before the slices did");
    if (number(w->pg, LEFT) == 0)
        die("the queue", "is empty before the slices are over: put more into it");
}

/* Just when a batch was taken: a slice that begins and ends so has whole ones. */
static struct edge edge_of(const struct world *w)
{
    int64_t before = number(w->pg, DONE), now = before;
    for (int i = 0; now == before && i < 5000; i++) {
        (void)usleep(2000);
        now = number(w->pg, DONE);
    }
    need_running(w);
    return (struct edge){.at_s = now_s(),
                         .daemon_s = cpu_of(w->daemon),
                         .server_s = server_cpu_s(w->pg, OF_THE_PATH),
                         .other_s = cpu_of(w->other) + server_cpu_s(w->pg, OF_THE_OTHER),
                         .machine_s = machine_cpu_s(),
                         .done = now};
}

static pid_t start(char *const *words)
{
    pid_t pid = fork();
    if (pid == 0) {
        (void)setpgid(0, 0);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* whatever ends the bench */
        (void)execvp(words[0], words);
        _exit(127);
    }
    (void)setpgid(pid, pid);
    return pid;
}

/* Stops it between two statements, so that it holds nothing meanwhile. */
static void hold(const struct world *w)
{
    for (double end = now_s() + IDLE_S; now_s() < end; (void)usleep(1000)) {
        if (number(w->pg, BUSY) > 0)
            continue;
        (void)kill(-w->other, SIGSTOP);
        if (number(w->pg, BUSY) == 0)
            return;
        (void)kill(-w->other, SIGCONT);
    }
    die("what runs beside", "is never between two statements");
}

/* @return messages a second */
static double slice(struct world *w, bool beside, double seconds, char *const *words)
{
    if (beside && w->other == 0)
        w->other = start(words);
    else if (beside)
        (void)kill(-w->other, SIGCONT);
    else if (w->other > 0)
        hold(w);
    double cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
    struct edge a = edge_of(w);
    (void)usleep((useconds_t)(seconds * 1e6));
    struct edge b = edge_of(w);
    double n = (double)(b.done - a.done), s = b.at_s - a.at_s, other_s = b.other_s - a.other_s;
    double path_s = b.daemon_s - a.daemon_s + b.server_s - a.server_s;
    (void)fprintf(stderr, "  %-6s %9.0f %8.1f %8.1f %8.2f %8.1f", beside ? "beside" : "alone", n / s, (b.daemon_s - a.daemon_s) * 1e6 / n,
                  (b.server_s - a.server_s) * 1e6 / n, 100 * other_s / s / cpus,
                  100 * (b.machine_s - a.machine_s - path_s - other_s) / s / cpus);
    w->path_s += beside ? path_s : 0;
    w->other_s += beside ? other_s : 0;
    return n / s;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How many of n sorted values lie on either side beyond an interval that holds the true median in at least 95 of 100 cases (sign test). */
static int beyond(int n)
{
    int k = 0;
    double one = pow(0.5, n), below = one;
    while (2 * below <= 0.05 && k < n / 2) {
        k++;
        one *= (double)(n - k + 1) / k;
        below += one;
    }
    return k;
}

static void tell(const struct world *w, double *shares, int n)
{
    qsort(shares, (size_t)n, sizeof *shares, by_size);
    int k = beyond(n);
    double middle = (shares[(n - 1) / 2] + shares[n / 2]) / 2;
    (void)printf("%d pairs, %.3f to %.3f; ", n, shares[0], shares[n - 1]);
    if (k > 0)
        (void)printf("95 %% interval %.3f to %.3f; ", shares[k - 1], shares[n - k]);
    (void)printf("of the CPU time of both ingest had %.3f; median %.3f\n", w->path_s / (w->path_s + w->other_s), middle);
}

int main(int argc, char **argv)
{
    static double shares[PAIRS_MAX];
    struct world w = {0};
    int pairs = argc > 6 ? (int)strtol(argv[4], NULL, 10) : 0;
    double seconds = argc > 6 ? strtod(argv[5], NULL) : 0;
    if (pairs < 1 || pairs > PAIRS_MAX || !(seconds > 0 && seconds <= 600))
        die("usage", "beside CONNECTION BIN CONFIG PAIRS SECONDS COMMAND...");
    w.pg = connect_to(argv[1]);
    w.daemon = start((char *[]){argv[2], (char[]){"run"}, (char[]){"--config"}, argv[3], NULL});
    (void)sleep(WARM_S);
    (void)fprintf(stderr, "%4s  %-6s %9s %8s %8s %8s %8s\n", "pair", "", "msg/s", "daemon", "server", "other %", "else %");
    for (int i = 0; i < pairs; i++) {
        bool first = i % 2 == 1; /* beside is */
        (void)fprintf(stderr, "%4d", i + 1);
        double one = slice(&w, first, seconds, argv + 6), two = slice(&w, !first, seconds, argv + 6);
        shares[i] = first ? one / two : two / one;
        (void)fprintf(stderr, "  %.3f\n", shares[i]);
    }
    (void)kill(-w.other, SIGTERM);
    (void)kill(-w.other, SIGCONT);
    (void)waitpid(w.other, NULL, 0);
    (void)kill(w.daemon, SIGTERM);
    (void)waitpid(w.daemon, NULL, 0);
    tell(&w, shares, pairs);
    PQfinish(w.pg);
    return 0;
}
