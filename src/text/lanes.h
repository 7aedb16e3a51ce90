/*
 * Private to text: four numbers at once.
 */
#ifndef SAMTALE_TEXT_LANES_H
#define SAMTALE_TEXT_LANES_H

#include <stdint.h>
#include <string.h>

typedef int64_t long2 __attribute__((vector_size(16)));
typedef int16_t short8 __attribute__((vector_size(16)));
typedef int32_t int4 __attribute__((vector_size(16)));
typedef uint32_t uint4 __attribute__((vector_size(16)));
typedef float float4 __attribute__((vector_size(16)));

/* Of what is made once for each of several widths, so that the compiler knows it. */
#define INLINED static inline __attribute__((always_inline))
/* Unrolls a loop over the vectors of a sum, v up to a constant `fours`, so that they stay in registers. */
#ifdef __clang__
#define EACH_FOUR _Pragma("unroll") for (uint32_t v = 0; v < fours; v++)
#else
#define EACH_FOUR _Pragma("GCC unroll 8") for (uint32_t v = 0; v < fours; v++)
#endif

/* Pairs of numbers times pairs of numbers, each pair added up. */
INLINED int4 paired(short8 a, short8 b)
{
#ifdef __SSE2__
    return (int4)__builtin_ia32_pmaddwd128(a, b);
#else
    int4 one = (int4)a, other = (int4)b;
    return (one << 16 >> 16) * (other << 16 >> 16) + (one >> 16) * (other >> 16);
#endif
}
/* The first four numbers of a and b, the last four, each of a times by[0] and each of b times by[1]; by holds both over and over. */
INLINED int4 first_of_two(short8 a, short8 b, short8 by)
{
    return paired(__builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11), by);
}
INLINED int4 last_of_two(short8 a, short8 b, short8 by)
{
    return paired(__builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15), by);
}

INLINED short8 eight_of(const int16_t *at)
{
    short8 eight;
    memcpy(&eight, at, sizeof eight);
    return eight;
}

INLINED float4 four_of(const float *at)
{
    float4 four;
    memcpy(&four, at, sizeof four);
    return four;
}

INLINED void put_four(float *at, float4 four)
{
    memcpy(at, &four, sizeof four);
}

INLINED float4 all_four(float value)
{
    return (float4){value, value, value, value};
}

/* a where the mask has all bits, b where it has none. */
INLINED float4 chosen(int4 mask, float4 a, float4 b)
{
    return (float4)((mask & (int4)a) | (~mask & (int4)b));
}

/* A bit for each of four that is all bits, where the others are none. */
INLINED uint32_t bits_of(int4 mask)
{
#ifdef __SSE2__
    return (uint32_t)__builtin_ia32_movmskps((float4)mask);
#else
    return (mask[0] & 1U) | (mask[1] & 2U) | (mask[2] & 4U) | (mask[3] & 8U);
#endif
}

#endif
