// What one core of this machine can do at most: `name figure`, a line each, the best of several tries.
//
//     fma_lanes_per_s   fused multiply-adds of doubles, in registers
//     copy_bytes_per_s  bytes copied within memory (each read once and written once), far beyond the caches
#include <time.h>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#if defined(__AVX512F__)
typedef double Vector __attribute__((vector_size(64)));
#elif defined(__AVX__)
typedef double Vector __attribute__((vector_size(32)));
#else
typedef double Vector __attribute__((vector_size(16)));
#endif

static double seconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

/// Twelve chains, so that no unit waits for a result. -ffp-contract=fast makes each line one instruction.
static double fusedMultiplyAdds() {
  const long rounds = 5000000;
  volatile double nearOne = 1.0000000001, tiny = 1e-9;
  Vector factor = Vector{} + nearOne, term = Vector{} + tiny, x[12];
  for (int i = 0; i < 12; i++) x[i] = Vector{} + (1.0 + i);
  double start = seconds();
  for (long k = 0; k < rounds; k++) {
#pragma GCC unroll 12
    for (int i = 0; i < 12; i++) x[i] = x[i] * factor + term;
  }
  double time = seconds() - start;
  Vector sum = Vector{};
  for (int i = 0; i < 12; i++) sum += x[i];
  if (sum[0] == 42) puts("");
  return 12.0 * rounds * (sizeof(Vector) / sizeof(double)) / time;
}

static double copiedBytes(std::vector<char>& from, std::vector<char>& to) {
  double start = seconds();
  memcpy(to.data(), from.data(), from.size());
  double time = seconds() - start;
  if (to[from.size() / 2] == 42) puts("");
  return from.size() / time;
}

int main() {
  std::vector<char> from(256 << 20, 1), to(256 << 20, 2);
  double fma = 0, copy = 0;
  for (int i = 0; i < 5; i++) {
    fma = std::max(fma, fusedMultiplyAdds());
    copy = std::max(copy, copiedBytes(from, to));
  }
  printf("fma_lanes_per_s %.6g\ncopy_bytes_per_s %.6g\n", fma, copy);
}
