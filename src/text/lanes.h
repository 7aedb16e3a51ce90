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
typedef float float4 __attribute__((vector_size(16)));

/* Of what is made once for each of several widths, so that the compiler knows it. */
#define INLINED static inline __attribute__((always_inline))
/* Unrolls a loop over the vectors of a sum, v up to a constant `fours`, so that they stay in registers. */
#ifdef __clang__
#define EACH_FOUR _Pragma("unroll") for (uint32_t v = 0; v < fours; v++)
#else
#define EACH_FOUR _Pragma("GCC unroll 8") for (uint32_t v = 0; v < fours; v++)
#endif

INLINED float4 four_of(const float *at)
{
    float4 four;
    memcpy(&four, at, sizeof four);
    return four;
}

INLINED float4 all_four(float value)
{
    return (float4){value, value, value, value};
}

#endif
