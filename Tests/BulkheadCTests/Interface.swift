import BulkheadC
import CBulkhead
import TestSupport

/// Memory for the arguments of calls, released with it.
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  func array<Value>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
    let block = UnsafeMutablePointer<Value>.allocate(capacity: max(values.count, 1))
    block.initialize(from: values, count: values.count)
    blocks.append(UnsafeMutableRawPointer(block))
    return block
  }

  func value<Value>(_ value: Value) -> UnsafeMutablePointer<Value> { array([value]) }

  func bytes(_ text: String) -> bulkhead_bytes {
    let bytes = Array(text.utf8).map { CChar(bitPattern: $0) }
    return bulkhead_bytes(bytes: array(bytes), length: Int64(bytes.count))
  }

  func text(_ capacity: Int) -> UnsafeMutablePointer<bulkhead_text> {
    let bytes = array([CChar](repeating: 0, count: capacity))
    return value(bulkhead_text(bytes: bytes, capacity: Int64(capacity), length: 0))
  }

  func column(_ values: [Double]) -> bulkhead_column {
    bulkhead_column(values: array(values), stride: values.count == 1 ? 0 : 1)
  }
}

extension UnsafeMutablePointer<bulkhead_text> {
  /// What was written.
  var string: String {
    let text = pointee
    guard let bytes = text.bytes else { return "" }
    let count = Int(min(text.length, text.capacity))
    return String(
      decoding: (0..<count).map { place in UInt8(bitPattern: bytes[place]) }, as: UTF8.self)
  }
}

/// One strategy and market that every function can answer for.
struct Sample {
  let arena = Arena()

  /// A short put spread on a chain of two puts and two calls.
  func market() -> bulkhead_market {
    var market = bulkhead_market()
    market.as_of = 1_764_897_052
    market.symbol = arena.bytes("BTC")
    market.quote_currency = arena.bytes("USD")
    market.spot = 9_252_980_714_286
    market.option_multiplier = 100_000_000
    market.quoted_in = 1
    let quotes = [(Int32(1), Int64(85_000)), (1, 90_000), (0, 95_000), (0, 100_000)].map { kind, strike in
      bulkhead_quote(
        kind: kind, flags: 1, expiry_day: 20_448, expiry_time: -1, strike: strike * 100_000_000,
        multiplier: 100_000_000, bid: 1_600_000, ask: 1_650_000, mark: 1_620_000, implied_volatility: 0.45)
    }
    market.quotes = UnsafePointer(arena.array(quotes))
    market.quote_count = Int64(quotes.count)
    return market
  }

  func leg(_ kind: Int32, _ strike: Int64, _ quantity: Int64) -> bulkhead_leg {
    bulkhead_leg(
      kind: kind, underlying: 0, quote_currency: -1, flags: 1, expiry_day: 20_448, expiry_time: -1,
      strike: strike * 100_000_000, payout: 0, multiplier: 100_000_000, quantity: quantity * 100_000_000,
      price: Int64.min, fee: 0)
  }

  func book(_ legs: [bulkhead_leg]? = nil, market: bulkhead_market? = nil) -> bulkhead_book {
    let legs = legs ?? [leg(1, 90_000, -1), leg(1, 85_000, 1)]
    let account = bulkhead_account(settlement: 0, fill: 0, currency: -1, name: -1, entry_fee: 0, exit_fee: 0)
    var book = bulkhead_book()
    book.legs = UnsafePointer(arena.array(legs))
    book.leg_count = Int64(legs.count)
    book.starts = UnsafePointer(arena.array([0, Int64(legs.count)]))
    book.accounts = UnsafePointer(arena.array([account]))
    book.strategy_count = 1
    book.symbols = arena.bytes("BTC")
    book.market = UnsafePointer(arena.value(market ?? self.market()))
    return book
  }
}
