// Reads a book, or writes a stress report, in plain C++ with from_chars and to_chars, a piece of the file a thread:
//
//     tables read BOOK THREADS                       prints `rate ROWS_PER_SECOND`, `bytes B` and `check SUM`
//     tables write REPORT.f64 TIMES OUT THREADS      prints `rate ROWS_PER_SECOND` and `bytes B`
//
// SUM is the sum of quantity x strike. REPORT.f64 holds the thirteen floating columns of a report, one after another; it is written TIMES times. Times are
// wall-clock, from the opening of the input, or the first row, to the last byte handed to the system.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#include <cstring>
#include <memory>
#include <thread>
#include "RowText.h"

static double seconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

struct Row {
  std::string_view strategy, kind, underlying, expiry, settlement;
  double strike, quantity, price, multiplier, fee;
};

/// The rows of a piece, every cell read: numbers as doubles, words as views of the text.
static std::vector<Row> rowsOf(const char* p, const char* end) {
  std::vector<Row> rows;
  rows.reserve((end - p) / 40);
  while (p < end) {
    Row row;
    row.strategy = takeCell(p, end);
    row.kind = takeCell(p, end);
    row.underlying = takeCell(p, end);
    row.expiry = takeCell(p, end);
    row.strike = takeNumber(p, end);
    row.quantity = takeNumber(p, end);
    row.price = takeNumber(p, end);
    row.multiplier = takeNumber(p, end);
    row.settlement = takeCell(p, end);
    row.fee = takeNumber(p, end);
    rows.push_back(row);
  }
  return rows;
}

static int read(const char* path, int threads) {
  double start = seconds();
  std::string text = readText(path);
  size_t body = text.find('\n') + 1;
  std::vector<std::vector<Row>> parts(threads);
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; t++)
    workers.emplace_back([&, t] {
      parts[t] = rowsOf(pieceStart(text, body, t, threads), pieceStart(text, body, t + 1, threads));
    });
  for (auto& worker : workers) worker.join();
  double time = seconds() - start, sum = 0;
  size_t count = 0;
  for (auto& part : parts) {
    count += part.size();
    for (auto& row : part) sum += row.quantity * row.strike;
  }
  printf("rate %.9g\nbytes %zu\ncheck %.17g\n", count / time, text.size(), sum);
  return 0;
}

static const int width = 13;

static char* cell(char* p, double value) {
  p = std::to_chars(p, p + 32, value).ptr;
  *p++ = ',';
  return p;
}

static char* cell(char* p, const char* text) {
  size_t n = strlen(text);
  memcpy(p, text, n);
  p[n] = ',';
  return p + n + 1;
}

/// Writes the rows `from` up to `to` of a report and returns its end; a row takes at most `rowSize` bytes.
static const size_t rowSize = 512;

static char* report(char* p, const std::vector<double>& v, size_t n, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) {
    p = cell(p, "BTC iron condor");
    p = std::to_chars(p, p + 20, i).ptr;
    *p++ = ',';
    for (int k = 0; k < 10; k++) p = cell(p, v[k * n + i]);
    p = cell(p, "4888.96");
    p = cell(p, v[10 * n + i]);
    p = cell(p, v[11 * n + i]);
    p = cell(p, "ok");
    p = cell(p, "USD");
    p = cell(p, v[12 * n + i]);
    p[-1] = '\n';
  }
  return p;
}

static const char* header =
    "strategy,scenario,days_forward,spot_shift,vol_shift,spot,value,pnl,delta,gamma,vega_per_vol_point,theta_per_day,"
    "margin,equity,loss_share_of_margin,status,currency,pnl_from_now\n";

static int write(const char* source, int times, const char* path, int threads) {
  std::string raw = readText(source);
  std::vector<double> v(raw.size() / sizeof(double));
  memcpy(v.data(), raw.data(), raw.size());
  size_t n = v.size() / width, bytes = 0;
  double start = seconds();
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0) return 73;
  auto put = [&](const char* text, size_t size) {
    for (size_t done = 0; done < size;) {
      ssize_t count = ::write(file, text + done, size - done);
      if (count < 0) exit(73);
      done += count;
    }
    bytes += size;
  };
  put(header, strlen(header));
  struct Part {
    std::unique_ptr<char[]> text;
    char* end;
  };
  std::vector<Part> parts(threads);
  for (auto& part : parts) part.text.reset(new char[(n / threads + 1) * rowSize]);
  for (int time = 0; time < times; time++) {
    std::vector<std::thread> workers;
    auto make = [&](int t) {
      parts[t].end = report(parts[t].text.get(), v, n, n * t / threads, n * (t + 1) / threads);
    };
    for (int t = 1; t < threads; t++) workers.emplace_back(make, t);
    make(0);
    for (auto& worker : workers) worker.join();
    for (auto& part : parts) put(part.text.get(), part.end - part.text.get());
  }
  close(file);
  printf("rate %.9g\nbytes %zu\n", times * n / (seconds() - start), bytes);
  return 0;
}

int main(int argc, char** argv) {
  if (argc == 4 && !strcmp(argv[1], "read")) return read(argv[2], std::max(1, atoi(argv[3])));
  if (argc == 6 && !strcmp(argv[1], "write"))
    return write(argv[2], atoi(argv[3]), argv[4], std::max(1, atoi(argv[5])));
  return 64;
}
