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
      let file = try SurfaceFile(path)
      warnings += file.warnings
      guard file.asOf == market.asOf else {
        throw .refused(place, "found parameters of \(file.asOf) in \(path), wanted those of the market, \(market.asOf)")
      }
      guard let surface = file[symbol] else {
        throw .refused(
          place, "found no parameters of \(symbol) in \(path), which has \(file.symbols.joined(separator: ", "))")
      }
      return market.with(surface, of: symbol)
    }
  }
}
