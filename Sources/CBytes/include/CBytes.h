#pragma once
// What reading and writing text takes from vector instructions that Swift's SIMD types lack (SSE2, which belongs to every
// x86-64): comparisons gathered into the bits of a word, and digits by high halves of products. A function whose name ends
// in `_plain` is the scalar twin for other machines, and the tests hold both against each other.

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Where the bytes that mean something to CSV stand among 64 bytes: one bit a byte, the first byte lowest.
typedef struct {
  uint64_t commas;
  uint64_t newlines;
  uint64_t returns;
  uint64_t quotes;
} cb_marks;

// Bytes of `word` equal to `byte`, as eight bits. The test for a zero byte is exact in every byte: no carry leaves one.
static inline __attribute__((always_inline)) uint64_t cb_equal_in_word(uint64_t word, uint8_t byte) {
  const uint64_t low7 = 0x7F7F7F7F7F7F7F7FULL;
  uint64_t differences = word ^ (0x0101010101010101ULL * byte);
  uint64_t zeros = ~(((differences & low7) + low7) | differences | low7);
  // Bit 8i + 7 of `zeros` goes to bit 56 + i.
  return (zeros >> 7) * 0x0102040810204080ULL >> 56;
}

// The marks of 64 readable bytes, eight at a time.
static inline __attribute__((always_inline)) cb_marks cb_marks_plain(const void *bytes) {
  cb_marks marks = {0, 0, 0, 0};
  for (int part = 0; part < 8; part++) {
    uint64_t word;
    memcpy(&word, (const char *)bytes + 8 * part, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    marks.commas |= cb_equal_in_word(word, ',') << (8 * part);
    marks.newlines |= cb_equal_in_word(word, '\n') << (8 * part);
    marks.returns |= cb_equal_in_word(word, '\r') << (8 * part);
    marks.quotes |= cb_equal_in_word(word, '"') << (8 * part);
  }
  return marks;
}

#if defined(__SSE2__)
static inline __attribute__((always_inline)) uint64_t cb_equal_in_16(__m128i bytes, char byte) {
  return (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte)));
}
#endif

// The marks of 64 readable bytes.
static inline __attribute__((always_inline)) cb_marks cb_marks_of_64(const void *bytes) {
#if defined(__SSE2__)
  cb_marks marks = {0, 0, 0, 0};
  for (int part = 0; part < 4; part++) {
    __m128i sixteen = _mm_loadu_si128((const __m128i *)((const char *)bytes + 16 * part));
    marks.commas |= cb_equal_in_16(sixteen, ',') << (16 * part);
    marks.newlines |= cb_equal_in_16(sixteen, '\n') << (16 * part);
    marks.returns |= cb_equal_in_16(sixteen, '\r') << (16 * part);
    marks.quotes |= cb_equal_in_16(sixteen, '"') << (16 * part);
  }
  return marks;
#else
  return cb_marks_plain(bytes);
#endif
}

// Sixteen decimal digits, one a byte from 0 to 9, the first in the lowest byte of `first`.
typedef struct {
  uint64_t first;
  uint64_t last;
} cb_digits;

// The eight digits of a number below 10^8: three divisions, each in all lanes at once.
static inline __attribute__((always_inline)) uint64_t cb_eight_digits(uint64_t number) {
  uint64_t fours = number / 10000 | number % 10000 << 32;
  uint64_t hundreds = fours * 10486 >> 20 & 0x7F0000007FULL;
  uint64_t pairs = ((fours - 100 * hundreds) << 16) + hundreds;
  uint64_t tens = pairs * 103 >> 10 & 0x000F000F000F000FULL;
  return tens + ((pairs - 10 * tens) << 8);
}

// The digits of two numbers below 10^8.
static inline __attribute__((always_inline)) cb_digits cb_sixteen_digits_plain(uint64_t upper, uint64_t lower) {
  return (cb_digits){cb_eight_digits(upper), cb_eight_digits(lower)};
}

// The same; quotients come from the high halves of products with rounded reciprocals, which are exact for the ranges here:
// x / 10^4 for x < 10^8, x / 100 for x < 10^4, x / 10 for x < 100.
static inline __attribute__((always_inline)) cb_digits cb_sixteen_digits(uint64_t upper, uint64_t lower) {
#if defined(__SSE2__)
  __m128i numbers = _mm_set_epi64x((int64_t)lower, (int64_t)upper);
  __m128i fours = _mm_srli_epi64(_mm_mul_epu32(numbers, _mm_set1_epi64x(3518437209)), 45);
  __m128i low_fours = _mm_sub_epi64(numbers, _mm_mul_epu32(fours, _mm_set1_epi64x(10000)));
  __m128i quads = _mm_or_si128(fours, _mm_slli_epi64(low_fours, 32));
  __m128i hundreds = _mm_srli_epi16(_mm_mulhi_epu16(quads, _mm_set1_epi16(5243)), 3);
  __m128i rests = _mm_sub_epi16(quads, _mm_mullo_epi16(hundreds, _mm_set1_epi16(100)));
  __m128i pairs = _mm_or_si128(hundreds, _mm_slli_epi32(rests, 16));
  __m128i tens = _mm_mulhi_epu16(pairs, _mm_set1_epi16(6554));
  __m128i ones = _mm_sub_epi16(pairs, _mm_mullo_epi16(tens, _mm_set1_epi16(10)));
  __m128i digits = _mm_or_si128(tens, _mm_slli_epi16(ones, 8));
  uint64_t first = (uint64_t)_mm_cvtsi128_si64(digits);
  uint64_t last = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(digits, digits));
  return (cb_digits){first, last};
#else
  return cb_sixteen_digits_plain(upper, lower);
#endif
}

// 10^exponent for 0 <= exponent <= 19.
static inline __attribute__((always_inline)) uint64_t cb_power_of_ten(uint64_t exponent) {
  static const uint64_t powers[20] = {
      1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
      1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
      1000000000000000000, 10000000000000000000ULL};
  return powers[exponent];
}
