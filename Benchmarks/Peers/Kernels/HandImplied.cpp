// Implied volatility by hand for AVX-512: steps of Householder's method of fourth order on the logarithm of the
// normalised price out of the money, in Mills' ratios. It shows what a batch can reach; prices far out in the wings are
// outside its domain.
#include <cmath>
#include "HandVectors.h"
#include "Workload.h"

namespace hand {
static inline Vector exponential(Vector x) { return exponential(x, all(0)); }

/// A first standard deviation: Corrado and Miller's near the forward, the leading term of the wing elsewhere.
static inline Vector firstGuess(Vector beta, Vector x, Vector logBeta) {
  Vector half = exponential(all(0.5) * x), inverse = all(1) / half;
  Vector sinh = all(0.5) * (half - inverse), cosh = all(0.5) * (half + inverse), y = beta - sinh;
  Vector discriminant = fused(y, y, all(-4 / M_PI) * sinh * sinh);
  Vector near = all(1.2533141373155003) / cosh * (y + _mm512_sqrt_pd(_mm512_max_pd(discriminant, all(0))));
  Vector wing = -x / _mm512_sqrt_pd(all(-2) * logBeta + all(1e-300));
  Vector scale = _mm512_max_pd(x * x, all(1e-300));
  Vector correction = logarithmOfRatio(wing * wing * wing * all(0.15915494309189535), scale);
  wing = -x / _mm512_sqrt_pd(_mm512_max_pd(all(-2) * logBeta + correction, all(1e-3)));
  return _mm512_max_pd(
      _mm512_mask_blend_pd(_mm512_cmp_pd_mask(discriminant, all(0), _CMP_GT_OQ), wing, near), all(1e-8));
}

static inline Vector step(Vector s, Vector x, Vector logBeta) {
  const Vector rootTwoPi = all(2.5066282746310002);
  Vector inverse = all(1) / s, h = x * inverse, half = all(0.5) * s, a = -h - half, b = half - h;
  Vector q = all(0.5) * fused(h, h, half * half), ma = millsRatio(_mm512_abs_pd(a)), mb = millsRatio(b);
  Mask negative = _mm512_cmp_pd_mask(a, all(0), _CMP_LT_OQ);
  if (negative) ma = _mm512_mask_sub_pd(ma, negative, rootTwoPi * exponential(all(0.5) * a * a), ma);
  // The normalised price is n(h, half) times this difference, and its vega over it is one part in it.
  Vector difference = ma - mb, f = logarithmOfRatio(difference, rootTwoPi) - q - logBeta, r = all(1) / difference;
  Vector first = fused(h * h, inverse, all(-0.25) * s);
  Vector second = fused(all(-3) * h * h, inverse * inverse, all(-0.25));
  Vector newton = -f * difference, gamma = first - r;
  Vector delta = second + fused(first, first, r * fused(all(-3), first, all(2) * r));
  Vector change = newton * fused(all(0.5) * gamma, newton, all(1)) /
                  fused(newton, fused(delta, newton * all(1.0 / 6), gamma), all(1));
  Vector next = _mm512_min_pd(_mm512_max_pd(s + change, all(0.3) * s), all(3) * s);
  return _mm512_mask_mov_pd(next, _mm512_cmp_pd_mask(next, next, _CMP_UNORD_Q), s * all(1.5));
}

template <int steps>
static void solve(const Prices& p, size_t count, double* out) {
  for (size_t i = 0; i < count; i += 8) {
    Mask m = firstLanes(count - i);
    Vector price = load(p.price + i, m), F = load(p.forward + i, m);
    Vector K = load(p.strike + i, m), T = load(p.years + i, m);
    Vector beta = price / _mm512_sqrt_pd(F * K), x = -_mm512_abs_pd(logarithmOfRatio(F, K));
    Vector logBeta = logarithmOfRatio(beta, all(1)), s = firstGuess(beta, x, logBeta);
#pragma GCC unroll 8
    for (int k = 0; k < steps; k++) s = step(s, x, logBeta);
    store(out + i, m, s / _mm512_sqrt_pd(T));
  }
}

void implied2(const Prices& p, size_t count, double* out) { solve<2>(p, count, out); }
void implied3(const Prices& p, size_t count, double* out) { solve<3>(p, count, out); }
void implied6(const Prices& p, size_t count, double* out) { solve<6>(p, count, out); }
}  // namespace hand
