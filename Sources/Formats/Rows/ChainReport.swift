import Basics
import Instruments
public import MarketData

/// Says what a market's quotes are worth, expiry by expiry.
public enum ChainReport {
  public enum Format: String, CaseIterable, Sendable {
    case table
    case csv
    case json
  }

  public static let columns = [
    "underlying", "expiry", "expires_at", "days", "quotes", "two_sided", "crossed", "missing", "parity_strikes",
    "parity_error_median", "parity_error_worst", "forward", "forward_source", "atm_vol",
  ]

  public static func text(_ market: MarketState, as format: Format) -> String {
    switch format {
    case .table: return table(market)
    case .csv: return csv(market)
    case .json: return JSONText.text(ChainDocument(market).json)
    }
  }

  /// One line for each row that was left out.
  public static func rejections(_ market: MarketState) -> [String] {
    market.underlyings.flatMap { underlying in
      underlying.rejected.map { "line \($0.line): \($0.instrument): \($0.reason)" }
    }
  }

  private static func csv(_ market: MarketState) -> String {
    var writer = CSVWriter()
    writer.row(columns)
    for underlying in market.underlyings {
      for chain in underlying.chains {
        let health = chain.health
        writer.cell(underlying.symbol)
        writer.cell(chain.expiry.date.description)
        writer.cell(chain.instant.description)
        writer.cell(chain.forward.years * 365)
        for count in [health.quotes, health.twoSided, health.crossed, health.missing, health.parityStrikes] {
          writer.cell(count)
        }
        for figure in [health.medianParityError, health.worstParityError, chain.forward.value] {
          if let figure { writer.cell(figure) } else { writer.emptyCell() }
        }
        writer.cell(chain.forward.source.name)
        if let volatility = atTheMoney(underlying, chain) { writer.cell(volatility) } else { writer.emptyCell() }
        writer.endRow()
      }
    }
    return writer.text
  }

  static func atTheMoney(_ underlying: UnderlyingMarket, _ chain: ExpiryChain) -> Double? {
    chain.smile == nil
      ? nil : underlying.surface.volatility(logMoneyness: 0, years: chain.forward.years)?.value
  }

  private static func table(_ market: MarketState) -> String {
    var lines = ["Quotes of \(market.asOf)"]
    for underlying in market.underlyings {
      let terms = underlying.terms
      let unit = terms.quotedIn == .coin ? underlying.symbol : terms.quoteCurrency
      lines += ["", "\(underlying.symbol): spot \(underlying.spot) \(terms.quoteCurrency), quoted in \(unit)", ""]
      let rows = underlying.chains.map { chain -> [String] in
        let health = chain.health
        return [
          chain.expiry.date.deribitText, "\(health.quotes)", "\(health.twoSided)", "\(health.crossed)",
          "\(health.missing)", small(health.medianParityError), small(health.worstParityError),
          FigureText.fixed(chain.forward.value, 2), source(chain.forward.source),
          FigureText.percent(atTheMoney(underlying, chain)),
        ]
      }
      lines += TextLayout.table(
        ["expiry", "quotes", "2-sided", "crossed", "missing", "parity", "worst", "forward", "from", "vol"], rows)
      lines += ["", "  parity, worst: the median and the largest |C - P - parity|, in \(unit)"]
      if !underlying.rejected.isEmpty {
        lines += ["", "\(underlying.rejected.count) rows are not used:"]
        for row in underlying.rejected {
          lines += TextLayout.wrapped("line \(row.line), \(row.instrument): \(row.reason)", 78).map { "  " + $0 }
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func source(_ source: ForwardSource) -> String {
    if case .parity(let strikes) = source { return "parity/\(strikes)" }
    return source.name
  }

  /// Two figures that matter, whatever the unit.
  private static func small(_ value: Double?) -> String {
    guard let value else { return FigureText.missing }
    if value == 0 { return "0" }
    var exponent = 0
    var scaled = value
    while scaled < 1, exponent < 20 {
      scaled *= 10
      exponent += 1
    }
    return exponent <= 3 ? FigureText.fixed(value, exponent + 1) : FigureText.fixed(scaled, 1) + "e-\(exponent)"
  }
}
