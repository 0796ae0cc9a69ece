#pragma once
// Where the bytes that mean something to CSV stand among 64 bytes: one bit a byte, the first byte lowest.
//
// Swift's SIMD types have no instruction that gathers a comparison into the bits of a word, and this is the whole of it:
// four loads of 16 bytes (SSE2 belongs to every x86-64). `cb_marks_plain` is the scalar twin for other machines, and the
// tests hold both against each other.

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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
