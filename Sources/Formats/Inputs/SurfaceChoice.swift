import Basics
import Instruments
public import MarketData

/// Which volatilities a market is read with.
public enum SurfaceChoice: Equatable, Sendable {
  /// As quoted, interpolated.
  case quoted
  /// Fitted as the market is read; slices of SVI with arbitrage are repaired.
  case fitted(SurfaceModel)
  /// The parameters of a file that `chain fit` wrote.
  case file(String)

  /// `quoted`, `svi`, `ssvi`; anything else is a file's name.
  public init(_ text: String) {
    if text == "quoted" {
      self = .quoted
    } else if let model = SurfaceModel(rawValue: text) {
      self = .fitted(model)
    } else {
      self = .file(text)
    }
  }

  /// The market with the chosen surface of one underlying.
  ///
  /// - Parameters:
  ///   - place: What asked for it, which an error names.
  ///   - warnings: Receives what is odd.
  /// - Throws: ``FormatError`` for a chain that cannot be fitted, and a file without the underlying or of another moment.
  func applied(
    to market: MarketState, _ symbol: String, at place: SourceLocation, _ warnings: inout [String]
  ) throws(FormatError) -> MarketState {
    guard let underlying = market[symbol] else { return market }
    switch self {
    case .quoted: return market
    case .fitted(let model):
      let fit: ChainFit
      do { fit = try ChainFit(underlying, model: model, isRepaired: model == .svi) } catch {
        throw .refused(place, "the chain of \(symbol) cannot be fitted: \(error)")
      }
      for omission in fit.omissions {
        warnings.append("\(place): warning: \(symbol) \(omission.expiry.date) is not fitted: \(omission.reason)")
      }
      return market.with(fit.surface, of: symbol)
    case .file(let path):
      let file: SurfaceFile
      do { file = try SurfaceFile(path) } catch {
        // A word that is none of the three is taken for a file's name.
        guard case .noInput(let name, let reason) = error, name == path else { throw error }
        throw .noInput(file: name, reason: "\(reason); wanted quoted, svi, ssvi or a file of `bulkhead chain fit -o`")
      }
      warnings += file.warnings
      guard file.asOf == market.asOf else {
        throw .refused(place, "found parameters of \(file.asOf) in \(path), wanted those of the market, \(market.asOf)")
      }
      guard let surface = file[symbol] else {
        throw .refused(
          place, "found no parameters of \(symbol) in \(path), which has \(file.symbols.joined(separator: ", "))")
      }
      if let arbitrage = SurfaceChoice.arbitrage(surface, of: underlying) {
        warnings.append(
          "\(place): warning: \(symbol): \(path) has \(arbitrage); `bulkhead chain fit --repair` writes one without")
      }
      return market.with(surface, of: symbol)
    }
  }

  /// `butterfly arbitrage at 6DEC25, calendar arbitrage at 7DEC25`; nil where every slice is proved free of it.
  private static func arbitrage(_ surface: VolatilitySurface, of underlying: UnderlyingMarket) -> String? {
    // A surface of SSVI has none: its parameters are held to that when it is made.
    guard case .svi(let surface) = surface else { return nil }
    func name(_ node: SVISurface.Node) -> String {
      let chain = underlying.chains.first { ($0.forward.years - node.years).magnitude < 1e-9 }
      return chain.map(\.expiry.date.deribitText) ?? "\(FigureText.fixed(node.years, 4)) years"
    }
    let nodes = surface.nodes
    let butterflies = nodes.filter { !DurrlemanCondition.verdict(on: $0.slice).isFree }.map(name)
    let calendars = zip(nodes, nodes.dropFirst())
      .filter { !CalendarCondition.verdict(from: $0.slice, to: $1.slice).isFree }.map { name($1) }
    let found = [("butterfly", butterflies), ("calendar", calendars)].filter { !$0.1.isEmpty }
    guard !found.isEmpty else { return nil }
    return found.map { "\($0) arbitrage at \($1.joined(separator: ", "))" }.joined(separator: " and ")
  }
}
