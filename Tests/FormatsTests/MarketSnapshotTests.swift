import Basics
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Formats

/// The two snapshots under `Data/Markets`, and the fixtures whose rows are wrong on purpose.
@Suite("Market snapshots")
struct MarketSnapshotTests {
  static func market(_ name: String) throws -> MarketFile {
    try MarketFile("\(Fixture.root)/Data/Markets/\(name).yaml")
  }

  @Test("Bitcoin of 5 December 2025: its forwards are the file's, and every mark keeps put-call parity")
  func bitcoin() throws {
    let file = try Self.market("deribit-btc-2025-12-05")
    #expect(file.warnings.isEmpty)
    #expect(file.source.hasPrefix("GitHubAvailable/heston-bitcoin-pricing at 2b42b2a13b94"))
    let market = try #require(file.state["BTC"])
    #expect(market.rejected.isEmpty)
    #expect(market.chains.map(\.expiry.date.description) == ["2025-12-26", "2026-01-30"])
    #expect(market.chains.map(\.forward.value) == [92_726.41, 93_126.49])
    #expect(market.chains.allSatisfy { $0.forward.source == .file })
    #expect(market.chains.map(\.instant.description) == ["2025-12-26T08:00:00Z", "2026-01-30T08:00:00Z"])
    let health = market.chains.map(\.health)
    #expect(health.reduce(0) { $0 + $1.quotes } == 206)
    #expect(health.reduce(0) { $0 + $1.twoSided } == 157)
    #expect(health.map(\.crossed) == [0, 0])
    #expect(health.map(\.parityStrikes) == [66, 37])
    // Mids, where both sides stand, are rounded to ticks of 0.0001 and 0.0005.
    for chain in health { #expect(try #require(chain.worstParityError) < 0.005) }
    for chain in market.chains {
      for quotes in chain.strikes {
        guard let call = quotes.call?.mark?.value, let put = quotes.put?.mark?.value else { continue }
        let parity = 1 - quotes.strike.value / chain.forward.value
        #expect(abs(call - put - parity) < 6e-6, "\(quotes.strike)")
      }
      // Half of a tick of parity is half of a tick of F / K, so the parity of marks finds the stated forward again.
      let smile = try #require(chain.smile)
      #expect(smile.logMoneyness.count == chain.strikes.count)
    }
  }

  @Test("Bitcoin's marks are the published volatilities by this program's pricer")
  func bitcoinMarks() throws {
    let market = try #require(try Self.market("deribit-btc-2025-12-05").state["BTC"])
    var worst = 0.0
    for chain in market.chains {
      for quote in chain.strikes.flatMap({ [$0.call, $0.put].compactMap { $0 } }) {
        guard let volatility = quote.impliedVolatility, let mark = quote.mark else { continue }
        let value =
          BlackReference.value(
            sign: quote.contract.right.sign, forward: chain.forward.value, strike: quote.contract.strike.value,
            years: chain.forward.years, volatility: volatility) / chain.forward.value
        worst = max(worst, abs(value - mark.value))
      }
    }
    #expect(worst < 1e-4, "volatilities are published to 0.01 points, marks to 10^-4 of a coin")
  }

  @Test("A condor on bitcoin brings 0.0150 of it, or exactly that times spot in dollars")
  func condor() throws {
    let market = try Self.market("deribit-btc-2025-12-05").state
    let names = ["80000-P", "85000-P", "100000-C", "105000-C"].map { "BTC-26DEC25-\($0)" }
    let legs = try zip([1, -1, -1, 1], names).map { try Leg(try #require(Quantity($0)), try InstrumentName.parse($1)) }
    let coin = try Strategy(legs).filled(from: market)
    #expect(coin.entryCost == (try ExactAmount(parsing: "-0.0150")))
    let quote = try Strategy(legs).filled(from: market, AccountTerms(settlement: .quote))
    let expected = try ExactAmount(parsing: "-0.0150") * ExactAmount(parsing: "92529.80714286")
    #expect(quote.entryCost == expected)
    #expect(quote.hasConvertedPremiums)
  }

  @Test("Alphabet of 23 December 2015: parity gives the forwards, prices the volatilities")
  func alphabet() throws {
    let file = try Self.market("goog-2015-12-23")
    #expect(file.warnings.isEmpty)
    let market = try #require(file.state["GOOG"])
    #expect(market.rejected.isEmpty)
    #expect(market.chains.map(\.expiry.date.description) == ["2016-01-15", "2016-03-18"])
    #expect(market.chains.map(\.instant.description) == ["2016-01-15T21:00:00Z", "2016-03-18T20:00:00Z"])
    let health = market.chains.map(\.health)
    #expect(health.reduce(0) { $0 + $1.quotes } == 572)
    #expect(health.reduce(0) { $0 + $1.twoSided } == 484)
    #expect(health.map(\.crossed) == [0, 0])
    for chain in market.chains {
      #expect(chain.forward.source == .parity(strikes: 9))
      // The header: near the money parity is worth a share 0.3 to 0.7 under the close of 750.31.
      let share = chain.forward.value * chain.forward.discount
      #expect(share > 749.4 && share < 750.2, "\(chain.forward.value)")
      #expect(try #require(chain.health.medianParityError) < 1)
      let smile = try #require(chain.smile)
      #expect(smile.logMoneyness.count > chain.strikes.count / 2)
      for strike in stride(from: 700.0, through: 800, by: 10) {
        let point = try #require(market.volatility(strike: strike, forward: chain.forward))
        #expect(point.value > 0.15 && point.value < 0.4, "\(strike): \(point.value)")
        #expect(!point.isExtrapolated)
      }
      // Every solved volatility reproduces the mid it was solved from.
      for quotes in chain.strikes where abs(quotes.strike.value - 750) < 100 {
        let side = quotes.strike.value >= chain.forward.value ? quotes.call : quotes.put
        guard let quote = side, let mid = quote.mid?.doubleValue else { continue }
        // As the contract is valued, which is American: to the tolerance of that.
        let contract = try ResolvedContract(.option(quote.contract), in: file.state)
        let value = OptionPricer.blackScholes.greeks(
          of: contract, spot: market.spot.value, years: contract.years, volatility: contract.volatility
        ).value
        #expect(abs(value - mid) < 2e-7 * 750, "\(quotes.strike)")
      }
    }
  }

  @Test("The small market is Black's at 25 percent, solved or published")
  func small() throws {
    let market = try #require(try MarketFile(Fixture("Markets/small-market.yaml").path).state["ABC"])
    let chain = try #require(market.chains.first)
    #expect(chain.forward.source == .parity(strikes: 7))
    #expect(abs(chain.forward.value - 100.41180450) < 2e-8)
    #expect(abs(chain.forward.discount - 0.99589884) < 5e-9)
    #expect(chain.health.quotes == 14)
    #expect(chain.health.twoSided == 13)
    #expect(chain.health.missing == 1)
    #expect(chain.health.parityStrikes == 7)
    #expect(try #require(chain.health.worstParityError) < 3e-8)
    for variance in try #require(chain.smile).totalVariance {
      #expect(abs((variance / chain.forward.years).squareRoot() - 0.25) < 1e-12)
    }
  }

  // MARK: Rows that are wrong on purpose

  struct BadRow: Sendable, CustomStringConvertible {
    let line: Int
    let reason: String
    var description: String { "line \(line)" }

    /// As the header of bad-rows.yaml says.
    static let table = [
      BadRow(line: 4, reason: "bid: found -0.1, wanted a price of 0 or more"),
      BadRow(line: 5, reason: "bid: found 'abc', wanted a plain decimal number"),
      BadRow(line: 6, reason: "mark: found 'nan', wanted a plain decimal number"),
      BadRow(line: 7, reason: "ask: found 'inf', wanted a plain decimal number"),
      BadRow(line: 8, reason: "implied_vol: found '-0.25', wanted a volatility above 0"),
      BadRow(line: 9, reason: "found"), BadRow(line: 10, reason: "found underlying XYZ, wanted ABC"),
      BadRow(line: 11, reason: "found"), BadRow(line: 12, reason: "expired at 2025-11-21T21:00:00Z"),
      BadRow(line: 13, reason: "quoted twice; the first row is used"),
      BadRow(line: 16, reason: "bid: found '0.123456789', wanted at most 8 decimals"),
    ]
  }

  @Test("Each bad row is set aside with its own reason", arguments: BadRow.table)
  func badRows(_ row: BadRow) throws {
    let market = try #require(try MarketFile(Fixture("Markets/bad-rows.yaml").path).state["ABC"])
    let rejected = try #require(market.rejected.first { $0.line == row.line })
    #expect(rejected.reason.hasPrefix(row.reason), "\(rejected.reason)")
    #expect(!rejected.instrument.isEmpty)
  }

  @Test("Of the sixteen bad rows five stay, each for what it is worth")
  func goodRows() throws {
    let state = try MarketFile(Fixture("Markets/bad-rows.yaml").path).state
    let market = try #require(state["ABC"])
    #expect(market.rejected.map(\.line) == BadRow.table.map(\.line))
    let chain = try #require(market.chains.first)
    #expect(market.chains.count == 1)
    #expect(chain.health.quotes == 5)
    #expect(chain.health.twoSided == 2)
    #expect(chain.health.crossed == 1)
    #expect(chain.health.missing == 2)
    #expect(chain.health.parityStrikes == 0, "a crossed put is no witness")
    #expect(chain.forward.source == .carry)
    func quote(_ name: String) throws -> OptionQuote? {
      guard case .option(let contract) = try InstrumentName.parse(name) else { return nil }
      return market.quote(of: contract)
    }
    #expect(try quote("ABC   260116C00100000")?.bid?.description == "3", "line 2, not its duplicate of line 13")
    #expect(try quote("ABC   260116P00100000")?.usableAsk == nil)
    #expect(try quote("ABC   260116C00095000") != nil)
    #expect(try quote("ABC   260116P00095000")?.usableAsk?.description == "1.1")
    #expect(try quote("ABC   260116P00095000")?.usableBid == nil)
    #expect(try quote("ABC   260116C00090000")?.isTwoSided == true)
    // What can be bought and not sold, and the reverse, at worst fills.
    for (leg, isFilled) in [
      ("ABC   260116P00095000", true), ("ABC   260116C00095000", false), ("ABC   260116P00100000", false),
    ] {
      let strategy = try Strategy([try Leg(.one, try InstrumentName.parse(leg))])
      #expect(((try? strategy.filled(from: state)) != nil) == isFilled, "\(leg)")
    }
  }

  @Test("A volatility in percent is no fraction")
  func percent() throws {
    let folder = try TemporaryFolder()
    _ = folder.file(
      "instrument,bid,ask,mark,implied_vol\nBTC-26DEC25-92000-C,,,,100.01\nBTC-26DEC25-93000-C,,,,99.9\n"
        + "BTC-26DEC25-94000-C,,,,1e300\n",
      named: "q.csv")
    let path = folder.file(
      "as_of: 2025-12-05\nunderlyings: {BTC: {spot: 92000, quoted_in: coin, quotes: q.csv}}", named: "m.yaml")
    let market = try #require(try MarketFile(path).state["BTC"])
    #expect(market.rejected.map(\.line) == [2, 4])
  }
}
