// Runs one C++ contender on one work and prints its rate:
//
//     kernels list
//     kernels WORK CONTENDER INPUTS [DUMP]
//
// `list` prints `work contender`, a line each. A run repeats the work for a quarter of a second and prints `rate R`:
// options, or roots, a second of this thread's processor time, the median of the repetitions. With DUMP it writes the
// results of the first options or of the grid as doubles, column after column, and measures nothing.
#include <time.h>
#include <algorithm>
#include <cstring>
#include <functional>
#include "Workload.h"

DECLARE_KERNELS(plain)
DECLARE_KERNELS(fast)
DECLARE_KERNELS(sleef)
DECLARE_KERNELS(hand)
DECLARE_KERNELS(quantlib)
namespace hand {
void implied2(const Prices&, size_t, double*);
void implied3(const Prices&, size_t, double*);
void implied6(const Prices&, size_t, double*);
}
namespace quantlib {
void implied(const Prices&, size_t, double*);
}

struct Contender {
  const char* name;
  void (*greeks)(const Batch&, size_t, size_t, double* const*);
  void (*grid)(const Condor&, double*);
  void (*gridGreeks)(const Condor&, double* const*);
};

struct Solver {
  const char* name;
  void (*solve)(const Prices&, size_t, double*);
  size_t limit;
};

static const Contender contenders[] = {
    {"cpp-plain", plain::greeks, plain::grid, plain::gridGreeks},
    {"cpp-libmvec", fast::greeks, fast::grid, fast::gridGreeks},
#ifdef HAS_SLEEF
    {"cpp-sleef", sleef::greeks, sleef::grid, sleef::gridGreeks},
#endif
#ifdef HAS_HAND
    {"cpp-hand-avx512", hand::greeks, hand::grid, hand::gridGreeks},
#endif
#ifdef HAS_QUANTLIB
    {"quantlib-cpp", quantlib::greeks, quantlib::grid, quantlib::gridGreeks},
#endif
};

static const std::vector<Solver> solvers = {
#ifdef HAS_HAND
    {"cpp-hand-2-steps", hand::implied2, SIZE_MAX},
    {"cpp-hand-3-steps", hand::implied3, SIZE_MAX},
    {"cpp-hand-6-steps", hand::implied6, SIZE_MAX},
#endif
#ifdef HAS_QUANTLIB
    {"quantlib-cpp-lirs", quantlib::implied, 20000},
#endif
};

/// Not a power of two: columns a multiple of 4 KiB apart would share the sets of the first cache.
static const size_t blockSize = 2056;

static double threadSeconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void measure(size_t count, const std::function<void()>& run) {
  run();
  std::vector<double> rates;
  double begin = threadSeconds(), start = begin, end;
  do {
    run();
    end = threadSeconds();
    rates.push_back(count / (end - start));
    start = end;
  } while (end - begin < 0.25 || rates.size() < 3);
  std::nth_element(rates.begin(), rates.begin() + rates.size() / 2, rates.end());
  printf("rate %.9g\n", rates[rates.size() / 2]);
}

static void write(const char* path, const std::vector<double>& values) {
  FILE* file = fopen(path, "wb");
  if (!file || fwrite(values.data(), sizeof(double), values.size(), file) != values.size() || fclose(file)) exit(73);
}

static std::vector<double*> columnsOf(std::vector<double>& block, size_t width) {
  std::vector<double*> columns;
  for (size_t k = 0; k < block.size(); k += width) columns.push_back(block.data() + k);
  return columns;
}

int main(int argc, char** argv) {
  if (argc == 2 && !strcmp(argv[1], "list")) {
    for (auto& c : contenders)
      for (auto work : {"grid_price", "grid_greeks", "batch_greeks"}) printf("%s %s\n", work, c.name);
    for (auto& s : solvers) printf("implied_vol %s\n", s.name);
    return 0;
  }
  if (argc < 4) return 64;
  std::string work = argv[1], name = argv[2], folder = argv[3];
  const char* dump = argc > 4 ? argv[4] : nullptr;
  std::vector<double> out;
  if (work == "implied_vol") {
    auto inputs = readDoubles(folder + "/implied.f64");
    Prices prices = pricesOf(inputs);
    for (auto& s : solvers) {
      if (name != s.name) continue;
      size_t count = std::min(prices.count, s.limit);
      out.resize(count);
      if (!dump) return measure(count, [&] { s.solve(prices, count, out.data()); }), 0;
      s.solve(prices, count, out.data());
      return write(dump, out), 0;
    }
    return 64;
  }
  for (auto& c : contenders) {
    if (name != c.name) continue;
    if (work == "batch_greeks") {
      auto inputs = readDoubles(folder + "/batch.f64");
      Batch batch = batchOf(inputs);
      out.resize(6 * blockSize);
      auto columns = columnsOf(out, blockSize);
      if (!dump) return measure(blockSize, [&] { c.greeks(batch, 0, blockSize, columns.data()); }), 0;
      c.greeks(batch, 0, blockSize, columns.data());
      return write(dump, out), 0;
    }
    auto inputs = readDoubles(folder + "/grid.f64");
    Condor condor = condorOf(inputs);
    bool hasGreeks = work == "grid_greeks";
    out.resize((hasGreeks ? 6 : 1) * Condor::nodeCount);
    auto columns = columnsOf(out, Condor::nodeCount);
    auto run = [&] { hasGreeks ? c.gridGreeks(condor, columns.data()) : c.grid(condor, out.data()); };
    if (!dump) return measure(size_t(Condor::legs) * Condor::nodeCount, run), 0;
    run();
    return write(dump, out), 0;
  }
  return 64;
}
