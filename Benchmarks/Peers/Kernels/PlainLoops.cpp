// The textbook's formulas in plain loops, as a careful C++ user writes them: whatever does not depend on the inner
// index is outside. Compiled twice: strictly, and with -ffast-math, where GCC calls the vector functions of glibc
// (libmvec).
#include "Workload.h"
#ifndef NAMESPACE
#define NAMESPACE plain
#endif
DECLARE_KERNELS(NAMESPACE)

namespace NAMESPACE {
static constexpr double inverseRootTwoPi = 0.3989422804014326779, inverseRootTwo = 0.70710678118654752440;

void greeks(const Batch& b, size_t from, size_t to, double* const* out) {
  double *__restrict value = out[0], *__restrict delta = out[1], *__restrict gamma = out[2];
  double *__restrict vega = out[3], *__restrict theta = out[4], *__restrict rho = out[5];
#pragma GCC ivdep
  for (size_t i = from; i < to; i++) {
    double S = b.spot[i], K = b.strike[i], T = b.years[i], v = b.volatility[i], r = b.rate[i], q = b.yield[i];
    double c = b.sign[i], root = std::sqrt(T), s = v * root;
    double d1 = (std::log(S / K) + (r - q) * T) / s + 0.5 * s, d2 = d1 - s;
    double growth = std::exp(-q * T), A = S * growth, B = K * std::exp(-r * T);
    double N1 = 0.5 * std::erfc(-c * d1 * inverseRootTwo), N2 = 0.5 * std::erfc(-c * d2 * inverseRootTwo);
    double n1 = inverseRootTwoPi * std::exp(-0.5 * d1 * d1);
    double AN = c * A * N1, BN = c * B * N2, An = A * n1;
    size_t k = i - from;
    value[k] = AN - BN;
    delta[k] = c * growth * N1;
    gamma[k] = growth * n1 / (S * s);
    vega[k] = An * root;
    theta[k] = q * AN - r * BN - An * v / (2 * root);
    rho[k] = T * BN;
  }
}

/// What a leg needs along the spots, whatever the volatility.
struct LegRow {
  double moneyness[Condor::spotCount], asset[Condor::spotCount], inverseSpot[Condor::spotCount];
  double strike;

  LegRow(const Condor& c, int leg) {
    double growth = std::exp(-c.yield * c.years);
    strike = c.strikes[leg] * std::exp(-c.rate * c.years);
    for (int i = 0; i < Condor::spotCount; i++) {
      moneyness[i] = std::log(c.spots[i] / c.strikes[leg]) + (c.rate - c.yield) * c.years;
      asset[i] = c.spots[i] * growth;
      inverseSpot[i] = 1 / c.spots[i];
    }
  }
};

void grid(const Condor& condor, double* out) {
  for (int k = 0; k < Condor::nodeCount; k++) out[k] = 0;
  double root = std::sqrt(condor.years);
  for (int leg = 0; leg < Condor::legs; leg++) {
    LegRow row(condor, leg);
    double c = condor.signs[leg], w = 0.5 * condor.weights[leg] * c, B = row.strike;
    for (int j = 0; j < Condor::volatilityCount; j++) {
      double s = condor.volatilities[leg][j] * root, inverse = 1 / s;
      double* __restrict value = out + j * Condor::spotCount;
#pragma GCC ivdep
      for (int i = 0; i < Condor::spotCount; i++) {
        double d1 = row.moneyness[i] * inverse + 0.5 * s, d2 = d1 - s;
        value[i] += w * (row.asset[i] * std::erfc(-c * inverseRootTwo * d1) - B * std::erfc(-c * inverseRootTwo * d2));
      }
    }
  }
}

void gridGreeks(const Condor& condor, double* const* out) {
  for (int m = 0; m < 6; m++)
    for (int k = 0; k < Condor::nodeCount; k++) out[m][k] = 0;
  double T = condor.years, root = std::sqrt(T), r = condor.rate, q = condor.yield;
  for (int leg = 0; leg < Condor::legs; leg++) {
    LegRow row(condor, leg);
    double c = condor.signs[leg], w = condor.weights[leg], B = row.strike;
    for (int j = 0; j < Condor::volatilityCount; j++) {
      double v = condor.volatilities[leg][j], s = v * root, inverse = 1 / s, decay = v / (2 * root);
      int z = j * Condor::spotCount;
      double *__restrict value = out[0] + z, *__restrict delta = out[1] + z, *__restrict gamma = out[2] + z;
      double *__restrict vega = out[3] + z, *__restrict theta = out[4] + z, *__restrict rho = out[5] + z;
#pragma GCC ivdep
      for (int i = 0; i < Condor::spotCount; i++) {
        double d1 = row.moneyness[i] * inverse + 0.5 * s, d2 = d1 - s, A = row.asset[i], u = row.inverseSpot[i];
        double N1 = 0.5 * std::erfc(-c * inverseRootTwo * d1), N2 = 0.5 * std::erfc(-c * inverseRootTwo * d2);
        double AN = w * c * A * N1, BN = w * c * B * N2;
        double An = w * A * inverseRootTwoPi * std::exp(-0.5 * d1 * d1);
        value[i] += AN - BN;
        delta[i] += AN * u;
        gamma[i] += An * inverse * u * u;
        vega[i] += An * root;
        theta[i] += q * AN - r * BN - An * decay;
        rho[i] += T * BN;
      }
    }
  }
}
}  // namespace NAMESPACE
