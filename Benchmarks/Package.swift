// swift-tools-version: 6.2
import PackageDescription

/// An executable over the library of the package above.
func measurement(_ name: String, _ others: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name, dependencies: [.product(name: "Bulkhead", package: "bulkhead")] + others,
    swiftSettings: [.swiftLanguageMode(.v6)])
}

// A package of its own, so that nobody who builds the program builds the benchmarks.
let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "bulkhead", path: ".."),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    .target(name: "CMachinePeak"),
    measurement("BenchWorks", [.product(name: "RealModule", package: "swift-numerics")]),
    measurement("KernelBenchmark", ["CMachinePeak"]), measurement("LiquidationBenchmark"),
    measurement("LiquidationLaw"), measurement("PassageBenchmark"), measurement("RemarkBenchmark"),
    measurement("SurfaceBenchmark"), measurement("LinearAlgebraBenchmark"), measurement("PolicyBenchmark"),
    measurement("InterfaceBenchmark"),
  ]
)
