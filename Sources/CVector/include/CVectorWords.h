#pragma once
// Vectors of 64-bit words beside the vectors of doubles, for counter-based random numbers. Included by CVector.h.
//
// A word holds a 32-bit number in its lower half; the upper half may hold anything unless a comment says otherwise.

typedef uint64_t cv_words __attribute__((ext_vector_type(CV_WIDTH)));

CV_INLINE cv_words cv_words_set(uint64_t x) { return (cv_words)(x); }
// first, first + 1, ...
CV_INLINE cv_words cv_words_from(uint64_t first) {
    cv_words r;
    for (int i = 0; i < CV_WIDTH; i++) r[i] = first + (uint64_t)i;
    return r;
}
// The 64-bit product of the lower halves.
CV_INLINE uint64_t cs_product(uint64_t a, uint64_t b) { return (a & 0xffffffff) * (b & 0xffffffff); }
#if CV_AVX512
CV_INLINE cv_words cv_product(cv_words a, cv_words b) { return (cv_words)_mm512_mul_epu32((__m512i)a, (__m512i)b); }
#else
CV_INLINE cv_words cv_product(cv_words a, cv_words b) { return (a & 0xffffffff) * (b & 0xffffffff); }
#endif
// The upper half, in the lower.
CV_INLINE uint64_t cs_upper_half(uint64_t a) { return a >> 32; }
CV_INLINE cv_words cv_upper_half(cv_words a) { return a >> 32; }
CV_INLINE uint64_t cs_exclusive_or(uint64_t a, uint64_t b, uint64_t c) { return a ^ b ^ c; }
CV_INLINE cv_words cv_exclusive_or(cv_words a, cv_words b, cv_words c) { return a ^ b ^ c; }

// 1 + k 2^-52, where the 32 bits of `high` and the upper 20 of the 32 bits of `low` are k.
CV_INLINE double cs_fraction(uint64_t high, uint64_t low) {
    uint64_t bits = 0x3ff0000000000000 | ((high << 32) >> 12) | ((low << 32) >> 44);
    double x;
    memcpy(&x, &bits, 8);
    return x;
}
CV_INLINE cv_double cv_fraction(cv_words high, cv_words low) {
    return (cv_double)(0x3ff0000000000000 | ((high << 32) >> 12) | ((low << 32) >> 44));
}
// `x`, its sign changed where bit 0 of the word is set.
CV_INLINE double cs_flip(double x, uint64_t word) {
    uint64_t bits;
    memcpy(&bits, &x, 8);
    bits ^= word << 63;
    memcpy(&x, &bits, 8);
    return x;
}
CV_INLINE cv_double cv_flip(cv_double x, cv_words word) { return (cv_double)((cv_words)x ^ (word << 63)); }
// Whether bit 1 of the word is set.
CV_INLINE bool cs_second_bit(uint64_t word) { return (word & 2) != 0; }
CV_INLINE cv_mask cv_second_bit(cv_words word) { return (word & 2) != 0; }
