/*
 * random.c: chance from a seed (SplitMix64), the same on every machine; and the few distributions that a contact centre's days follow.
 */
#include <math.h>

#include "weeks.h"

struct chance chance_of(uint64_t seed, uint64_t stream)
{
    struct chance chance = {seed ^ (stream * UINT64_C(0xD1342543DE82EF95))};
    chance.state = chance_bits(&chance);
    return chance;
}

uint64_t chance_bits(struct chance *chance)
{
    uint64_t z = (chance->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

double chance_unit(struct chance *chance)
{
    return (double)(chance_bits(chance) >> 11) * 0x1p-53;
}

bool chance_is(struct chance *chance, double probability)
{
    return chance_unit(chance) < probability;
}

int64_t chance_between(struct chance *chance, int64_t least, int64_t most)
{
    return least + (int64_t)(chance_unit(chance) * (double)(most - least + 1));
}

double chance_exponential(struct chance *chance, double mean)
{
    return -mean * log1p(-chance_unit(chance));
}

/* Box and Muller, one of the pair. */
double chance_normal(struct chance *chance)
{
    const double radius = sqrt(-2 * log1p(-chance_unit(chance)));
    return radius * cos(2 * 3.14159265358979323846 * chance_unit(chance));
}

double chance_lognormal(struct chance *chance, double median, double sigma)
{
    return median * exp(sigma * chance_normal(chance));
}

/* Knuth's product; the means here are below ten. */
uint32_t chance_poisson(struct chance *chance, double mean)
{
    const double floor_at = exp(-mean);
    uint32_t n = 0;
    for (double product = chance_unit(chance); product > floor_at; product *= chance_unit(chance))
        n++;
    return n;
}
