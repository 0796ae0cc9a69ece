#include "CMachinePeak.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <time.h>

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { CHAINS = 12, STEPS = 4000000, ROUNDS = 7 };

// Twelve chains hide a latency of four to six cycles on two units. The empty assembly keeps each step a step.
#define PEAK(name, isa, vector, width, set1, fmadd)                             \
    __attribute__((target(isa))) static double name(void) {                     \
        double best = 0;                                                        \
        for (int round = 0; round < ROUNDS; round++) {                          \
            vector x[CHAINS], m = set1(0.999999), c = set1(1e-6);               \
            for (int i = 0; i < CHAINS; i++) x[i] = set1(1.0 + i);              \
            double start = seconds();                                           \
            for (long step = 0; step < STEPS; step++) {                         \
                _Pragma("unroll") for (int i = 0; i < CHAINS; i++) {            \
                    x[i] = fmadd(x[i], m, c);                                   \
                    __asm__ volatile("" : "+v"(x[i]));                          \
                }                                                               \
            }                                                                   \
            double rate = (double)CHAINS * STEPS * width / (seconds() - start); \
            if (rate > best) best = rate;                                       \
        }                                                                       \
        return best;                                                            \
    }

PEAK(peak_512, "avx512f", __m512d, 8, _mm512_set1_pd, _mm512_fmadd_pd)
PEAK(peak_256, "avx2,fma", __m256d, 4, _mm256_set1_pd, _mm256_fmadd_pd)

double machine_peak(void) {
    if (__builtin_cpu_supports("avx512f")) return peak_512();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return peak_256();
    return 0;
}
#else
double machine_peak(void) { return 0; }
#endif
