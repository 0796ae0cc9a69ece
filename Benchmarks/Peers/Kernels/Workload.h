// What every kernel is given, read from files that all contenders share, so that nobody works on other numbers.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

/// Random options, a column each; `sign` is +1 for a call and -1 for a put.
struct Batch {
  size_t count;
  const double *spot, *strike, *years, *volatility, *rate, *yield, *sign;
};

/// One iron condor over a grid of spots and volatilities; a leg has its own row of volatilities.
struct Condor {
  static const int legs = 4, spotCount = 201, volatilityCount = 101, nodeCount = spotCount * volatilityCount;
  const double* spots;
  const double* volatilities[legs];
  double strikes[legs] = {90, 95, 105, 110};
  double weights[legs] = {1, -1, -1, 1};
  double signs[legs] = {-1, -1, 1, 1};
  double years = 30 / 365.0, rate = 0.045, yield = 0.01;
};

/// Undiscounted prices out of the money.
struct Prices {
  size_t count;
  const double *price, *forward, *strike, *years, *sign;
};

/// A file of doubles. Ends the program where it cannot be read.
inline std::vector<double> readDoubles(const std::string& path) {
  FILE* file = fopen(path.c_str(), "rb");
  if (!file) {
    fprintf(stderr, "%s: cannot be read\n", path.c_str());
    exit(66);
  }
  fseek(file, 0, SEEK_END);
  std::vector<double> values(ftell(file) / sizeof(double));
  rewind(file);
  if (fread(values.data(), sizeof(double), values.size(), file) != values.size()) exit(66);
  fclose(file);
  return values;
}

inline Batch batchOf(const std::vector<double>& v) {
  size_t n = v.size() / 7;
  const double* p = v.data();
  return {n, p, p + n, p + 2 * n, p + 3 * n, p + 4 * n, p + 5 * n, p + 6 * n};
}

inline Condor condorOf(const std::vector<double>& v) {
  Condor condor;
  condor.spots = v.data();
  for (int leg = 0; leg < Condor::legs; leg++)
    condor.volatilities[leg] = v.data() + Condor::spotCount + leg * Condor::volatilityCount;
  return condor;
}

inline Prices pricesOf(const std::vector<double>& v) {
  size_t n = v.size() / 5;
  const double* p = v.data();
  return {n, p, p + n, p + 2 * n, p + 3 * n, p + 4 * n};
}

// Output columns: 0 value, 1 delta, 2 gamma, 3 vega, 4 theta, 5 rho.
#define DECLARE_KERNELS(NAME)                                             \
  namespace NAME {                                                        \
  void greeks(const Batch&, size_t from, size_t to, double* const* out);  \
  void grid(const Condor&, double* out);                                  \
  void gridGreeks(const Condor&, double* const* out);                     \
  }
