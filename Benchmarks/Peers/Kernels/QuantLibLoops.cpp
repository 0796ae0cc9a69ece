// QuantLib, by its low-level calculator; its engines with instruments and quotes are a hundred times slower still.
#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>
#include "Workload.h"
DECLARE_KERNELS(quantlib)

namespace quantlib {
using QuantLib::BlackCalculator;
using QuantLib::Option;

static inline void figures(
    double sign, double S, double K, double T, double v, double r, double q, bool hasGreeks, double* out) {
  double forward = S * std::exp((r - q) * T);
  BlackCalculator calculator(
      sign > 0 ? Option::Call : Option::Put, K, forward, v * std::sqrt(T), std::exp(-r * T));
  out[0] = calculator.value();
  if (!hasGreeks) return;
  out[1] = calculator.delta(S);
  out[2] = calculator.gamma(S);
  out[3] = calculator.vega(T);
  out[4] = calculator.theta(S, T);
  out[5] = calculator.rho(T);
}

void greeks(const Batch& b, size_t from, size_t to, double* const* out) {
  double row[6];
  for (size_t i = from; i < to; i++) {
    figures(
        b.sign[i], b.spot[i], b.strike[i], b.years[i], b.volatility[i], b.rate[i], b.yield[i], true, row);
    for (int m = 0; m < 6; m++) out[m][i - from] = row[m];
  }
}

static void revalue(const Condor& c, bool hasGreeks, double* const* out) {
  double row[6];
  for (int j = 0; j < Condor::volatilityCount; j++)
    for (int i = 0; i < Condor::spotCount; i++) {
      double sum[6] = {0};
      for (int leg = 0; leg < Condor::legs; leg++) {
        double v = c.volatilities[leg][j];
        figures(c.signs[leg], c.spots[i], c.strikes[leg], c.years, v, c.rate, c.yield, hasGreeks, row);
        for (int m = 0; m < (hasGreeks ? 6 : 1); m++) sum[m] += c.weights[leg] * row[m];
      }
      for (int m = 0; m < (hasGreeks ? 6 : 1); m++) out[m][j * Condor::spotCount + i] = sum[m];
    }
}

void grid(const Condor& condor, double* out) { revalue(condor, false, &out); }
void gridGreeks(const Condor& condor, double* const* out) { revalue(condor, true, out); }

/// Li and Rossignol's successive over-relaxation from a rational guess.
void implied(const Prices& p, size_t count, double* out) {
  for (size_t i = 0; i < count; i++) {
    try {
      out[i] = QuantLib::blackFormulaImpliedStdDevLiRS(
                   p.sign[i] > 0 ? Option::Call : Option::Put, p.strike[i], p.forward[i], p.price[i], 1.0, 0.0,
                   QuantLib::Null<double>(), 1.0, 1e-14, 100) /
               std::sqrt(p.years[i]);
    } catch (...) {
      out[i] = NAN;
    }
  }
}
}  // namespace quantlib
