public import Basics
import Instruments
public import MarketData

/// A file of fitted parameters, as `chain fit` writes it.
///
///     as_of: 2025-12-05T01:10:52Z
///     underlyings:
///       BTC:
///         model: svi
///         expiries:
///           - {expiry: 26DEC25, expires_at: 2025-12-26T08:00:00Z, k_low: -0.8, k_high: 0.4,
///              a: -0.01, b: 0.1, rho: -0.2, m: 0.02, sigma: 0.3}
///
/// A model `ssvi` has `rho`, `eta` and `gamma` beside `expiries`, which have `theta` in place of the five.
public struct SurfaceFile: Sendable {
  /// The moment of the market that was fitted: years count from there.
  public let asOf: Instant
  public let warnings: [String]
  private let surfaces: [String: VolatilitySurface]

  /// - Throws: ``FormatError`` for a file that is none, with line and column; what the parameters themselves must keep, the
  ///   surface's own words say.
  public init(_ path: String) throws(FormatError) {
    let root = try YAMLDocument(bytes: try WholeFile.bytes(of: path), file: path).root
    guard root.isMapping else { throw root.error(wanted: "a mapping with as_of and underlyings") }
    let asOf = try root.required("as_of", "the moment of the fit, such as 2025-12-05T01:10:00Z")
      .parsed("an instant such as 2025-12-05T01:10:00Z") { try Instant(parsing: $0) }
    var warnings = try root.unknownKeys(["as_of", "underlyings", "source", "licence", "license"])
    var surfaces: [String: VolatilitySurface] = [:]
    for entry in try root.required("underlyings", "a key 'underlyings'").entries("symbols with their parameters") {
      surfaces[entry.key] = try SurfaceFile.surface(entry.value, asOf, &warnings)
    }
    (self.asOf, self.warnings, self.surfaces) = (asOf, warnings, surfaces)
  }

  /// The surface of an underlying; nil where the file has none.
  public subscript(symbol: String) -> VolatilitySurface? { surfaces[symbol] }

  /// The underlyings of the file, in the order of their names.
  public var symbols: [String] { surfaces.keys.sorted() }

  private static let sliceKeys = ["a", "b", "rho", "m", "sigma"]
  private static let surfaceKeys = ["rho", "eta", "gamma"]

  private static func surface(
    _ block: YAMLValue, _ asOf: Instant, _ warnings: inout [String]
  ) throws(FormatError) -> VolatilitySurface {
    let model = try block.required("model", "a key 'model'").word(SurfaceModel.self)
    warnings += try block.unknownKeys(["model", "expiries"] + (model == .ssvi ? surfaceKeys : []))
    let expiries = try block.required("expiries", "a key 'expiries'")
    func refused(_ error: SurfaceError, _ place: YAMLValue) -> FormatError { .refused(place.location, "\(error)") }
    switch model {
    case .svi:
      var nodes: [SVISurface.Node] = []
      for item in try expiries.items() {
        let time = try Time(item, asOf, sliceKeys, &warnings)
        let p = try numbers(item, sliceKeys)
        do {
          let slice = try SVISlice(a: p[0], b: p[1], rho: p[2], m: p[3], sigma: p[4])
          nodes.append(.init(years: time.years, slice: slice, range: time.range))
        } catch { throw refused(error, item) }
      }
      do { return .svi(try SVISurface(nodes: nodes)) } catch { throw refused(error, expiries) }
    case .ssvi:
      var nodes: [SSVISurface.Node] = []
      for item in try expiries.items() {
        let time = try Time(item, asOf, ["theta"], &warnings)
        nodes.append(.init(years: time.years, theta: try numbers(item, ["theta"])[0], range: time.range))
      }
      let p = try numbers(block, surfaceKeys)
      do { return .ssvi(try SSVISurface(rho: p[0], eta: p[1], gamma: p[2], nodes: nodes)) } catch {
        throw refused(error, block)
      }
    }
  }

  private static func numbers(_ block: YAMLValue, _ keys: [String]) throws(FormatError) -> [Double] {
    var values: [Double] = []
    for key in keys { values.append(try block.required(key, "a key '\(key)'").double("a finite number")) }
    return values
  }

  /// When an expiry ends and which strikes it was fitted to.
  private struct Time {
    let years: Double
    let range: ClosedRange<Double>

    init(_ item: YAMLValue, _ asOf: Instant, _ keys: [String], _ warnings: inout [String]) throws(FormatError) {
      guard item.isMapping else { throw item.error(wanted: "an expiry's parameters") }
      warnings += try item.unknownKeys(["expiry", "expires_at", "forward", "k_low", "k_high"] + keys)
      let end = try item.required("expires_at", "a key 'expires_at'").parsed("an instant such as 2025-12-26T08:00:00Z")
      {
        try Instant(parsing: $0)
      }
      years = asOf.years(to: end)
      let bounds = try SurfaceFile.numbers(item, ["k_low", "k_high"])
      guard bounds[0] <= bounds[1] else {
        throw item.error(found: "k_low \(bounds[0]) above k_high \(bounds[1])", wanted: "a range of log-moneyness")
      }
      range = bounds[0]...bounds[1]
    }
  }
}
