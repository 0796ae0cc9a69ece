#pragma once
// The machine's vector of doubles, and the few operations that Swift's SIMD types lack or do not keep inline.
//
// `cv_` functions work on the vector, `cs_` functions are their scalar twins and agree with them bit for bit: each is one
// correctly rounded operation, or exact. Widths: 8 lanes with AVX-512, 4 with AVX2 and FMA, 2 otherwise.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "CVectorTables.h"

#pragma STDC FP_CONTRACT OFF

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
#define CV_AVX512 1
#define CV_WIDTH 8
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#define CV_WIDTH 4
#else
#define CV_WIDTH 2
#endif

#define CV_INLINE static inline __attribute__((always_inline))

typedef double cv_double __attribute__((ext_vector_type(CV_WIDTH)));
typedef int64_t cv_mask __attribute__((ext_vector_type(CV_WIDTH)));

CV_INLINE int cv_width(void) { return CV_WIDTH; }

// Arithmetic

CV_INLINE cv_double cv_set(double x) { return (cv_double)(x); }
CV_INLINE cv_double cv_add(cv_double a, cv_double b) { return a + b; }
CV_INLINE cv_double cv_sub(cv_double a, cv_double b) { return a - b; }
CV_INLINE cv_double cv_mul(cv_double a, cv_double b) { return a * b; }
CV_INLINE cv_double cv_div(cv_double a, cv_double b) { return a / b; }
CV_INLINE cv_double cv_neg(cv_double a) { return -a; }
CV_INLINE cv_double cv_abs(cv_double a) { return __builtin_elementwise_abs(a); }
CV_INLINE cv_double cv_sqrt(cv_double a) { return __builtin_elementwise_sqrt(a); }
CV_INLINE cv_double cv_fma(cv_double a, cv_double b, cv_double c) { return __builtin_elementwise_fma(a, b, c); }
CV_INLINE double cs_abs(double a) { return __builtin_fabs(a); }
CV_INLINE double cs_sqrt(double a) { return __builtin_sqrt(a); }
CV_INLINE double cs_fma(double a, double b, double c) { return __builtin_fma(a, b, c); }

// Comparison and choice; a mask lane is 0 or -1.

CV_INLINE cv_mask cv_less(cv_double a, cv_double b) { return a < b; }
CV_INLINE cv_mask cv_less_equal(cv_double a, cv_double b) { return a <= b; }
CV_INLINE cv_mask cv_and(cv_mask a, cv_mask b) { return a & b; }
CV_INLINE cv_mask cv_or(cv_mask a, cv_mask b) { return a | b; }
CV_INLINE cv_mask cv_exactly_one(cv_mask a, cv_mask b) { return a ^ b; }
CV_INLINE cv_double cv_select(cv_mask m, cv_double yes, cv_double no) { return m ? yes : no; }
// The second operand where either is not a number, like the machine's own instruction.
CV_INLINE cv_double cv_min(cv_double a, cv_double b) { return a < b ? a : b; }
CV_INLINE cv_double cv_max(cv_double a, cv_double b) { return a > b ? a : b; }
CV_INLINE double cs_min(double a, double b) { return a < b ? a : b; }
CV_INLINE double cs_max(double a, double b) { return a > b ? a : b; }

CV_INLINE uint32_t cv_bits(cv_mask m) {
#if CV_AVX512
    return (uint32_t)_mm512_movepi64_mask((__m512i)m);
#else
    uint32_t bits = 0;
    for (int i = 0; i < CV_WIDTH; i++) bits |= (uint32_t)(m[i] & 1) << i;
    return bits;
#endif
}

// The least and the greatest lane; of lanes without NaN.
CV_INLINE double cv_least_lane(cv_double a) {
#if CV_AVX512
    return _mm512_reduce_min_pd((__m512d)a);
#else
    double least = a[0];
    for (int i = 1; i < CV_WIDTH; i++) least = cs_min(a[i], least);
    return least;
#endif
}
CV_INLINE double cv_greatest_lane(cv_double a) {
#if CV_AVX512
    return _mm512_reduce_max_pd((__m512d)a);
#else
    double greatest = a[0];
    for (int i = 1; i < CV_WIDTH; i++) greatest = cs_max(a[i], greatest);
    return greatest;
#endif
}

// Memory: a whole vector, or its first `count` lanes (the others are read as 1 and not written).

CV_INLINE cv_double cv_load(const double *p) {
    cv_double x;
    memcpy(&x, p, sizeof x);
    return x;
}
CV_INLINE void cv_store(double *p, cv_double x) { memcpy(p, &x, sizeof x); }

CV_INLINE cv_double cv_load_first(const double *p, long count) {
#if CV_AVX512
    return (cv_double)_mm512_mask_loadu_pd(_mm512_set1_pd(1), (__mmask8)((1u << count) - 1), p);
#else
    cv_double x = cv_set(1);
    for (long i = 0; i < CV_WIDTH; i++)
        if (i < count) x[i] = p[i];
    return x;
#endif
}
CV_INLINE void cv_store_first(double *p, cv_double x, long count) {
#if CV_AVX512
    _mm512_mask_storeu_pd(p, (__mmask8)((1u << count) - 1), (__m512d)x);
#else
    for (long i = 0; i < CV_WIDTH; i++)
        if (i < count) p[i] = x[i];
#endif
}

// Whole numbers of 64 bits, as many as doubles: loaded, and compared with one. The result is a mask.

CV_INLINE cv_mask cv_load_long(const int64_t *p) {
    cv_mask x;
    memcpy(&x, p, sizeof x);
    return x;
}
CV_INLINE cv_mask cv_set_long(int64_t x) { return (cv_mask)(x); }
CV_INLINE cv_mask cv_less_long(cv_mask a, cv_mask b) { return a < b; }

// Exponent and mantissa of a positive finite number: x = mantissa * 2^exponent, 1 <= mantissa < 2.

CV_INLINE double cs_exponent(double x) {
    int64_t bits, shift = 0;
    if (x < 0x1p-1022) x *= 0x1p54, shift = 54;
    memcpy(&bits, &x, 8);
    return (double)(((bits >> 52) & 0x7ff) - 1023 - shift);
}
CV_INLINE double cs_mantissa(double x) {
    int64_t bits;
    if (x < 0x1p-1022) x *= 0x1p54;
    memcpy(&bits, &x, 8);
    bits = (bits & 0x000fffffffffffff) | 0x3ff0000000000000;
    memcpy(&x, &bits, 8);
    return x;
}

// value * 2^floor(power), rounded once. `power` is clamped to a range that leads from any result of `cv_exp2_entry` to
// zero and to infinity.

CV_INLINE double cs_power_of_two(int64_t k) {
    int64_t bits = (k + 1023) << 52;
    double x;
    memcpy(&x, &bits, 8);
    return x;
}
CV_INLINE double cs_scale(double value, double power) {
    double p = power < -2040 ? -2040 : power > 2040 ? 2040 : power;
    int64_t k = (int64_t)p;
    if ((double)k > p) k -= 1;
    // Two steps; the first is exact, because it brings the value to the middle of the range or leaves it normal.
    int64_t half = k >> 1;
    return value * cs_power_of_two(half) * cs_power_of_two(k - half);
}

#if CV_AVX512
CV_INLINE cv_double cv_exponent(cv_double x) { return (cv_double)_mm512_getexp_pd((__m512d)x); }
CV_INLINE cv_double cv_mantissa(cv_double x) {
    return (cv_double)_mm512_getmant_pd((__m512d)x, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
}
CV_INLINE cv_double cv_scale(cv_double value, cv_double power) {
    return (cv_double)_mm512_scalef_pd((__m512d)value, (__m512d)power);
}
#else
#define CV_EACH(name, expression)                            \
    cv_double r;                                             \
    for (int i = 0; i < CV_WIDTH; i++) r[i] = (expression);  \
    return r;
CV_INLINE cv_double cv_exponent(cv_double x) { CV_EACH(exponent, cs_exponent(x[i])) }
CV_INLINE cv_double cv_mantissa(cv_double x) { CV_EACH(mantissa, cs_mantissa(x[i])) }
CV_INLINE cv_double cv_scale(cv_double value, cv_double power) { CV_EACH(scale, cs_scale(value[i], power[i])) }
#endif

// Tables, indexed by the lowest bits of a double's pattern.

CV_INLINE int64_t cs_pattern(double x) {
    int64_t bits;
    memcpy(&bits, &x, 8);
    return bits;
}
CV_INLINE double cs_exp2_entry(double index) { return cv_exp2_table[cs_pattern(index) & 15]; }
CV_INLINE double cs_gauss_entry(double index) { return cv_gauss_table[cs_pattern(index) & 15]; }
CV_INLINE double cs_mills_centre_entry(double index) { return cv_mills_centre[cs_pattern(index) & 7]; }
CV_INLINE double cs_mills_coefficient(long power, double index) { return cv_mills_table[power][cs_pattern(index) & 7]; }

#if CV_AVX512
CV_INLINE cv_double cv_exp2_entry(cv_double index) {
    return (cv_double)_mm512_permutex2var_pd(
        _mm512_load_pd(cv_exp2_table), (__m512i)index, _mm512_load_pd(cv_exp2_table + 8));
}
CV_INLINE cv_double cv_gauss_entry(cv_double index) {
    return (cv_double)_mm512_permutex2var_pd(
        _mm512_load_pd(cv_gauss_table), (__m512i)index, _mm512_load_pd(cv_gauss_table + 8));
}
CV_INLINE cv_double cv_mills_centre_entry(cv_double index) {
    return (cv_double)_mm512_permutexvar_pd((__m512i)index, _mm512_load_pd(cv_mills_centre));
}
CV_INLINE cv_double cv_mills_coefficient(long power, cv_double index) {
    return (cv_double)_mm512_permutexvar_pd((__m512i)index, _mm512_load_pd(cv_mills_table[power]));
}
#else
CV_INLINE cv_double cv_exp2_entry(cv_double index) { CV_EACH(exp2, cs_exp2_entry(index[i])) }
CV_INLINE cv_double cv_gauss_entry(cv_double index) { CV_EACH(gauss, cs_gauss_entry(index[i])) }
CV_INLINE cv_double cv_mills_centre_entry(cv_double index) { CV_EACH(centre, cs_mills_centre_entry(index[i])) }
CV_INLINE cv_double cv_mills_coefficient(long power, cv_double index) {
    CV_EACH(mills, cs_mills_coefficient(power, index[i]))
}
#endif

#include "CVectorWords.h"
