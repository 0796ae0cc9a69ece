import Basics
import Instruments
public import MarketData

/// Writes fitted parameters as YAML: what ``SurfaceFile`` reads, and nothing is lost on the way.
public enum SurfaceParameters {
  public static func text(_ fits: [ChainFit], of market: MarketState) -> String {
    var lines = [
      "# Volatility surfaces fitted by `bulkhead chain fit`: total variance against ln(K/F), each expiry off its forward.",
      "as_of: \(market.asOf)", "underlyings:",
    ]
    for fit in fits {
      lines += ["  \(quoted(fit.symbol)):", "    model: \(fit.model.rawValue)"]
      if case .ssvi(let surface) = fit.surface {
        lines += [("rho", surface.rho), ("eta", surface.eta), ("gamma", surface.gamma)].map {
          "    \($0): \(number($1))"
        }
      }
      lines.append("    expiries:")
      for (index, slice) in fit.slices.enumerated() {
        lines += [
          "      - expiry: \(slice.expiry.date)",
          "        expires_at: \(expiresAt(slice, of: fit.symbol, in: market))",
          "        forward: \(number(slice.forward.value))",
        ]
        var figures = [("k_low", slice.range.lowerBound), ("k_high", slice.range.upperBound)]
        if case .ssvi(let surface) = fit.surface {
          figures.append(("theta", surface.nodes[index].theta))
        } else {
          let svi = slice.slice
          figures += [("a", svi.a), ("b", svi.b), ("rho", svi.rho), ("m", svi.m), ("sigma", svi.sigma)]
        }
        lines += figures.map { "        \($0): \(number($1))" }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func expiresAt(_ slice: ChainFit.Slice, of symbol: String, in market: MarketState) -> String {
    market[symbol]?.chain(of: slice.expiry).map { "\($0.instant)" } ?? "\(slice.expiry.date)T00:00:00Z"
  }

  private static func number(_ value: Double) -> String { FigureText.shortest(value) ?? "0" }

  /// A symbol as YAML takes it for a text, whatever it looks like.
  private static func quoted(_ symbol: String) -> String {
    let isPlain = symbol.utf8.first.map { (65...90).contains($0) || (97...122).contains($0) } == true
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    guard isPlain, !words.contains(symbol.lowercased()),
      symbol.utf8.allSatisfy({ ($0 | 32 >= 97 && $0 | 32 <= 122) || (48...57).contains($0) || $0 == 95 })
    else { return "'" + symbol.replacing("'", with: "''") + "'" }
    return symbol
  }
}
