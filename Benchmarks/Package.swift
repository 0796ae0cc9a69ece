// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds the program builds the benchmarks.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "bulkhead", path: "..")],
  targets: [
    .executableTarget(
      name: "KernelBenchmark", dependencies: [.product(name: "Bulkhead", package: "bulkhead")],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "RemarkBenchmark", dependencies: [.product(name: "Bulkhead", package: "bulkhead")],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "PassageBenchmark", dependencies: [.product(name: "Bulkhead", package: "bulkhead")],
      swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
)
