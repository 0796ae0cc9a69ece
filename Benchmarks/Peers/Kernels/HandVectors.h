// Elementary functions on eight doubles, written by hand for AVX-512.
#pragma once
#include <immintrin.h>
#include "Coefficients.h"

namespace hand {
typedef __m512d Vector;
typedef __mmask8 Mask;

static inline Vector all(double x) { return _mm512_set1_pd(x); }
static inline Vector fused(Vector a, Vector b, Vector c) { return _mm512_fmadd_pd(a, b, c); }
static inline Mask firstLanes(size_t count) { return count >= 8 ? 0xff : (1u << count) - 1; }
/// The lanes outside the mask hold 1, which no function below minds.
static inline Vector load(const double* p, Mask m) { return _mm512_mask_loadu_pd(all(1), m, p); }
static inline void store(double* p, Mask m, Vector x) { _mm512_mask_storeu_pd(p, m, x); }

/// exp(x + low) for x below 700: a power of two, a sixteenth of one from a table in registers, and a polynomial.
static inline Vector exponential(Vector x, Vector low) {
  Vector k = _mm512_roundscale_pd(x * all(log2E), 0x40 | 8);
  Vector r = fused(k, all(-ln2Low), fused(k, all(-ln2High), x)) + low;
  // Adding this constant leaves the sixteenths in the lowest four bits.
  __m512i sixteenth = _mm512_castpd_si512(k + all(0x1.8p48));
  Vector t = _mm512_permutex2var_pd(_mm512_loadu_pd(sixteenthsOfTwo), sixteenth, _mm512_loadu_pd(sixteenthsOfTwo + 8));
  const double* c = exponentialCoefficients;
  Vector r2 = r * r, low2 = fused(all(c[1]), r, all(c[0])), middle = fused(all(c[3]), r, all(c[2]));
  Vector high = fused(all(c[5]), r, all(c[4])), p = fused(fused(high, r2, middle), r2, low2);
  return _mm512_scalef_pd(fused(t, r * p, t), k);
}

/// ln(a / b) of two normal positive numbers, without rounding their quotient.
static inline Vector logarithmOfRatio(Vector a, Vector b) {
  const Vector rootTwo = all(1.4142135623730951);
  Vector e = _mm512_getexp_pd(a) - _mm512_getexp_pd(b);
  Vector ma = _mm512_getmant_pd(a, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
  Vector mb = _mm512_getmant_pd(b, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
  Mask up = _mm512_cmp_pd_mask(ma, rootTwo * mb, _CMP_GT_OQ), down = _mm512_cmp_pd_mask(mb, rootTwo * ma, _CMP_GT_OQ);
  ma = _mm512_mask_mul_pd(ma, up, ma, all(0.5));
  e = _mm512_mask_add_pd(e, up, e, all(1));
  mb = _mm512_mask_mul_pd(mb, down, mb, all(0.5));
  e = _mm512_mask_sub_pd(e, down, e, all(1));
  Vector s = (ma - mb) / (ma + mb), z = s * s, z2 = z * z;
  const double* c = logarithmCoefficients;
  Vector high = fused(all(c[6]), z2, fused(all(c[5]), z, all(c[4])));
  Vector p = fused(fused(high, z2, fused(all(c[3]), z, all(c[2]))), z2, fused(all(c[1]), z, all(c[0])));
  return fused(e, all(ln2High), fused(s, all(2), fused(s * z, p, e * all(ln2Low))));
}

/// Mills' ratio N(-x) / n(x) for x of 0 or more: one polynomial in (x - c) / (x + c).
static inline Vector millsRatio(Vector x) {
  Vector inverse = all(1) / (x + all(millsCentre)), t = fused(all(-2 * millsCentre), inverse, all(1)), t2 = t * t;
  Vector even = all(millsCoefficients[millsDegree]), odd = all(millsCoefficients[millsDegree - 1]);
#pragma GCC unroll 16
  for (int i = millsDegree - 2; i >= 0; i -= 2) even = fused(even, t2, all(millsCoefficients[i]));
#pragma GCC unroll 16
  for (int i = millsDegree - 3; i >= 1; i -= 2) odd = fused(odd, t2, all(millsCoefficients[i]));
  return fused(odd, t, even) * inverse;
}
}  // namespace hand
