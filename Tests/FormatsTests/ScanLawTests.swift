import Basics
import Formats
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Analysis

/// Figures worked out from a few integers against the same ones worked out the long way, to the last bit.
@Suite("A scan's figures are those of the strategy")
struct ScanLawTests {
  /// Everything an expression can name, from the strategy alone.
  static func exact(_ answer: ScanAnswer, _ underlying: UnderlyingMarket, _ figure: ScanFigure) -> Double? {
    let (margin, greeks) = (answer.margin, answer.greeks)
    let ends = margin.breakEvens.flatMap { [$0.low, $0.high].compactMap { $0 } }.sorted()
    let strikes = answer.strikes
    func strike(_ place: Int) -> Double? { place < strikes.count ? strikes[place].value : nil }
    switch figure {
    case .credit: return (ExactAmount.zero - margin.entryCost).doubleValue
    case .debit, .entryCost: return margin.entryCost.doubleValue
    case .fees: return margin.fees.doubleValue
    case .bidAsk: return bidAsk(answer, underlying)?.doubleValue
    case .maxLoss: return margin.maxLoss?.doubleValue
    case .maxProfit: return margin.maxProfit?.doubleValue
    case .margin: return margin.margin?.exact.doubleValue
    case .returnOnMargin:
      guard let profit = margin.maxProfit, let posted = margin.margin else { return nil }
      return profit.divided(by: posted.exact)?.doubleValue
    case .breakEvenLow: return ends.first?.doubleValue
    case .breakEvenHigh: return ends.last?.doubleValue
    case .probabilityOfProfit: return answer.probabilityOfProfit
    case .width:
      guard strikes.count > 1 else { return nil }
      let steps = zip(strikes, strikes.dropFirst()).map { $1.exact - $0.exact }
      return max(steps[0], steps[steps.count - 1]).doubleValue
    case .days: return underlying.chain(of: answer.expiry).map { $0.forward.years * 365 }
    case .spot: return underlying.spot.value
    case .strike1: return strike(0)
    case .strike2: return strike(1)
    case .strike3: return strike(2)
    case .strike4: return strike(3)
    case .delta: return greeks?.delta
    case .gamma: return greeks?.gamma
    case .vega: return greeks.map { $0.vega / 100 }
    case .theta: return greeks.map { $0.theta / 365 }
    case .shortDelta: return nil
    }
  }

  static func bidAsk(_ answer: ScanAnswer, _ underlying: UnderlyingMarket) -> ExactAmount? {
    let isConverted = answer.filled.settlement == .quote && underlying.terms.quotedIn == .coin
    var total = ExactAmount.zero
    for leg in answer.filled.legs {
      guard case .option(let contract) = leg.instrument, let quote = underlying.quote(of: contract),
        let bid = quote.usableBid, let ask = quote.usableAsk
      else { return nil }
      let unit = ask.exact - bid.exact
      total += leg.units.magnitude * (isConverted ? unit * underlying.spot.exact : unit)
    }
    return total
  }

  static let accounts: [AccountTerms] = {
    let deribit = try? FeeTerms.named("\(Fixture.root)/Data/Rulebooks/fees/deribit.yaml")
    let listed = try? FeeTerms.named("\(Fixture.root)/Data/Rulebooks/fees/us-per-contract.yaml")
    let totals = FeeTerms.totals(entry: ExactAmount(count: 1240, decimals: 3), exit: ExactAmount(count: 7, decimals: 4))
    return [
      AccountTerms(settlement: .quote), AccountTerms(settlement: .coin),
      AccountTerms(settlement: .quote, fees: deribit ?? .none, fill: .worst),
      AccountTerms(settlement: .coin, fees: deribit ?? .none, fill: .mark),
      AccountTerms(settlement: .quote, fees: deribit ?? .none, fill: .mid),
      AccountTerms(settlement: .quote, fees: totals, fill: .mid), AccountTerms(settlement: .coin, fees: totals),
      AccountTerms(fees: listed ?? .none),
    ]
  }()

  /// Random structures of one kind: every figure by both ways.
  static func check(
    _ definition: StructureDefinition, _ market: MarketState, _ terms: AccountTerms, expiry: String, count: Int,
    _ random: inout SplitMix64
  ) throws {
    var request = ScanRequest(try ScanShape(definition), rank: try ScanExpression("1", as: .number))
    request.terms = terms
    request.expiries = [try Expiry(parsing: expiry)]
    let underlying = try #require(market.underlyings.first)
    let scan = try StructureScan(request, on: underlying, in: market)
    #expect(scan.skipped.isEmpty)
    let chain = try #require(scan.chains.first)
    var rows = ScanRows(capacity: count)
    var tries = 0
    while rows.count < count, tries < 2000 {
      tries += 1
      let row = (0..<request.shape.strikeCount).map { _ in random.int(0...(chain.strikes.count - 1)) }.sorted()
      guard zip(row, row.dropFirst()).allSatisfy(<),
        row.enumerated().allSatisfy({ chain.isFilled(request.shape, place: $0.offset, strike: $0.element) })
      else { continue }
      let places = row + [0, 0, 0]
      rows.append(places[0], places[1], places[2], places[3])
    }
    var evaluator = ScanEvaluator(
      chain, request.shape, figures: Set(ScanFigure.allCases), capacity: max(1, rows.count))
    evaluator.fillAll(rows)
    for row in 0..<rows.count {
      let match = ScanMatch(chain: 0, rows, row, sortValue: .nan)
      let answer = try scan.answer(for: match, rank: 1)
      for figure in ScanFigure.allCases where figure != .shortDelta {
        let fast = evaluator.columns[figure][row]
        let wanted = exact(answer, underlying, figure)
        #expect(
          fast.isNaN ? wanted == nil : fast == wanted,
          "\(random), \(definition.id) \(answer.legsText), \(terms.fill) \(answer.filled.settlement) \(figure.name): \(fast)"
        )
      }
      let short = answer.filled.legs.filter { $0.quantity < .zero }.compactMap { delta(of: $0.instrument, market) }
        .max()
      let fast = evaluator.columns[.shortDelta][row]
      #expect(fast.isNaN ? short == nil : fast == short, "\(random), \(definition.id): \(fast)")
    }
    #expect(rows.count > 0, "\(random), \(definition.id): no structure could be filled")
  }

  /// |delta| of one unit in quote currency.
  static func delta(of instrument: Instrument, _ market: MarketState) -> Double? {
    guard let leg = try? FilledLeg(instrument: instrument, quantity: .one, price: .one),
      let filled = try? FilledStrategy(
        name: "", settlement: .quote, currency: .usd, legs: [leg]),
      let contract = try? filled.resolved(in: market).contracts.first, let spot = market.underlyings.first?.spot.value
    else { return nil }
    return OptionPricer.blackScholes.greeks(
      of: contract, spot: spot, years: contract.years, volatility: contract.volatility
    ).delta.magnitude
  }

  static let bitcoin = Result { try MarketFile("\(Fixture.root)/Data/Markets/deribit-btc-2025-12-05.yaml").state }
  static let google = Result { try MarketFile("\(Fixture.root)/Data/Markets/goog-2015-12-23.yaml").state }

  @Test("Every structure of the bitcoin chain, in both settlements, with and without fees", arguments: ScanShape.all)
  func bitcoin(_ definition: StructureDefinition) throws {
    let market = try Self.bitcoin.get()
    var random = SplitMix64(seed: UInt64(definition.id.utf8.reduce(7) { $0 * 31 % 1_000_003 + Int($1) }))
    for _ in 0..<2 {
      let terms = Self.accounts[random.int(0...6)]
      try Self.check(definition, market, terms, expiry: random.pick(["26DEC25", "30JAN26"]), count: 8, &random)
    }
  }

  @Test(
    "Iron condors and others in every account",
    arguments: [
      "iron-condor", "short-strangle", "long-put-butterfly", "batman", "short-box", "long-combo", "put-1-1-2",
    ])
  func accounts(_ id: String) throws {
    let market = try Self.bitcoin.get()
    var random = SplitMix64(seed: 20_251_205)
    for terms in Self.accounts.prefix(7) {
      try Self.check(try StrategyCatalogue.named(id), market, terms, expiry: "30JAN26", count: 12, &random)
    }
  }

  @Test("Listed options of 100 shares", arguments: ["iron-condor", "long-box", "jade-lizard", "short-straddle"])
  func shares(_ id: String) throws {
    let market = try Self.google.get()
    var random = SplitMix64(seed: 100)
    for terms in [AccountTerms(), Self.accounts[7], AccountTerms(fees: Self.accounts[7].fees, fill: .mid)] {
      try Self.check(try StrategyCatalogue.named(id), market, terms, expiry: "2016-01-15", count: 10, &random)
    }
  }

  @Test("Without a word about the account it is the instruments' own")
  func ownAccount() throws {
    let market = try Self.bitcoin.get()
    let scan = try StructureScan(
      ScanRequest(
        try ScanShape(try StrategyCatalogue.named("iron-condor")), rank: try ScanExpression("1", as: .number)),
      on: try #require(market.underlyings.first), in: market)
    #expect(scan.currency == .btc && scan.expiryCount == 2)
    // Coin condors owe more the lower the price, dollar condors do not.
    let answer = try scan.answer(for: try #require(scan.run().matches.first), rank: 1)
    #expect(answer.margin.status == .unbounded)
  }
}
