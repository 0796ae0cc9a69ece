import Testing

@testable import Formats

@Suite("Progress")
struct ProgressTextTests {
  @Test("A bar tells how much is done, how fast and how long the rest takes")
  func line() {
    #expect(
      ProgressText.line("price", 250_000, of: 1_000_000, milliseconds: 2000)
        == "price [#######.......................] 25 %, 125 k rows/s, 0:06 left")
    #expect(
      ProgressText.line("price", 5, of: 5, milliseconds: 3000)
        == "price [##############################] 100 %, 1.67 rows/s, 0:00 left")
    #expect(ProgressText.line("x", 0, of: 7, milliseconds: 1500) == "x [..............................] 0 %")
    #expect(ProgressText.line("x", 9, of: 0, milliseconds: 0) == "x [##############################] 100 %")
    let last = ProgressText.line("x", Int.max - 1, of: Int.max, milliseconds: 1)
    #expect(last.hasPrefix("x [##############################] 100 %"))
  }

  @Test(
    "Rates have three digits",
    arguments: [
      (0.5, "0.50"), (9.99, "9.99"), (12.34, "12.3"), (999.4, "999"), (999.6, "1.00 k"), (45_678, "45.7 k"),
      (999_499, "999 k"), (1_234_567, "1.23 M"), (123_456_789, "123 M"),
    ])
  func rates(_ value: Double, _ text: String) { #expect(ProgressText.count(value) == text) }

  @Test(
    "Times are minutes and seconds, rounded up",
    arguments: [
      (0.0, "0:00"), (0.1, "0:01"), (59.5, "1:00"), (61, "1:01"), (3600, "1:00:00"), (36_061, "10:01:01"),
      (1e300, "99:59:59"), (.infinity, "99:59:59"),
    ])
  func times(_ seconds: Double, _ text: String) { #expect(ProgressText.duration(seconds) == text) }
}
