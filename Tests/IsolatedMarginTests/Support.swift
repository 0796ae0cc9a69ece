import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport

extension SplitMix64 {
  mutating func int(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }

  mutating func nonzero(_ limit: Int64) -> Int64 {
    let magnitude = int(1...limit)
    return next() % 2 == 0 ? magnitude : -magnitude
  }
}

/// An exact amount written in a test.
func amount(_ text: String) throws -> ExactAmount { try ExactAmount(parsing: text) }

let january = Expiry(CalendarDate(year: 2026, month: 1, day: 16) ?? CalendarDate(daysSinceEpoch: 20_469)!)
let march = Expiry(CalendarDate(year: 2026, month: 3, day: 20) ?? CalendarDate(daysSinceEpoch: 20_532)!)

/// A leg in the words of a trader: `leg("+1 C 100 @4.25")`, kinds C, P, DC and DP (with `x10` for the payout), F, X
/// (perpetual) and U, with `=price` for the entry price of the last three.
func leg(
  _ text: String, underlying: String = "ABC", expiry: Expiry = january, fee: String = "0", payoffFee: PayoffFee? = nil,
  exercise: ExerciseStyle = .european
) throws -> FilledLeg {
  let words = text.split(separator: " ").map(String.init)
  var strike = "0"
  var price = "0"
  var payout = "1"
  for word in words.dropFirst(2) {
    switch word.first {
    case "@", "=": price = String(word.dropFirst())
    case "x": payout = String(word.dropFirst())
    default: strike = word
    }
  }
  let instrument: Instrument
  let right: OptionRight = words[1].hasSuffix("C") ? .call : .put
  switch words[1] {
  case "C", "P":
    instrument = .option(
      try OptionContract(
        underlying: underlying, right: right, strike: Price(parsing: strike), expiry: expiry, exercise: exercise))
  case "DC", "DP":
    instrument = .digital(
      try DigitalContract(
        underlying: underlying, right: right, strike: Price(parsing: strike), expiry: expiry,
        payout: Price(parsing: payout)))
  case "F": instrument = .future(Future(underlying: underlying, expiry: expiry))
  case "X": instrument = .perpetual(Perpetual(underlying: underlying))
  default: instrument = .underlying(Underlying(symbol: underlying))
  }
  return try FilledLeg(
    instrument: instrument, quantity: Quantity(parsing: words[0]), price: amount(price), fee: amount(fee),
    payoffFee: payoffFee)
}

/// A strategy in dollars, or in BTC where it is settled in coin.
func filled(
  _ legs: [FilledLeg], settlement: Settlement = .quote, fees: String = "0", name: String = "test",
  currency: Currency? = nil
) throws -> FilledStrategy {
  try FilledStrategy(
    name: name, settlement: settlement, currency: currency ?? (settlement == .coin ? .btc : .usd), legs: legs,
    strategyFees: amount(fees))
}

func filled(
  _ texts: String..., settlement: Settlement = .quote, fees: String = "0"
) throws -> FilledStrategy {
  var legs: [FilledLeg] = []
  for text in texts { legs.append(try leg(text)) }
  return try filled(legs, settlement: settlement, fees: fees)
}

extension MaximumLoss {
  /// The bound, or nil.
  var bound: Bound? {
    if case .bounded(let bound) = self { bound } else { nil }
  }
}

// MARK: Fixtures

enum Books {
  /// The rows of a CSV file by column, quoted fields included.
  static func rows(_ path: String) throws -> [[String: String]] {
    let text = try Fixture(path).text
    var lines: [[String]] = []
    for line in text.split(separator: "\n") {
      var fields = [""]
      var isQuoted = false
      for character in line {
        switch character {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted: fields.append("")
        default: fields[fields.count - 1].append(character)
        }
      }
      lines.append(fields)
    }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  /// The strategies of a book in the project's long form, and their expected rows.
  static func book(_ name: String) throws -> [(strategy: FilledStrategy, expected: [String: String])] {
    var order: [String] = []
    var groups: [String: [[String: String]]] = [:]
    for row in try rows("Books/\(name).csv") {
      let key = row["strategy"] ?? ""
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    let expected = try rows("Books/\(name)-expected.csv")
    return try zip(order, expected).map { key, answers in
      let rows = groups[key] ?? []
      let settlement: Settlement = rows.first?["settlement"] == "coin" ? .coin : .quote
      return (try filled(rows.map(leg), settlement: settlement, name: key), answers)
    }
  }

  private static func leg(_ row: [String: String]) throws -> FilledLeg {
    func cell(_ column: String, else fallback: String = "0") -> String {
      row[column].flatMap { $0.isEmpty ? nil : $0 } ?? fallback
    }
    let kinds = [
      "call": "C", "put": "P", "digital_call": "DC", "digital_put": "DP", "future": "F", "perpetual": "X",
      "underlying": "U",
    ]
    let text =
      "\(cell("quantity")) \(kinds[cell("kind")] ?? "?") \(cell("strike")) @\(cell("price")) x\(cell("payout", else: "1"))"
    return try IsolatedMarginTests.leg(text, underlying: cell("underlying"), fee: cell("fee"))
  }
}
