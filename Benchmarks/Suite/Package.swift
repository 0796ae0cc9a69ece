// swift-tools-version: 6.2
import PackageDescription

// Apart from the executables beside it: the plugin brings a tool, a histogram and a table printer of its own, which whoever
// runs a kernel's benchmark or Scripts/bench need not resolve or build.
let package = Package(
  name: "Suite",
  dependencies: [
    .package(name: "bulkhead", path: "../.."),
    // Without traits it replaces neither malloc nor the runtime's reference counting.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "BulkheadSuite",
      dependencies: [
        .product(name: "Bulkhead", package: "bulkhead"), .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/BulkheadSuite", swiftSettings: [.swiftLanguageMode(.v6)],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ]
)
