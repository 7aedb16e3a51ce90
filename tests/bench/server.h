/*
 * What bench programs ask of the server and of the system: answers of a query, CPU time of processes. Included by those that run a daemon.
 */
#ifndef SAMTALE_TESTS_BENCH_SERVER_H
#define SAMTALE_TESTS_BENCH_SERVER_H

#include "bench.h"

#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static PGconn *connect_to(const char *connection)
{
    PGconn *pg = PQconnectdb(connection);
    if (PQstatus(pg) != CONNECTION_OK)
        die("connection", PQerrorMessage(pg));
    return pg;
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

/* CPU seconds of a process so far, from /proc: server and bench share a machine. */
static double process_cpu_s(const char *pid)
{
    char path[64], line[1024] = "", *rest = NULL;
    (void)snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    char *at = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    for (int field = 2; at && field < 13; field++) /* utime is the 14th field, the name the 2nd */
        at = strchr(at + 1, ' ');
    double ticks = at ? strtod(at, &rest) : 0;
    ticks += rest ? strtod(rest, NULL) : 0;
    (void)fclose(file);
    return ticks / (double)sysconf(_SC_CLK_TCK);
}

/* Of the server's processes that a query names. */
static double server_cpu_s(PGconn *pg, const char *pids)
{
    PGresult *result = PQexec(pg, pids);
    double sum = 0;
    for (int i = 0; i < PQntuples(result); i++)
        sum += process_cpu_s(PQgetvalue(result, i, 0));
    PQclear(result);
    return sum;
}

#define OF_THE_PATH "select pid from pg_stat_activity where application_name in ('samtaled ingest', 'samtaled names', 'samtaled watch')"

#endif
