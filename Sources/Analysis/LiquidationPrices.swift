import Basics
public import IsolatedMargin

/// The prices at which one box is liquidated at the present moment, however they were found.
public struct LiquidationPrices: Hashable, Sendable {
  /// A stretch of prices in quote currency, its ends not included; nil is no end.
  public struct Band: Hashable, Sendable {
    public let lower: Double?
    public let upper: Double?

    func contains(_ spot: Double) -> Bool { lower ?? 0 < spot && spot < upper ?? .infinity }
  }

  public let status: LiquidationRegion.Status
  /// Where the safe corridor around the present price ends below and above; nil for no end. Of a price that is outside
  /// already, the ends of its band.
  public let lower: Double?
  public let upper: Double?
  /// Ascending and disjoint.
  public let bands: [Band]
  public let certificate: LiquidationCertificate
  /// Why these are all, or that nothing proves it; a sentence without a full stop.
  public let reason: String

  init(_ region: LiquidationRegion) {
    status = region.status
    (lower, upper) = (region.lower?.price, region.upper?.price)
    bands = region.bands.map { Band(lower: $0.lower?.price, upper: $0.upper?.price) }
    certificate = region.certificate
    reason = region.certificate.text
  }

  /// What a scan found.
  init(scanned bands: [Band], at spot: Double, reason: String) {
    self.bands = bands
    self.reason = reason
    certificate = .uncertified
    if let band = bands.first(where: { $0.contains(spot) }) {
      (status, lower, upper) = (.alreadyOutside, band.lower, band.upper)
    } else {
      status = bands.isEmpty ? .none : .ok
      lower = bands.last { $0.upper ?? .infinity <= spot }?.upper
      upper = bands.first { $0.lower ?? 0 >= spot }?.lower
    }
  }
}
