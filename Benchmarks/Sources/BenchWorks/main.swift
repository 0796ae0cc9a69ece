// One of Bulkhead's works for Scripts/bench, which runs it beside the peers:
//
//     BenchWorks inputs FOLDER MARKET STRATEGY       writes what all contenders read
//     BenchWorks kernel WORK FOLDER [DUMP]           grid_price, grid_greeks, batch_greeks, implied_vol
//     BenchWorks american TOLERANCE [greeks]         values random American options
//     BenchWorks book BOOK MARKET SPOTS VOLATILITIES THREADS [DUMP]      analyses a book under a grid
//     BenchWorks risk BOOK MARKET METHOD SCENARIOS STRATEGIES THREADS     historical or monte-carlo value at risk
//     BenchWorks read BOOK                           reads a book to its end
//     BenchWorks write MARKET STRATEGY TIMES OUT     writes a stress report
//
// A run prints `rate R` (options, roots or rows a second), where it says so with `bytes B` and `check SUM`. With DUMP a
// kernel writes its results as doubles, column after column, and measures nothing. A book's rate counts strategies behind
// reading; it also prints `seconds S` and `read_seconds S`, and its dump is a row a strategy: value, worst P&L, its scenario,
// best P&L, its scenario, margin, and the shares of the grid that lose more than 25, 50, 75 and 100 percent of the margin.

import Glibc
import Kernels

func usage() -> Never {
  print("usage: BenchWorks inputs|kernel|american|book|risk|read|write ...; Benchmarks/README.md says more")
  exit(64)
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.count) {
case ("inputs", 4): try writeInputs(folder: arguments[1], market: arguments[2], strategy: arguments[3])
case ("kernel", 3...4):
  try runKernel(arguments[1], folder: arguments[2], dump: arguments.count == 4 ? arguments[3] : nil)
case ("american", 2...3):
  guard let tolerance = Double(arguments[1]), AmericanBoundary.tolerances.contains(tolerance),
    arguments.count == 2 || arguments[2] == "greeks"
  else { usage() }
  runAmerican(tolerance: tolerance, withGreeks: arguments.count == 3)
case ("book", 6...7):
  guard let spots = Int(arguments[3]), let volatilities = Int(arguments[4]), let threads = Int(arguments[5]),
    spots > 1, volatilities > 1, threads > 0
  else { usage() }
  try analyzeBook(
    arguments[1], market: arguments[2], grid: try bookGrid(spots: spots, volatilities: volatilities), threads: threads,
    dump: arguments.count == 7 ? arguments[6] : nil)
case ("risk", 7):
  guard ["historical", "monte-carlo"].contains(arguments[3]), let scenarios = Int(arguments[4]), scenarios >= 200,
    let strategies = Int(arguments[5]), strategies > 0, let threads = Int(arguments[6]), threads > 0
  else { usage() }
  try measureRisk(
    arguments[1], market: arguments[2], method: arguments[3], scenarios: scenarios, limit: strategies, threads: threads)
case ("read", 2): try readBook(arguments[1])
case ("write", 5):
  guard let times = Int(arguments[3]), times > 0 else { usage() }
  try writeReport(market: arguments[1], strategy: arguments[2], times: times, to: arguments[4])
default: usage()
}
