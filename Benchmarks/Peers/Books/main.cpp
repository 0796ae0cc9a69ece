// A book under a grid, in C++ tuned by hand for the machine it is compiled for:
//
//     book BOOK CONTRACTS THREADS [DUMP]
//
// BOOK is the book's CSV, CONTRACTS a table `kind,expiry,strike,years,forward,volatility` of every contract, as
// make-book writes them. The grid is 201 spots from -30 to +30 percent and 101 volatilities from -20 to +40 points, and
// the unshocked point. Prints `rate STRATEGIES_PER_SECOND` behind reading. DUMP receives, for each strategy, value,
// worst P&L, its scenario, best P&L, its scenario, margin, and the shares of the grid that lose more than 25, 50, 75
// and 100 percent of the margin.
//
// Each block of scenarios is priced once for all contracts. Strategies are taken in the order of their first contracts,
// so that the rows of one expiry stay near while its strategies add them. The block is the fastest of 64 to 2,048 on an
// EPYC (Zen 4).
#include <time.h>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <numeric>
#include <thread>
#include <unordered_map>
#include "../Tables/RowText.h"

static double seconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

struct Contract {
  double sign, strike, years, forward, volatility;
};

struct Leg {
  uint32_t contract;
  double quantity;
};

struct Strategy {
  uint32_t firstLeg, legCount;
  double cost, margin;
};

/// Greater than any amount. No infinity: the compiler is told that there is none.
static const double beyondAll = 1e300;

struct Result {
  double value, worst = beyondAll, worstScenario = 0, best = -beyondAll, bestScenario = 0, margin = 0;
  double beyond[4] = {0, 0, 0, 0};
};

static const int spotCount = 201, volatilityCount = 101, nodeCount = spotCount * volatilityCount;
static const int blockSize = 2048;

struct Book {
  std::vector<Contract> contracts;
  std::unordered_map<std::string, uint32_t> places;
  std::vector<Leg> legs;
  std::vector<Strategy> strategies;

  void readContracts(const char* path) {
    std::string text = readText(path);
    const char *p = text.data() + text.find('\n') + 1, *end = text.data() + text.size();
    while (p < end) {
      std::string key(takeCell(p, end));
      Contract c;
      c.sign = key == "call" ? 1 : -1;
      key += ',';
      key += takeCell(p, end);
      const char* strike = p;
      c.strike = takeNumber(p, end);
      key.append(",").append(strike, p - strike - 1);
      c.years = takeNumber(p, end);
      c.forward = takeNumber(p, end);
      c.volatility = takeNumber(p, end);
      places[key] = contracts.size();
      contracts.push_back(c);
    }
  }

  void readBook(const char* path) {
    std::string text = readText(path), key;
    const char *p = text.data() + text.find('\n') + 1, *end = text.data() + text.size();
    std::string_view last;
    while (p < end) {
      std::string_view name = takeCell(p, end);
      if (name != last) strategies.push_back({uint32_t(legs.size()), 0, 0, 0});
      last = name;
      key.assign(takeCell(p, end));
      takeCell(p, end);
      key.append(",").append(takeCell(p, end)).append(",").append(takeCell(p, end));
      double quantity = takeNumber(p, end), price = takeNumber(p, end), multiplier = takeNumber(p, end);
      takeCell(p, end);
      double fee = takeNumber(p, end);
      auto place = places.find(key);
      if (place == places.end()) exit(65);
      legs.push_back({place->second, quantity * multiplier});
      Strategy& s = strategies.back();
      s.legCount++;
      s.cost += quantity * multiplier * price + fee;
    }
    for (auto& s : strategies) s.margin = margin(s);
  }

  /// What the holder brings and posts: the cost less the least payoff, in cents, rounded up.
  double margin(const Strategy& s) const {
    double least = 0;
    for (uint32_t k = 0; k < s.legCount; k++) {
      double spot = contracts[legs[s.firstLeg + k].contract].strike, payoff = 0;
      for (uint32_t l = 0; l < s.legCount; l++) {
        const Contract& c = contracts[legs[s.firstLeg + l].contract];
        payoff += legs[s.firstLeg + l].quantity * std::max(0.0, c.sign * (spot - c.strike));
      }
      least = std::min(least, payoff);
    }
    return std::max(0.0, std::ceil((s.cost - least) * 100 - 1e-6) / 100);
  }
};

/// The prices of every contract under the scenarios of a block; a row a contract.
static void price(const Book& book, const double* spotMoves, const double* volatilityMoves, int count, double* out) {
  for (size_t k = 0; k < book.contracts.size(); k++) {
    const Contract& c = book.contracts[k];
    double root = std::sqrt(c.years), logarithm = std::log(c.forward / c.strike), sign = c.sign;
    double* __restrict row = out + k * blockSize;
#pragma GCC ivdep
    for (int i = 0; i < count; i++) {
      double s = (c.volatility + volatilityMoves[i]) * root, F = c.forward * (1 + spotMoves[i]);
      double d1 = (logarithm + std::log(1 + spotMoves[i])) / s + 0.5 * s, d2 = d1 - s;
      row[i] = sign * 0.5 * (F * std::erfc(-sign * d1 * M_SQRT1_2) - c.strike * std::erfc(-sign * d2 * M_SQRT1_2));
    }
    for (int i = count; i < blockSize; i++) row[i] = row[count - 1];
  }
}

/// The first node of a block that holds `value`.
static int place(const double* profit, int count, double value) {
  double first = count;
#pragma omp simd reduction(min : first)
  for (int i = 0; i < count; i++) first = std::min(first, profit[i] == value ? double(i) : double(count));
  return int(first);
}

/// Adds a strategy's rows, and updates its figures with the block's.
static void sweep(const Book& book, const Strategy& s, const double* prices, int first, int count, Result& r) {
  double profit[blockSize];
  const Leg* legs = book.legs.data() + s.firstLeg;
  double worst = beyondAll, best = -beyondAll;
  if (s.legCount == 4) {
    // Four rows at once, as most books have them: the sum stays in registers.
    const double *__restrict w = prices + size_t(legs[0].contract) * blockSize;
    const double *__restrict x = prices + size_t(legs[1].contract) * blockSize;
    const double *__restrict y = prices + size_t(legs[2].contract) * blockSize;
    const double *__restrict z = prices + size_t(legs[3].contract) * blockSize;
    double p = legs[0].quantity, q = legs[1].quantity, t = legs[2].quantity, u = legs[3].quantity;
#pragma omp simd reduction(min : worst) reduction(max : best)
    for (int i = 0; i < blockSize; i++) {
      double sum = p * w[i] + q * x[i] + t * y[i] + u * z[i] - s.cost;
      profit[i] = sum;
      worst = std::min(worst, sum);
      best = std::max(best, sum);
    }
  } else {
    for (int i = 0; i < blockSize; i++) profit[i] = -s.cost;
    for (uint32_t l = 0; l < s.legCount; l++) {
      const double* __restrict row = prices + size_t(legs[l].contract) * blockSize;
      double q = legs[l].quantity;
      for (int i = 0; i < blockSize; i++) profit[i] += q * row[i];
    }
#pragma omp simd reduction(min : worst) reduction(max : best)
    for (int i = 0; i < blockSize; i++) {
      worst = std::min(worst, profit[i]);
      best = std::max(best, profit[i]);
    }
  }
  if (worst < r.worst) {
    r.worst = worst;
    r.worstScenario = first + place(profit, count, worst);
  }
  if (best > r.best) {
    r.best = best;
    r.bestScenario = first + place(profit, count, best);
  }
  // Many blocks lose too little to be looked at node by node.
  if (worst >= -0.25 * s.margin) return;
  double a = -0.25 * s.margin, b = -0.5 * s.margin, c = -0.75 * s.margin, d = -s.margin;
  double beyondA = 0, beyondB = 0, beyondC = 0, beyondD = 0;
#pragma omp simd reduction(+ : beyondA, beyondB, beyondC, beyondD)
  for (int i = 0; i < count; i++) {
    beyondA += profit[i] < a ? 1.0 : 0.0;
    beyondB += profit[i] < b ? 1.0 : 0.0;
    beyondC += profit[i] < c ? 1.0 : 0.0;
    beyondD += profit[i] < d ? 1.0 : 0.0;
  }
  r.beyond[0] += beyondA;
  r.beyond[1] += beyondB;
  r.beyond[2] += beyondC;
  r.beyond[3] += beyondD;
}

static std::vector<Result> analyse(const Book& book, int threads) {
  std::vector<Result> results(book.strategies.size());
  std::vector<double> spots(nodeCount), volatilities(nodeCount), prices(book.contracts.size() * blockSize);
  for (int j = 0; j < volatilityCount; j++)
    for (int i = 0; i < spotCount; i++) {
      spots[j * spotCount + i] = -0.3 + i * 0.6 / (spotCount - 1);
      volatilities[j * spotCount + i] = -0.2 + j * 0.6 / (volatilityCount - 1);
    }
  double zero = 0;
  price(book, &zero, &zero, 1, prices.data());
  for (size_t k = 0; k < results.size(); k++) {
    const Strategy& s = book.strategies[k];
    results[k].value = 0;
    for (uint32_t l = 0; l < s.legCount; l++) {
      const Leg& leg = book.legs[s.firstLeg + l];
      results[k].value += leg.quantity * prices[size_t(leg.contract) * blockSize];
    }
    results[k].margin = s.margin;
  }
  std::vector<uint32_t> order(results.size());
  std::iota(order.begin(), order.end(), 0);
  auto firstContract = [&](uint32_t k) { return book.legs[book.strategies[k].firstLeg].contract; };
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return firstContract(a) < firstContract(b); });
  // A thread takes the next block of scenarios, and keeps results of its own until the end.
  std::vector<std::vector<Result>> parts(threads, results);
  std::atomic<int> next(0);
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; t++)
    workers.emplace_back([&, t] {
      std::vector<double> own(book.contracts.size() * blockSize);
      for (int first; (first = blockSize * next++) < nodeCount;) {
        int count = std::min(blockSize, nodeCount - first);
        price(book, spots.data() + first, volatilities.data() + first, count, own.data());
        for (uint32_t k : order)
          sweep(book, book.strategies[k], own.data(), first + 1, count, parts[t][k]);
      }
    });
  for (auto& worker : workers) worker.join();
  for (size_t k = 0; k < results.size(); k++) {
    Result& r = results[k];
    for (auto& part : parts) {
      const Result& o = part[k];
      if (o.worst < r.worst || (o.worst == r.worst && o.worstScenario < r.worstScenario))
        r.worst = o.worst, r.worstScenario = o.worstScenario;
      if (o.best > r.best || (o.best == r.best && o.bestScenario < r.bestScenario))
        r.best = o.best, r.bestScenario = o.bestScenario;
      for (int m = 0; m < 4; m++) r.beyond[m] += o.beyond[m] / nodeCount;
    }
  }
  return results;
}

int main(int argc, char** argv) {
  if (argc < 4) return 64;
  Book book;
  book.readContracts(argv[2]);
  book.readBook(argv[1]);
  double start = seconds();
  std::vector<Result> results = analyse(book, std::max(1, atoi(argv[3])));
  printf("rate %.9g\n", results.size() / (seconds() - start));
  if (argc < 5) return 0;
  FILE* file = fopen(argv[4], "wb");
  size_t n = results.size();
  if (!file || fwrite(results.data(), sizeof(Result), n, file) != n || fclose(file)) return 73;
}
