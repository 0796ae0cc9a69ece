// Milliseconds of one tick over a million isolated perpetual positions, on one thread:
//
//     swift run -c release --package-path Benchmarks RemarkBenchmark [ROUNDS]
//
// prints, for each work, `work | least | median | most | rounds`. A tick computes every position's equity and decision and
// lists who has just crossed; at the end the decisions of some positions are compared with exact arithmetic. The last line
// copies as many bytes as a tick reads and writes, which is what memory allows.

import Basics
import Glibc
import IsolatedMargin

func milliseconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
  return Double(now.tv_sec) * 1e3 + Double(now.tv_nsec) / 1e6
}

/// Steele, Lea and Flood's generator.
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func amount(_ range: ClosedRange<Int64>, decimals: Int) -> ExactAmount {
    ExactAmount(count: Int64.random(in: range, using: &self), decimals: decimals)
  }
}

struct Holder {
  let slot: MarkedPositions.Slot
  let position: PerpetualPosition
}

func report(_ name: String, _ times: [Double]) {
  let sorted = times.sorted()
  let figures = [sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1]].map { ($0 * 1000).rounded() / 1000 }
  print("\(name) | \(figures[0]) | \(figures[1]) | \(figures[2]) | \(sorted.count)")
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 101
let count = 1_000_000
let tiers = try MaintenanceTiers([
  (.zero, ExactAmount(count: 4, decimals: 3)), (ExactAmount(50_000), ExactAmount(count: 5, decimals: 3)),
  (ExactAmount(250_000), ExactAmount(count: 1, decimals: 2)),
  (ExactAmount(1_000_000), ExactAmount(count: 25, decimals: 3)),
])
let terms = try PerpetualTerms(tiers: tiers, exitFee: ExactAmount(count: 5, decimals: 4))

var generator = Generator(state: 1)
var marked = MarkedPositions(.linear)
var sample: [Holder] = []
let started = milliseconds()
for index in 0..<count {
  let quantity = generator.amount(1...200_000, decimals: 4)
  let entry = generator.amount(5_900_000...6_100_000, decimals: 2)
  let position = try PerpetualPosition(
    kind: .linear, side: Bool.random(using: &generator) ? .long : .short, quantity: quantity, entryPrice: entry,
    margin: quantity * entry * generator.amount(100...5000, decimals: 4))
  let slot = try marked.append(position, under: terms)
  if index % 499 == 0 { sample.append(Holder(slot: slot, position: position)) }
}
report("exact thresholds of a million positions, once", [milliseconds() - started])

// A walk of 20 dollars a step around 60,000, from which some positions cross at every tick.
var price: Int64 = 6_000_000_000_000
var (times, crossed) = ([Double](), 0)
for _ in 0..<rounds {
  price += Int64.random(in: -2_000_000_000...2_000_000_000, using: &generator)
  let mark = Price(count: price)
  let start = milliseconds()
  crossed += try marked.mark(at: mark).newlyLiquidatedCount
  times.append(milliseconds() - start)
}
report("a tick of a million positions", times)

var wrong = 0
let mark = try MarkPrice(Price(count: price).exact, time: Instant(secondsSinceEpoch: 0))
for holder in sample where terms.isLiquidated(holder.position, at: mark) != marked.isLiquidated(holder.slot) {
  wrong += 1
}
print("\(crossed) crossings; \(wrong) of \(sample.count) decisions differ from exact arithmetic")

// 24 bytes read and 8 written a position, and an eighth for its bits.
let source = [Double](repeating: 1, count: 3 * count)
var target = [Double](repeating: 0, count: count)
func sum(_ source: [Double], into target: inout [Double]) {
  let n = target.count
  for i in 0..<n { target[i] = source[i] + source[n + i] + source[2 * n + i] }
}
times = []
for _ in 0..<rounds {
  let start = milliseconds()
  sum(source, into: &target)
  times.append(milliseconds() - start)
}
report("the same bytes added up, nothing decided", times)
if target[count / 2] != 3 { print("the sum is wrong") }
