import Basics
public import Instruments

/// What can be fitted to a chain.
public enum SurfaceModel: String, CaseIterable, Sendable {
  /// A slice for each expiry.
  case svi
  /// One surface in three parameters and the variance at the money of each expiry.
  case ssvi
}

/// A surface fitted to the chains of one underlying, and all that has to be said of the fit.
public struct ChainFit: Sendable {
  /// One expiry of the fit.
  public struct Slice: Sendable {
    public let expiry: Expiry
    public let forward: Forward
    public let slice: SVISlice
    /// The strikes it was fitted to, as log-moneyness.
    public let range: ClosedRange<Double>
    /// All quotes of the expiry.
    public let quotes: [FittedQuote]
    /// True where strikes without bid and ask had to be taken from marks.
    public let usesMarks: Bool
    /// The root of the weighted mean of the squares of the volatility errors: what the fit made least.
    public let error: Double
    /// The same before arbitrage was repaired; nil where nothing had to be.
    public let errorBeforeRepair: Double?
    /// Inner problems and steps, repair included; of SSVI's one search the first expiry has them all.
    public let iterations: Int
    public let butterfly: ArbitrageVerdict
    /// The least g found, and where (``DurrlemanCondition/least(of:)``).
    public let leastDensity: (logMoneyness: Double, value: Double)
    /// Against the fitted expiry before; nil for the first.
    public let calendar: ArbitrageVerdict?

    public var errors: FitErrors? { FitErrors.ofVolatility(quotes) }
  }

  /// An expiry that the fit leaves out: the surface gives it by interpolation from the others.
  public struct Omission: Equatable, Sendable {
    public let expiry: Expiry
    public let reason: SurfaceError
  }

  public let symbol: String
  public let model: SurfaceModel
  /// Ascending in time.
  public let slices: [Slice]
  public let omissions: [Omission]
  public let surface: VolatilitySurface

  /// All quotes of all fitted expiries.
  public var quotes: [FittedQuote] { slices.flatMap(\.quotes) }

  /// Fits a surface to an underlying's chains, each off its own forward.
  ///
  /// - Parameter isRepaired: For SVI, whether slices with arbitrage are fitted again without (``SurfaceRepair``), from the
  ///   last expiry to the first, each below the next. A surface of SSVI has none.
  /// - Throws: ``SurfaceError`` where no expiry can be fitted; of several reasons the first.
  public init(_ market: UnderlyingMarket, model: SurfaceModel, isRepaired: Bool = false) throws(SurfaceError) {
    symbol = market.symbol
    self.model = model
    let inCoin = market.terms.quotedIn == .coin
    var parts: [Part] = []
    var omissions: [Omission] = []
    for chain in market.chains {
      let observations = ChainObservations(chain, inCoin: inCoin)
      do throws(SurfaceError) {
        let quotes = try observations.sliceQuotes(years: chain.forward.years)
        let wanted = model == .svi ? SVICalibrator.leastStrikes : 1
        guard let range = quotes.range, quotes.strikeCount >= wanted else {
          throw .tooFewQuotes(found: quotes.strikeCount, wanted: wanted)
        }
        parts.append(Part(chain: chain, observations: observations, quotes: quotes, range: range))
      } catch { omissions.append(Omission(expiry: chain.expiry, reason: error)) }
    }
    guard !parts.isEmpty else { throw omissions.first?.reason ?? .tooFewQuotes(found: 0, wanted: 1) }
    switch model {
    case .svi:
      for index in parts.indices {
        let fit = try SVICalibrator.fit(parts[index].quotes)
        (parts[index].slice, parts[index].iterations) = (fit.slice, fit.iterations)
      }
      if isRepaired { try ChainFit.repair(&parts) }
      surface = .svi(
        try SVISurface(
          nodes: parts.compactMap { part in
            part.slice.map { .init(years: part.quotes.years, slice: $0, range: part.range) }
          }))
    case .ssvi:
      let fit = try SSVICalibrator.fit(parts.map(\.quotes))
      for index in parts.indices { parts[index].slice = fit.surface.fitted[index] }
      parts[0].iterations = fit.iterations
      surface = .ssvi(fit.surface)
    }
    var slices: [Slice] = []
    for part in parts {
      guard let slice = part.slice else { continue }
      slices.append(part.slice(slice, after: slices.last?.slice, market))
    }
    self.slices = slices
    self.omissions = omissions
  }

  private static func repair(_ parts: inout [Part]) throws(SurfaceError) {
    let fitted = parts.compactMap { part in part.slice.map { (slice: $0, quotes: part.quotes) } }
    guard fitted.count == parts.count else { return }
    for (index, repaired) in try SurfaceRepair.repaired(fitted).enumerated() {
      let slice = fitted[index].slice
      if repaired.slice != slice {
        parts[index].errorBefore = parts[index].quotes.error { slice.totalVariance(at: $0) }
      }
      parts[index].slice = repaired.slice
      parts[index].iterations += repaired.iterations
    }
  }

  /// An expiry on its way through the fit.
  private struct Part {
    let chain: ExpiryChain
    let observations: ChainObservations
    let quotes: SliceQuotes
    let range: ClosedRange<Double>
    var slice: SVISlice?
    var iterations = 0
    var errorBefore: Double?

    func slice(_ slice: SVISlice, after earlier: SVISlice?, _ market: UnderlyingMarket) -> Slice {
      let pricing = ChainPricing(forward: chain.forward, inCoin: market.terms.quotedIn == .coin)
      let tick = market.terms.tickSize?.value
      let fitted = observations.quotes.indices.map { index in
        let quote = observations.quotes[index]
        return FittedQuote(
          quote, weight: observations.weights[index],
          volatility: (slice.totalVariance(at: quote.logMoneyness) / chain.forward.years).squareRoot(),
          pricing: pricing, tick: tick)
      }
      return Slice(
        expiry: chain.expiry, forward: chain.forward, slice: slice, range: range, quotes: fitted,
        usesMarks: observations.usesMarks, error: quotes.error { slice.totalVariance(at: $0) },
        errorBeforeRepair: errorBefore, iterations: iterations, butterfly: DurrlemanCondition.verdict(on: slice),
        leastDensity: DurrlemanCondition.least(of: slice),
        calendar: earlier.map { CalendarCondition.verdict(from: $0, to: slice) })
    }
  }
}
