import BulkheadC
import CBulkhead
import HostileCalls
import TestSupport
import Testing

/// Calls of random bytes, most of them wrong somewhere; `Scripts/fuzz-calls` lets a fuzzer look for worse ones.
@Suite("Hostile calls")
struct HostileCallTests {
  @Test(
    "Without a decision every function is called as it should be, and answers",
    arguments: HostileCaller.Function.allCases)
  func sound(_ function: HostileCaller.Function) throws {
    let place = try #require(HostileCaller.Function.allCases.firstIndex(of: function))
    let report = CallReport(of: [UInt8(place)])
    #expect(report.function == function && report.code == Int32(BULKHEAD_OK) && report.fault == nil)
  }

  @Test("No argument stops the program, and the header's promises are kept", arguments: 0..<8)
  func everyFunction(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed) &* 7919 &+ 3)
    var codes: Set<Int32> = []
    for round in 0..<25 * HostileCaller.Function.allCases.count {
      // Zeros are sound, so that the rarer they are, the earlier a call is refused.
      let share = Double.random(in: 0...1, using: &random)
      let bytes =
        [UInt8(round % HostileCaller.Function.allCases.count)]
        + (0..<400).map { _ in
          Double.random(in: 0..<1, using: &random) < share ? UInt8.random(in: 0...255, using: &random) : 0
        }
      let report = CallReport(of: bytes)
      codes.insert(report.code)
      #expect(report.fault == nil, "seed \(seed), round \(round), \(report.function)")
    }
    #expect(codes == [0, 1, 2, 3, 4], "seed \(seed)")
  }
}
