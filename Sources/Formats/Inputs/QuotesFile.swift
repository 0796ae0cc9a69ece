import Basics
import Instruments
import MarketData

/// A quotes CSV, `instrument,bid,ask,mark,implied_vol`: the rows that can be used, and the others with their reasons.
struct QuotesFile {
  var quotes: [(line: Int, quote: OptionQuote)] = []
  var rejected: [RejectedQuote] = []
  var warnings: [String] = []

  init() {}

  /// - Parameters:
  ///   - terms: The underlying whose quotes are wanted.
  ///   - isShared: True where the file serves several underlyings: rows of others are then not this one's fault.
  /// - Throws: ``FormatError`` for a file that is no CSV or lacks one of the five columns.
  init(_ path: String, _ terms: UnderlyingTerms, isShared: Bool) throws(FormatError) {
    var reader = try CSVReader.open(path)
    let names = ["instrument", "bid", "ask", "mark", "implied_vol"]
    let columns = try CSVColumns(reader, required: names, known: names)
    warnings += columns.warnings
    guard let instrument = columns["instrument"] else { return }
    let places = (
      bid: columns["bid"], ask: columns["ask"], mark: columns["mark"], volatility: columns["implied_vol"]
    )
    while let block = try reader.nextBlock() {
      for row in 0..<block.rowCount {
        let name = block.text(row: row, column: instrument)
        let line = block.line(ofRow: row)
        func text(_ column: Int?) -> String { column.map { block.text(row: row, column: $0) } ?? "" }
        do throws(Rejection) {
          guard let contract = try QuotesFile.contract(name, terms, isShared: isShared) else { continue }
          let quote = OptionQuote(
            contract: contract, bid: try QuotesFile.price(text(places.bid), "bid"),
            ask: try QuotesFile.price(text(places.ask), "ask"), mark: try QuotesFile.price(text(places.mark), "mark"),
            impliedVolatility: try QuotesFile.volatility(text(places.volatility)))
          quotes.append((line, quote))
        } catch {
          rejected.append(RejectedQuote(line: line, instrument: name, reason: error.reason))
        }
      }
    }
  }

  private struct Rejection: Error {
    let reason: String
  }

  /// The contract a row names; nil for another underlying's row in a shared file.
  private static func contract(
    _ name: String, _ terms: UnderlyingTerms, isShared: Bool
  ) throws(Rejection) -> OptionContract? {
    let instrument: Instrument
    do { instrument = try InstrumentName.parse(name) } catch { throw Rejection(reason: error.description) }
    guard case .option(let contract) = instrument else {
      throw Rejection(reason: "found no option, wanted an option's name")
    }
    guard contract.underlying == terms.symbol else {
      if isShared { return nil }
      throw Rejection(reason: "found underlying \(contract.underlying), wanted \(terms.symbol)")
    }
    return contract
  }

  /// A price of 0 or more; an empty cell is no quote.
  private static func price(_ text: String, _ column: String) throws(Rejection) -> Price? {
    guard !text.isEmpty else { return nil }
    let price: Price
    do { price = try Price(parsing: text) } catch { throw Rejection(reason: "\(column): \(error)") }
    guard price >= .zero else { throw Rejection(reason: "\(column): found \(price), wanted a price of 0 or more") }
    return price
  }

  /// A fraction of 100 is ten thousand percent: no market shows it, and its square would drown its neighbours.
  private static let volatilityLimit = 100.0

  private static func volatility(_ text: String) throws(Rejection) -> Double? {
    guard !text.isEmpty else { return nil }
    guard let value = NumberText.double(text), value > 0, value <= volatilityLimit else {
      throw Rejection(
        reason: "implied_vol: found \(CellError.quoted(text)), wanted a volatility above 0, as a fraction (0.5 is 50 %)"
      )
    }
    return value
  }
}
