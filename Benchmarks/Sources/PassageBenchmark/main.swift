// Million path steps a second of one core, for the simulation of first passages:
//
//     swift run -c release --package-path Benchmarks PassageBenchmark [ROUNDS]
//
// prints, for each work, `work | Bulkhead | least | median | most | rounds`. No path of the first three works leaves its
// corridor, so every step is computed; in the last one most of them do.
//
// The limit: a step of the corridor takes 133 multiplications and 36 additions of the machine's widest vectors for 16
// paths, random numbers included, and a division and a square root of about 25 cycles together. Where a core begins one
// multiplication of 512 bits a cycle, 16 steps take 158 cycles or more: 294 million steps a second at 2.9 GHz.

import Glibc
import Kernels

/// The processor time of this thread in seconds: the machine may be shared.
func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// 60 percent a year over 30 days in 256 steps, bounds at this distance in ln S.
func simulate(_ sides: PassageSides, distance: Double, blocks: UInt32, _ left: inout Double) -> Int {
  let count = 256
  let deviation = 0.6 * (30 / 365 / Double(count)).squareRoot()
  let steps = [PassageStep](
    repeating: PassageStep(
      drift: -deviation * deviation / 2, deviation: deviation, lowerStart: -distance, lowerEnd: -distance,
      upperStart: distance, upperEnd: distance), count: count)
  var scratch = [Double](repeating: 0, count: PassagePaths.scratchCount)
  var sums = [Double](repeating: 0, count: 2 * count)
  left = 0
  for block in 0..<blocks {
    var scratchSpan = scratch.mutableSpan
    var span = sums.mutableSpan
    PassagePaths.simulate(
      block: block, seed: 1, steps: steps.span, sides: sides, scratch: &scratchSpan, into: &span)
    left += sums[count - 1]
  }
  left /= Double(Int(blocks) * PassagePaths.blockCount)
  return Int(blocks) * PassagePaths.blockCount * count
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 9
let works: [(name: String, sides: PassageSides, distance: Double)] = [
  ("lower bound", .lower, 1.5), ("upper bound", .upper, 1.5), ("corridor", .both, 1.5),
  ("corridor, most paths leave", .both, 0.05),
]
var rates = [[Double]](repeating: [], count: works.count)
var shares = [Double](repeating: 0, count: works.count)
for _ in 0..<rounds {
  for (index, work) in works.enumerated() {
    let start = threadSeconds()
    let count = simulate(work.sides, distance: work.distance, blocks: 100, &shares[index])
    rates[index].append(Double(count) / (threadSeconds() - start) / 1e6)
  }
}
for (index, work) in works.enumerated() {
  let sorted = rates[index].sorted()
  let figures = [sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1]].map { ($0 * 10).rounded() / 10 }
  print("\(work.name) | Bulkhead | \(figures[0]) | \(figures[1]) | \(figures[2]) | \(sorted.count)")
}
