// Black and Scholes by hand for AVX-512. N(d1) and N(d2) share one exponential: A n(d1) = B n(d2), and Mills' ratio
// gives each from there, with full relative accuracy in the wings.
#include "HandVectors.h"
#include "Workload.h"
DECLARE_KERNELS(hand)

namespace hand {
static const double inverseRootTwoPi = 0.3989422804014326779;

struct Terms {
  /// A N(sign d1), B N(sign d2) and A n(d1).
  Vector asset, cash, density;
};

static inline Terms terms(Vector d1, Vector d2, Vector A, Vector B, Vector sign) {
  Vector square = d1 * d1, rest = _mm512_fmsub_pd(d1, d1, square);
  Vector density = A * all(inverseRootTwoPi) * exponential(all(-0.5) * square, all(-0.5) * rest);
  Vector t1 = density * millsRatio(_mm512_abs_pd(d1)), t2 = density * millsRatio(_mm512_abs_pd(d2));
  Mask in1 = _mm512_cmp_pd_mask(sign * d1, _mm512_setzero_pd(), _CMP_GT_OQ);
  Mask in2 = _mm512_cmp_pd_mask(sign * d2, _mm512_setzero_pd(), _CMP_GT_OQ);
  return {_mm512_mask_sub_pd(t1, in1, A, t1), _mm512_mask_sub_pd(t2, in2, B, t2), density};
}

void greeks(const Batch& b, size_t from, size_t to, double* const* out) {
  for (size_t i = from; i < to; i += 8) {
    Mask m = firstLanes(to - i);
    Vector S = load(b.spot + i, m), K = load(b.strike + i, m), T = load(b.years + i, m), v = load(b.volatility + i, m);
    Vector r = load(b.rate + i, m), q = load(b.yield + i, m), c = load(b.sign + i, m);
    Vector root = _mm512_sqrt_pd(T), s = v * root, inverse = all(1) / s, u = all(1) / S;
    Vector d1 = fused(fused(r - q, T, logarithmOfRatio(S, K)), inverse, all(0.5) * s), d2 = d1 - s;
    Vector A = S * exponential(-(q * T), all(0)), B = K * exponential(-(r * T), all(0));
    Terms t = terms(d1, d2, A, B, c);
    Vector AN = c * t.asset, BN = c * t.cash;
    size_t k = i - from;
    store(out[0] + k, m, AN - BN);
    store(out[1] + k, m, AN * u);
    store(out[2] + k, m, t.density * inverse * u * u);
    store(out[3] + k, m, t.density * root);
    store(out[4] + k, m, fused(q, AN, -(r * BN)) - t.density * all(0.5) * v * v * inverse);
    store(out[5] + k, m, T * BN);
  }
}

static inline void add(double* p, Mask m, Vector x) { store(p, m, load(p, m) + x); }

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
        Mask m = firstLanes(width - i);
        int k = j * width + i;
        Vector d1 = fused(load(moneyness + i, m), all(inverse), all(0.5 * s)), d2 = d1 - all(s);
        Terms t = terms(d1, d2, load(asset + i, m), all(B), all(c));
        Vector AN = all(w * c) * t.asset, BN = all(w * c) * t.cash;
        add(out[0] + k, m, AN - BN);
        if (hasGreeks) {
          Vector An = all(w) * t.density, u = load(inverseSpot + i, m);
          add(out[1] + k, m, AN * u);
          add(out[2] + k, m, An * all(inverse) * u * u);
          add(out[3] + k, m, An * all(root));
          add(out[4] + k, m, fused(all(q), AN, -(all(r) * BN)) - An * all(v / (2 * root)));
          add(out[5] + k, m, all(T) * BN);
        }
      }
    }
  }
}

void grid(const Condor& condor, double* out) { revalue<false>(condor, &out); }
void gridGreeks(const Condor& condor, double* const* out) { revalue<true>(condor, out); }
}  // namespace hand
