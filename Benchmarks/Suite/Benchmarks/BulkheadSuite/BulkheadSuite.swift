// What the stages of the library cost, each by itself: wall clock, throughput, peak memory and, where the system counts them,
// instructions. From the project's folder:
//
//     swift package --package-path Benchmarks/Suite benchmark
//     swift package --package-path Benchmarks/Suite benchmark --filter "Kernels.*"
//
// Throughput counts what one time stands for: a block, a grid, a strategy or a book. Nothing here decides a test.

import Analysis
import Benchmark
import IsolatedMargin
import Kernels
import Pricing
import Scenarios

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .instructions, .peakMemoryResident],
    warmupIterations: 3, maxDuration: .seconds(1), maxIterations: 1_000_000)

  addKernels()

  Benchmark("Resolve: one strategy, filled and looked up") { benchmark in
    let example = try Example()
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      var book = ResolvedBook(market: example.market)
      blackHole(try book.resolve(try example.filled()))
    }
  }

  Benchmark("Maximum loss: one iron condor, exact") { benchmark in
    let filled = try Example().filled()
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(StrategyMargin(of: filled)) }
  }

  Benchmark("Analysis: one iron condor, every stage") { benchmark in
    let example = try Example()
    let (analyzer, filled) = (StrategyAnalyzer(market: example.market), try example.filled())
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(try analyzer.analyze(filled)) }
  }

  Benchmark(
    "Book: 200 condors on 22 contracts under 20,302 scenarios",
    configuration: .init(scalingFactor: .one, maxDuration: .seconds(5))
  ) { benchmark in
    let example = try Example()
    let (book, grid) = (try example.book(of: 200), try Example.grid())
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      blackHole(BookAnalyzer(market: example.market, grid: grid).analyze(book).count)
    }
  }
}
