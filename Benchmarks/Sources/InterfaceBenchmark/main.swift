// Microseconds that an answer of the JSON interface takes, from the bytes of the request to the text, on one core: condors of
// other strikes and quantities in every request, on the bitcoin chain, and one operation after the other.
//
//     swift run -c release --package-path Benchmarks InterfaceBenchmark [ROUNDS [OPERATION ...]]
//
// prints, for each operation, `operation | least | median | 99th percentile | most | bytes of an answer`. Run it from the folder
// of the project, whose Data it reads.

import Formats
import Glibc

func microseconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) * 1e6 + Double(now.tv_nsec) * 1e-3
}

func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

/// No two of 29,100 neighbours are the same question.
func body(_ count: Int, _ operation: InterfaceOperation) -> [UInt8] {
  let puts = [70000, 75000, 80000, 82000, 84000]
  let shorts = [86000, 88000, 90000]
  let calls = [96000, 98000, 100000, 102000]
  let wings = [105000, 108000, 110000, 115000, 118000]
  let strikes = [puts[count % 5], shorts[count % 3], calls[count % 4], wings[count / 5 % 5]]
  let strategy =
    #"{"structure": "iron-condor", "expiry": "26DEC25", "settlement": "quote", "quantity": \#(count % 97 + 1), "#
    + #""strikes": \#(strikes)}"#
  let more = operation == .roll ? #", "to": "30JAN26""# : ""
  return Array(#"{"market": "deribit-btc-2025-12-05", "strategy": \#(strategy)\#(more)}"#.utf8)
}

let arguments = CommandLine.arguments.dropFirst()
let rounds = arguments.first.flatMap { Int($0) } ?? 2_000
let asked = arguments.dropFirst().compactMap { InterfaceOperation(rawValue: $0) }
let interface = try JSONInterface(markets: ["Data/Markets/deribit-btc-2025-12-05.yaml"])
for operation in asked.isEmpty ? InterfaceOperation.allCases : asked {
  var times: [Double] = []
  var bytes = 0
  for round in 0..<(rounds + rounds / 10) {
    let body = body(round, operation)
    let start = microseconds()
    let answer = try interface.answer(operation, body)
    let time = microseconds() - start
    if round >= rounds / 10 { times.append(time) }
    bytes = answer.bytes.count
  }
  times.sort()
  let figures = [times[0], times[times.count / 2], times[times.count * 99 / 100], times[times.count - 1]].map(text)
  print("\(operation.rawValue) | \(figures.joined(separator: " | ")) | \(bytes)")
}
