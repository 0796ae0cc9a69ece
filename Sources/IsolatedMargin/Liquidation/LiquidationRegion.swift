import Basics
import Instruments
import Pricing
import RealModule

/// One end of a band: a price at which a box begins to be liquidated.
public struct LiquidationBound: Hashable, Sendable {
  /// Spot, quote currency.
  public let price: Double
  /// The change of equity less requirement for one of spot, settlement currency; nil where it jumps.
  public let slope: Double?
  /// True where equity hardly moves with the price there: another bound is near, and sensitivities blow up.
  public let isNearDouble: Bool
}

/// A stretch of prices in which a box is liquidated, its ends not included; nil is no end: from 0, or without limit.
public struct LiquidationBand: Hashable, Sendable {
  public let lower: LiquidationBound?
  public let upper: LiquidationBound?

  func contains(_ spot: Double) -> Bool {
    (lower.map { $0.price < spot } ?? true) && (upper.map { spot < $0.price } ?? true)
  }
}

/// Every price at which a box is liquidated, at one moment and volatility.
public struct LiquidationRegion: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable {
    /// The present spot is safe, and there are prices that are not.
    case ok
    /// No price liquidates.
    case none
    /// The present spot lies in a band already.
    case alreadyOutside = "already_outside"
  }

  /// Ascending, disjoint.
  public let bands: [LiquidationBand]
  public let status: Status
  public let certificate: LiquidationCertificate
  /// Where the safe corridor around the present spot ends below; nil where no price below liquidates. Of a spot that is
  /// outside already, the lower end of its band.
  public let lower: LiquidationBound?
  /// Where it ends above; of a spot that is outside already, the upper end of its band.
  public let upper: LiquidationBound?
  /// Values of single options that were computed.
  public let evaluations: Int

  init(bands: [LiquidationBand], spot: Double, certificate: LiquidationCertificate, evaluations: Int) {
    self.bands = bands
    self.certificate = certificate
    self.evaluations = evaluations
    let isOutside = bands.contains { $0.contains(spot) }
    status = bands.isEmpty ? .none : (isOutside ? .alreadyOutside : .ok)
    if let band = bands.first(where: { $0.contains(spot) }) {
      // Outside, these are the ends of the band the spot lies in: where the box would be safe again.
      (lower, upper) = (band.lower, band.upper)
    } else {
      lower = bands.last { $0.upper.map { $0.price <= spot } ?? false }?.upper
      upper = bands.first { $0.lower.map { $0.price >= spot } ?? false }?.lower
    }
  }

  /// Upper less lower bound, from 0 where there is none below, infinite where there is none above; 0 outside.
  public var width: Double {
    status == .alreadyOutside ? 0 : (upper?.price ?? .infinity) - (lower?.price ?? 0)
  }
}

extension LiquidationBox {
  /// The region in a state.
  ///
  /// - Complexity: for one expiry and one volatility some 20 values of K a bound; else of the order of a hundred values a
  ///   bound.
  public func region(_ state: LiquidationState = .now) -> LiquidationRegion {
    guard !isSafeByCash(in: state) else {
      return LiquidationRegion(bands: [], spot: market.spot, certificate: .cashRule, evaluations: 0)
    }
    let terms = terms(state)
    var evaluations = 0
    var certificate = LiquidationCertificate.cashRule
    var bands: [Band]?
    for pieces in sums {
      var found: [Band] = []
      for piece in pieces {
        let answer = self.bands(of: piece, terms)
        found += answer.bands
        certificate = max(certificate, answer.certificate)
        evaluations += answer.evaluations
      }
      let union = Bands.union(found)
      bands = bands.map { Bands.intersection($0, union) } ?? union
    }
    let final = (bands ?? []).map { band in
      LiquidationBand(lower: band.lower.map { bound($0, terms) }, upper: band.upper.map { bound($0, terms) })
    }
    return LiquidationRegion(
      bands: final, spot: market.spot, certificate: certificate, evaluations: evaluations)
  }

  private func bands(
    of piece: EquityPiece, _ terms: [ValuationTerms]
  ) -> (bands: [Band], certificate: LiquidationCertificate, evaluations: Int) {
    let (start, end) = (piece.start.doubleValue, piece.end?.doubleValue ?? .infinity)
    var evaluations = 0
    if let forms = piece.forms, function == nil {
      var found: [Band] = []
      var certificate = LiquidationCertificate.cashRule
      for form in forms {
        guard let common = LiquidationBox.common(form, terms) else {
          certificate = .uncertified
          break
        }
        if common.years == 0 {
          found += ExpirySolver.bands(of: form)
          certificate = max(certificate, .expiry)
          continue
        }
        var solver = FlatSolver(FlatEquity(form, common))
        let answer = solver.solve(near: market.spot)
        evaluations += solver.evaluations
        guard let answer else {
          certificate = .uncertified
          break
        }
        found += answer.bands
        certificate = max(certificate, answer.certificate)
      }
      if certificate != .uncertified {
        let clipped = found.map { $0.clipped(from: start, to: end) }.filter { $0.low < $0.high }
        return (Bands.union(clipped), certificate, evaluations)
      }
    }
    let values = zip(options, terms).map { OptionValue($0, $1) }
    let curve = EquityCurve(piece, options: values, function: function, legCount: strategy.legs.count)
    var walk = IntervalWalk(curve, resolution: market.resolution)
    let bands = walk.bands(from: start, to: end, near: market.spot)
    return (bands, walk.isComplete ? .walked : .uncertified, evaluations + walk.evaluations)
  }

  /// The terms that all options of a form share; nil where they differ. Without options any terms will do.
  private static func common(_ form: EquityForm, _ terms: [ValuationTerms]) -> ValuationTerms? {
    var common: ValuationTerms?
    for (weight, terms) in zip(form.floatingWeights, terms) where weight != 0 {
      if let common, common != terms { return nil }
      common = terms
    }
    return common ?? ValuationTerms(years: 0, volatility: 0)
  }

  private func bound(_ end: BandEnd, _ terms: [ValuationTerms]) -> LiquidationBound {
    guard !end.isJump else { return LiquidationBound(price: end.price, slope: nil, isNearDouble: false) }
    let slope = excess(at: end.price, terms).slope
    // In coin K = S H carries the slope in units of the underlying, with which quantities can be compared.
    let quantities = options.reduce(0) { $0 + $1.units.doubleValue.magnitude } + linearUnits
    let perUnit = strategy.settlement == .quote ? slope : slope * end.price
    return LiquidationBound(
      price: end.price, slope: slope,
      isNearDouble: perUnit.magnitude < LiquidationBox.nearDoubleShare * quantities)
  }

  /// Below this share of the legs' quantities a slope of equity counts as flat.
  static var nearDoubleShare: Double { 0.05 }

  private var linearUnits: Double {
    strategy.legs.filter { !$0.instrument.isOption }.reduce(0) { sum, leg in
      let units = leg.units.doubleValue.magnitude
      return sum + (strategy.settlement == .quote ? units : units / leg.price.doubleValue)
    }
  }
}
