// swift-tools-version: 6.2
import PackageDescription

// The kernels are compiled for the machine they run on when this package is built for itself. A package that depends
// on this one by version may not inherit unsafe flags, and a checkout made by a package manager is recognised by its
// place; `BULKHEAD_PORTABLE=1` asks for the baseline instruction set in the project's own checkout as well, and
// `BULKHEAD_ARCH=x86-64-v3` for a processor with AVX2 (any name that clang's `-march` takes will do).
let isDependency = Context.packageDirectory.split(separator: "/").contains("checkouts")
let isPortable = isDependency || Context.environment["BULKHEAD_PORTABLE"] == "1"
let architecture = Context.environment["BULKHEAD_ARCH"] ?? "native"

let language: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let settings = language + [.strictMemorySafety()]

// `-Ounchecked` only here: every count and border is checked before a kernel runs. The compiler warns of it beside strict
// memory safety, so the builds without it are the ones that check the kernels for that.
let kernelSettings =
  isDependency
  ? settings
  : isPortable
    ? settings + [.unsafeFlags(["-O"])] : language + [.unsafeFlags(["-Ounchecked", "-Xcc", "-march=\(architecture)"])]

let bigInt: Target.Dependency = .product(name: "BigInt", package: "BigInt")
let realModule: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")

/// A module of the house and the lower floors it stands on.
func floor(_ name: String, _ dependencies: [Target.Dependency], kernel: Bool = false) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: kernel ? kernelSettings : settings)
}

/// The tests of one module.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies, swiftSettings: settings)
}

let package = Package(
  name: "bulkhead",
  products: [
    .executable(name: "bulkhead", targets: ["bulkhead"]),
    .library(
      name: "Bulkhead",
      targets: [
        "Basics", "Kernels", "Instruments", "MarketData", "Pricing", "Scenarios", "IsolatedMargin",
        "MarginRules", "Analysis", "Formats", "LinearAlgebra",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 0
    .target(name: "CVector"),
    .target(name: "CBytes"),
    // Opens OpenBLAS at run time; before version 2.34 of the C library that took a library of its own.
    .target(name: "CLapack", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    // zlib is loaded when it is first wanted; its header (zlib1g-dev) must be there when this is built.
    .target(name: "CGzip", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "CInterrupt"),
    floor("Basics", [bigInt]),
    floor("Kernels", ["CVector", realModule], kernel: true),
    // Floor 1 and up: each module names every lower floor it imports.
    floor("LinearAlgebra", ["CLapack"]),
    floor("Instruments", ["Basics"]),
    floor("MarketData", ["Basics", "Instruments", "Kernels", "LinearAlgebra", realModule]),
    floor("Pricing", ["Basics", "Instruments", "Kernels", "MarketData", realModule]),
    floor("Scenarios", ["Basics", "Instruments", "Kernels", "LinearAlgebra", "MarketData", "Pricing", realModule]),
    floor("IsolatedMargin", ["Basics", "Instruments", "Kernels", "MarketData", "Pricing", realModule]),
    floor(
      "MarginRules",
      ["Basics", "Instruments", "Kernels", "MarketData", "Pricing", "Scenarios", "IsolatedMargin", realModule]),
    floor(
      "Analysis",
      [
        "Basics", "Instruments", "Kernels", "LinearAlgebra", "MarketData", "Pricing", "Scenarios", "IsolatedMargin",
        "MarginRules", realModule,
      ]),
    floor(
      "Formats",
      [
        "Basics", "Instruments", "Kernels", "LinearAlgebra", "MarketData", "Pricing", "Scenarios", "IsolatedMargin",
        "MarginRules", "Analysis", "CBytes", "CGzip", "CInterrupt", .product(name: "Yams", package: "Yams"),
      ]),
    // Doors
    .executableTarget(
      name: "bulkhead",
      dependencies: [
        "Basics", "Instruments", "Kernels", "MarketData", "Pricing", "Scenarios", "IsolatedMargin",
        "MarginRules", "Analysis", "Formats", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    // Tests
    .target(name: "TestSupport", dependencies: [], path: "Tests/TestSupport", swiftSettings: settings),
    tests(of: "Basics", [bigInt]),
    tests(of: "Kernels", ["Basics"]),
    tests(of: "LinearAlgebra"),
    // What Scripts/check-builds runs for every instruction set: a small program, so that each costs little to build.
    .executableTarget(
      name: "check-kernels", dependencies: ["Kernels", "TestSupport"], path: "Tests/CheckKernels",
      swiftSettings: settings),
    // A fixed piece of work for Scripts/check-instructions to count.
    .executableTarget(
      name: "count-instructions", dependencies: ["Kernels"], path: "Tests/CountInstructions", swiftSettings: settings),
    tests(of: "Instruments", ["Basics"]),
    tests(of: "MarketData", ["Basics", "Instruments", "Kernels"]),
    tests(of: "Pricing", ["Basics", "Instruments", "Kernels", "MarketData"]),
    tests(of: "Scenarios", ["Basics", "Instruments", "LinearAlgebra", "MarketData", "Pricing"]),
    // Random lives of accounts: few for the tests, many for Scripts/check-accounts, which builds no more than these.
    .target(
      name: "AccountTrials", dependencies: ["Basics", "Instruments", "IsolatedMargin", "TestSupport"],
      path: "Tests/AccountTrials", swiftSettings: settings),
    .executableTarget(
      name: "check-accounts", dependencies: ["AccountTrials"], path: "Tests/CheckAccounts", swiftSettings: settings),
    tests(
      of: "IsolatedMargin", ["AccountTrials", "Basics", "Instruments", "Kernels", "MarketData", "Pricing", bigInt]),
    // The rules are tested with the numbers that are delivered, so their tests read the rulebooks' files.
    tests(
      of: "MarginRules", ["Basics", "Instruments", "MarketData", "Pricing", "Scenarios", "IsolatedMargin", "Formats"]),
    tests(
      of: "Analysis",
      [
        "Basics", "Instruments", "Kernels", "LinearAlgebra", "MarketData", "Pricing", "Scenarios", "IsolatedMargin",
        "MarginRules",
      ]),
    tests(
      of: "Formats",
      [
        "Basics", "CBytes", "CInterrupt", "Instruments", "MarketData", "Pricing", "Scenarios", "IsolatedMargin",
        "MarginRules", "Analysis",
      ]),
    .testTarget(
      name: "ProgramTests", dependencies: ["bulkhead", "Formats", "TestSupport"], swiftSettings: settings),
  ]
)

// The C interface, and what Python loads. Its functions are `@c`, which Swift 6.3 brought: an older toolchain builds all else.
#if compiler(>=6.3)
  package.products.append(.library(name: "bulkheadc", type: .dynamic, targets: ["BulkheadC"]))
  package.targets += [
    // The header is written by hand, and the compiler checks the functions against it.
    .target(name: "CBulkhead"),
    floor(
      "BulkheadC",
      [
        "CBulkhead", "Basics", "Instruments", "Kernels", "MarketData", "Pricing", "Scenarios", "IsolatedMargin",
        "MarginRules", "Analysis",
      ]),
    // Callers from C hand over raw memory, and so do these tests.
    .target(
      name: "HostileCalls", dependencies: ["BulkheadC", "CBulkhead"], path: "Tests/HostileCalls",
      swiftSettings: language),
    .testTarget(
      name: "BulkheadCTests",
      dependencies: ["Basics", "BulkheadC", "CBulkhead", "HostileCalls", "Kernels", "MarginRules", "TestSupport"],
      swiftSettings: language),
  ]
  // What Scripts/fuzz-calls builds with a fuzzer inside, and nobody else.
  if Context.environment["BULKHEAD_FUZZ"] == "1" {
    package.targets += [
      .target(name: "CFuzzer", path: "Tests/CFuzzer"),
      .executableTarget(
        name: "fuzz-calls", dependencies: ["CFuzzer", "HostileCalls"], path: "Tests/FuzzCalls", swiftSettings: language),
    ]
  }
#endif
