import BulkheadC
import CBulkhead
import HostileCalls
import TestSupport
import Testing

@Suite("Calls that are wrong")
struct RefusalTests {
  private let arena = Arena()

  private func options(_ count: Int64 = 2) -> bulkhead_options {
    bulkhead_options(
      count: count, sign: arena.column([1]), spot: arena.column([100, 101]), strike: arena.column([100]),
      years: arena.column([1]), given: arena.column([0.2]), rate: arena.column([0]),
      dividend_yield: arena.column([0]))
  }

  private func price(
    _ options: bulkhead_options?, _ columns: Int32 = 1, _ tolerance: Double = 0,
    out: UnsafeMutablePointer<Double>?
  ) -> (code: Int32, message: String) {
    let message = arena.text(300)
    let pointer = options.map { arena.value($0) }
    let code = bulkhead_price(pointer, columns, tolerance, out, nil, nil, message)
    return (code, message.string)
  }

  @Test("Null pointers, counts and choices that there are not")
  func arguments() {
    let out = arena.array([-7.0, -7.0])
    let bad = Int32(BULKHEAD_BAD_ARGUMENT)
    #expect(price(nil, out: out) == (bad, "options: found a null pointer, wanted a options"))
    #expect(price(options(), out: nil) == (bad, "out: found a null pointer, wanted 2 values"))
    #expect(price(options(-1), out: out) == (bad, "count: found -1, wanted 0 or more"))
    #expect(price(options(.max), out: out).code == bad)
    #expect(price(options(.max / 8), 17, out: out).code == bad)
    #expect(price(options(), 5, out: out) == (bad, "columns: found 5, wanted 1, 6 or 17"))
    for tolerance in [-1, Double.nan, 1, 1e-13] { #expect(price(options(), 1, tolerance, out: out).code == bad) }
    var stride = options()
    stride.spot.stride = 2
    #expect(price(stride, out: out) == (bad, "spot: found a stride of 2, wanted 0 or 1"))
    var column = options()
    column.years.values = nil
    #expect(price(column, out: out) == (bad, "years: found a null pointer, wanted 1 values"))
    let crooked = UnsafeMutablePointer<Double>(bitPattern: UInt(bitPattern: out) + 1)
    #expect(price(options(), out: crooked).message == "out: found an address that is not aligned to 8 bytes")
    #expect((out[0], out[1]) == (-7, -7))
  }

  @Test("No row asks for no memory")
  func empty() {
    let none = bulkhead_column(values: nil, stride: 1)
    let options = bulkhead_options(
      count: 0, sign: none, spot: none, strike: none, years: none, given: none, rate: none, dividend_yield: none)
    #expect(bulkhead_price(arena.value(options), 17, 0, nil, nil, nil, nil) == Int32(BULKHEAD_OK))
  }

  @Test("An output over an input, or over another output, is refused and nothing is written")
  func overlap() {
    let stated = options()
    let column = UnsafeMutablePointer(mutating: stated.spot.values)
    let found = price(stated, out: column)
    #expect(found.code == Int32(BULKHEAD_BAD_ARGUMENT))
    #expect(found.message.contains("overlaps"))
    #expect(stated.spot.values?[0] == 100)
    let shared = arena.array([1.0, 2.0, 3.0])
    let second = shared + 1
    #expect(
      bulkhead_price(arena.value(stated), 1, 1e-8, shared, nil, second, nil) == Int32(BULKHEAD_BAD_ARGUMENT))
    #expect((shared[0], shared[1], shared[2]) == (1, 2, 3))
  }

  @Test("A message is cut between characters; rows that do not fit say how long they are")
  func texts() {
    let short = arena.text(9)
    #expect(bulkhead_price(nil, 1, 0, nil, nil, nil, short) == Int32(BULKHEAD_BAD_ARGUMENT))
    #expect(short.string == "options: " && short.pointee.length > 9)
    // Neither a message without memory nor one of a negative capacity is touched.
    let none = arena.value(bulkhead_text(bytes: nil, capacity: 10, length: 5))
    #expect(bulkhead_price(nil, 1, 0, nil, nil, nil, none) == Int32(BULKHEAD_BAD_ARGUMENT))
    #expect(none.pointee.length == 5)

    // A capacity that no memory has is not believed: the bytes behind the buffer are somebody else's.
    let boundless = arena.text(10)
    boundless.pointee.capacity = .max
    #expect(bulkhead_price(nil, 1, 0, nil, nil, nil, boundless) == Int32(BULKHEAD_BAD_ARGUMENT))
    #expect(boundless.pointee.length == 0)

    let sample = Sample()
    let book = arena.value(sample.book())
    let small = arena.text(10)
    #expect(bulkhead_margin(book, nil, nil, nil, nil, small, nil) == Int32(BULKHEAD_TOO_SMALL))
    let whole = arena.text(Int(small.pointee.length))
    #expect(bulkhead_margin(book, nil, nil, nil, nil, whole, nil) == Int32(BULKHEAD_OK))
    #expect(whole.string.split(separator: "\u{1E}").count == 2)
  }

  @Test("A book whose places do not ascend, a symbol that there is not, a moment of no calendar")
  func books() {
    let sample = Sample()
    let message = arena.text(300)
    func margin(_ book: bulkhead_book) -> (Int32, String) {
      let code = bulkhead_margin(arena.value(book), nil, nil, nil, nil, nil, message)
      return (code, message.string)
    }
    var book = sample.book()
    #expect(margin(book) == (Int32(BULKHEAD_OK), ""))
    book.starts = UnsafePointer(arena.array([0, Int64(3)]))
    #expect(margin(book).0 == Int32(BULKHEAD_BAD_ARGUMENT))
    book.starts = UnsafePointer(arena.array([1, Int64(2)]))
    #expect(margin(book).0 == Int32(BULKHEAD_BAD_ARGUMENT))
    book.starts = UnsafePointer(arena.array([0, Int64(1)]))
    #expect(margin(book).0 == Int32(BULKHEAD_BAD_ARGUMENT))
    var leg = sample.leg(1, 90_000, -1)
    leg.underlying = 7
    #expect(
      margin(sample.book([leg])) == (
        Int32(BULKHEAD_ROWS), "row 0: leg 0: underlying: found place 7, wanted one of the symbols"
      ))
    var market = sample.market()
    market.as_of = .min
    #expect(margin(sample.book(market: market)).0 == Int32(BULKHEAD_REFUSED))
    market = sample.market()
    market.spot = 0
    #expect(
      margin(sample.book(market: market)) == (
        Int32(BULKHEAD_REFUSED), "market: BTC spot: found 0, wanted a price above 0"
      ))
  }
}
