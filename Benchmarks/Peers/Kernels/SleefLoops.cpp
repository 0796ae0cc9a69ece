// The same formulas with SLEEF's vector functions for AVX-512: 1.0 units in the last place for log and exp, 1.5 for
// erfc.
#include <immintrin.h>
#include <sleef.h>
#include "Workload.h"
DECLARE_KERNELS(sleef)

namespace sleef {
typedef __m512d Vector;
static inline Vector all(double x) { return _mm512_set1_pd(x); }
static inline __mmask8 firstLanes(size_t count) { return count >= 8 ? 0xff : (1u << count) - 1; }
static inline Vector load(const double* p, __mmask8 m) { return _mm512_mask_loadu_pd(all(1), m, p); }
static inline void store(double* p, __mmask8 m, Vector x) { _mm512_mask_storeu_pd(p, m, x); }
static inline Vector exponential(Vector x) { return Sleef_expd8_u10avx512f(x); }
/// N(x).
static inline Vector normal(Vector x) { return all(0.5) * Sleef_erfcd8_u15avx512f(x * all(-0.70710678118654752440)); }
/// n(x).
static inline Vector density(Vector x) { return all(0.3989422804014326779) * exponential(all(-0.5) * x * x); }

void greeks(const Batch& b, size_t from, size_t to, double* const* out) {
  for (size_t i = from; i < to; i += 8) {
    __mmask8 m = firstLanes(to - i);
    Vector S = load(b.spot + i, m), K = load(b.strike + i, m), T = load(b.years + i, m), v = load(b.volatility + i, m);
    Vector r = load(b.rate + i, m), q = load(b.yield + i, m), c = load(b.sign + i, m);
    Vector root = _mm512_sqrt_pd(T), s = v * root;
    Vector d1 = (Sleef_logd8_u10avx512f(S / K) + (r - q) * T) / s + all(0.5) * s, d2 = d1 - s;
    Vector growth = exponential(-q * T), A = S * growth, B = K * exponential(-r * T);
    Vector N1 = normal(c * d1), n1 = density(d1), AN = c * A * N1, BN = c * B * normal(c * d2), An = A * n1;
    size_t k = i - from;
    store(out[0] + k, m, AN - BN);
    store(out[1] + k, m, c * growth * N1);
    store(out[2] + k, m, growth * n1 / (S * s));
    store(out[3] + k, m, An * root);
    store(out[4] + k, m, q * AN - r * BN - An * v / (all(2) * root));
    store(out[5] + k, m, T * BN);
  }
}

static inline void add(double* p, __mmask8 m, Vector x) { store(p, m, load(p, m) + x); }

template <bool hasGreeks>
static inline void revalue(const Condor& condor, double* const* out) {
  const int width = Condor::spotCount;
  for (int m = 0; m < (hasGreeks ? 6 : 1); m++)
    for (int k = 0; k < Condor::nodeCount; k++) out[m][k] = 0;
  double T = condor.years, root = std::sqrt(T), growth = std::exp(-condor.yield * T), r = condor.rate, q = condor.yield;
  double moneyness[width], asset[width], inverseSpot[width];
  for (int i = 0; i < width; i++) inverseSpot[i] = 1 / condor.spots[i];
  for (int leg = 0; leg < Condor::legs; leg++) {
    double B = condor.strikes[leg] * std::exp(-r * T), c = condor.signs[leg], w = condor.weights[leg];
    for (int i = 0; i < width; i++) {
      moneyness[i] = std::log(condor.spots[i] / condor.strikes[leg]) + (r - q) * T;
      asset[i] = condor.spots[i] * growth;
    }
    for (int j = 0; j < Condor::volatilityCount; j++) {
      double v = condor.volatilities[leg][j], s = v * root, inverse = 1 / s;
      for (int i = 0; i < width; i += 8) {
        __mmask8 m = firstLanes(width - i);
        int k = j * width + i;
        Vector A = load(asset + i, m), u = load(inverseSpot + i, m);
        Vector d1 = _mm512_fmadd_pd(load(moneyness + i, m), all(inverse), all(0.5 * s)), d2 = d1 - all(s);
        Vector AN = all(w * c) * A * normal(all(c) * d1), BN = all(w * c * B) * normal(all(c) * d2);
        add(out[0] + k, m, AN - BN);
        if (hasGreeks) {
          Vector An = all(w) * A * density(d1);
          add(out[1] + k, m, AN * u);
          add(out[2] + k, m, An * all(inverse) * u * u);
          add(out[3] + k, m, An * all(root));
          add(out[4] + k, m, all(q) * AN - all(r) * BN - An * all(v / (2 * root)));
          add(out[5] + k, m, all(T) * BN);
        }
      }
    }
  }
}

void grid(const Condor& condor, double* out) { revalue<false>(condor, &out); }
void gridGreeks(const Condor& condor, double* const* out) { revalue<true>(condor, out); }
}  // namespace sleef
