import Basics
import IsolatedMargin
import TestSupport
import Testing

@testable import Formats

@Suite("Venues of perpetuals: one closed form, choices in files")
struct PerpetualVenueTests {
  private static let folder = Fixture.root + "/Data"

  private func venue(_ name: String) throws -> PerpetualVenue {
    try #require(try PerpetualVenue.named(name, dataFolders: [PerpetualVenueTests.folder]))
  }

  private func number(_ text: String) throws -> ExactAmount {
    // The sources write some figures with an exponent, none of them an input.
    try ExactAmount(parsing: text)
  }

  /// Which file holds the choices of a source's formula; nil for a bankruptcy price, which needs none.
  private static let files = [
    "binance-usdm": "binance-btcusdt", "gate-okx-linear": "okx-linear", "bybit-linear-simple": "bybit-linear",
    "inverse-leverage": "bybit-btcusd", "bybit-inverse-cross": "bybit-btcusd",
  ]

  @Test("Liquidation and bankruptcy prices of other systems, their choices read from files")
  func prices() throws {
    let rows = try Fixture("Perpetuals/venue-prices.csv").rows
    #expect(rows.count == 34)
    for row in rows {
      let id = row["id"] ?? ""
      func cell(_ name: String) throws -> ExactAmount? {
        guard let text = row[name], !text.isEmpty else { return nil }
        return try number(text)
      }
      let kind = try #require(PerpetualKind(rawValue: row["kind"] ?? ""))
      let side = try #require(PositionSide(rawValue: row["side"] ?? ""))
      let (quantity, entry) = (try #require(try cell("quantity")), try #require(try cell("entry_price")))
      let notional = kind == .linear ? quantity * entry : quantity.divided(by: entry) ?? .zero
      let margin = try cell("margin") ?? notional.divided(by: try #require(try cell("leverage"))) ?? .zero
      let file = try PerpetualVenueTests.files[row["formula"] ?? ""].map(venue)
      // Binance's formula counts the amount and no fee, Gate's and OKX's the fee and no amount, Bybit's linear one neither.
      let countsAmount = row["formula"] == "binance-usdm"
      let countsFee = ["gate-okx-linear", "bybit-inverse-cross", "inverse-cross-bankruptcy"].contains(
        row["formula"] ?? "")
      let terms = try PerpetualTerms(
        tiers: MaintenanceTiers(
          rate: cell("rate") ?? .zero, amount: countsAmount ? cell("amount") ?? .zero : .zero),
        basis: file?.basis ?? .mark, exitFee: countsFee ? cell("fee_rate") ?? .zero : .zero,
        exitFeeBasis: file?.exitFeeBasis ?? .mark)
      let found = PerpetualLiquidation(
        of: try PerpetualPosition(kind: kind, side: side, quantity: quantity, entryPrice: entry, margin: margin),
        under: terms)
      func expect(_ price: ExactAmount?, _ column: String) {
        guard let wanted = row[column], !wanted.isEmpty, let figure = Double(wanted) else { return }
        let tolerance = Double(row["absolute"] ?? "") ?? (Double(row["relative"] ?? "") ?? 0) * figure
        let value = price?.doubleValue ?? .nan
        #expect(abs(value - figure) <= tolerance, "\(id): found \(value), wanted \(wanted)")
      }
      expect(found.price, "liquidation_price")
      expect(found.bankruptcyPrice, "bankruptcy_price")
      if id == "bybit_inverse_cross" {
        // On the file's tick it is the page's own figure, which the page rounds.
        let tick = try #require(file?.tick)
        #expect(try found.price(onTick: tick) == number("5739.5"))
      }
    }
  }

  @Test("Binance's worked example from its table of tiers alone, without a stated rate or amount")
  func tiersOfBinance() throws {
    let tiers = try #require(try venue("binance-ethusdt").tiers)
    let found = PerpetualLiquidation(
      of: try PerpetualPosition(
        kind: .linear, side: .long, quantity: number("3683.979"), entryPrice: number("1456.84"),
        margin: number("1535443.01")), under: try PerpetualTerms(tiers: tiers))
    #expect(found.price?.decimalText(decimals: 2, rounding: .nearest) == "1114.78" && found.tier == 5)
  }

  @Test("Hyperliquid's printed form, entry - side x available / size / (1 - rate x side), is the same inside a tier")
  func hyperliquid() throws {
    let venue = try venue("hyperliquid-btc")
    let tiers = try #require(venue.tiers)
    let rate = tiers.tiers[0].rate
    for side in PositionSide.allCases {
      let (price, size, margin) = (try number("60000"), try number("2"), try number("12000"))
      let position = try PerpetualPosition(
        kind: .linear, side: side, quantity: size, entryPrice: price, margin: margin)
      let sign = ExactAmount(side.sign)
      let available = margin - rate * price * size
      let step = try #require((sign * available).divided(by: size * (.one - rate * sign)))
      #expect(PerpetualLiquidation(of: position, under: try PerpetualTerms(tiers: tiers)).price == price - step)
    }
  }

  @Test("Every file of the folder is read, and is found by its own name")
  func files() throws {
    let names = [
      "binance-btcusdt", "binance-ethusdt", "bybit-btcusd", "bybit-linear", "gate-linear", "hyperliquid-btc",
      "hyperliquid-eth", "okx-linear",
    ]
    for name in names {
      let found = try venue(name)
      #expect(found.name == name && !found.title.isEmpty && !found.source.isEmpty)
    }
    let read = try venue("hyperliquid-eth")
    #expect(try read.tiers?.tiers.map(\.rate) == [number("1/50"), number("1/30")])
    #expect(try PerpetualVenue.named("no-such-venue", dataFolders: [PerpetualVenueTests.folder]) == nil)
    #expect(try PerpetualVenue.named("../perpetuals/okx-linear", dataFolders: [PerpetualVenueTests.folder]) == nil)
    #expect(throws: FormatError.self) { try PerpetualVenue.named("missing.yaml") }
  }

  @Test("A file with one thing wrong is refused at its line")
  func refusals() throws {
    let good = """
      name: test
      title: Test
      effective: 2026-01-01
      source: made up for a test
      kind: linear
      currency: USDT
      basis: mark
      exit_fee: 0.001
      tick: 0.5
      tiers:
        - {from: 0, rate: 0.01, amount: 0}
        - {from: 1000, rate: 0.02, amount: 10}
      """
    let folder = try TemporaryFolder()
    #expect(try PerpetualVenue(file: folder.file(good, named: "good.yaml")).tiers?.tiers.count == 2)
    let changes: [(String, String, Int)] = [
      ("name: test", "nam: test", 1), ("effective: 2026-01-01", "effective: soon", 3),
      ("kind: linear", "kind: quanto", 5),
      ("basis: mark", "basis: last", 7), ("exit_fee: 0.001", "exit_fee: 1", 8),
      ("exit_fee: 0.001", "exit_fee: 0.99", 1),
      ("tick: 0.5", "tick: 0", 9), ("rate: 0.02", "rate: 0.005", 11), ("from: 1000", "from: 0", 11),
      ("amount: 10", "amount: 11", 12), ("amount: 10", "amont: 10", 12), ("rate: 0.01", "rate: -1", 11),
      ("source: made up for a test", "sources: [a]", 4),
    ]
    for (old, new, line) in changes {
      let text = good.replacing(old, with: new)
      #expect(text != good)
      do {
        _ = try PerpetualVenue(file: folder.file(text, named: "bad.yaml"))
        Issue.record("\(new): wanted a refusal")
      } catch FormatError.malformed(let place, _, _) {
        #expect(place.line == line, "\(new)")
      }
    }
  }
}
