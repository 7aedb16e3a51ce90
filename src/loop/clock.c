/*
 * The clock: the only file that asks the system for the time, so that a test can link another one.
 */
#include "samtale/loop.h"

#include <math.h>
#include <time.h>

static int64_t now_us(clockid_t clock)
{
    struct timespec now = {0, 0};
    SAM_MUST(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t sam_clock_wall_us(void)
{
    return now_us(CLOCK_REALTIME);
}

int64_t sam_clock_mono_us(void)
{
    return now_us(CLOCK_MONOTONIC);
}

int64_t sam_clock_rest_ms(double share, int64_t worked_us, int64_t most_ms)
{
    double ms = share > 0 ? ceil((double)worked_us * (1 - share) / share / 1000) : (double)most_ms;
    return ms < (double)most_ms ? (int64_t)ms : most_ms;
}
