import Basics
import Instruments
import Pricing

/// What a leg's `kind` column can say.
enum LegKind: String, CaseIterable {
  case call
  case put
  case digitalCall = "digital_call"
  case digitalPut = "digital_put"
  case underlying
  case future
  case perpetual

  var right: OptionRight? {
    switch self {
    case .call, .digitalCall: return .call
    case .put, .digitalPut: return .put
    case .underlying, .future, .perpetual: return nil
    }
  }

  var isDigital: Bool { self == .digitalCall || self == .digitalPut }
  var hasExpiry: Bool { right != nil || self == .future }

  init(_ instrument: Instrument) {
    switch instrument {
    case .option(let contract): self = contract.right == .call ? .call : .put
    case .digital(let contract): self = contract.right == .call ? .digitalCall : .digitalPut
    case .future: self = .future
    case .perpetual: self = .perpetual
    case .underlying: self = .underlying
    }
  }
}

/// One row of a book: a leg, and what it says about its strategy.
struct BookRow {
  let leg: FilledLeg
  let settlement: Settlement
  let currency: Currency
}

/// Turns the cells of one row into a leg.
///
/// Numbers become digits and never a Double. A cell that the row's kind does not use (a strike beside a perpetual) must
/// still be legal, and is then not used.
struct BookRowReader {
  let columns: BookColumns
  /// The last texts read and what they said: neighbouring rows name the same expiry and underlying.
  private var lastExpiry: (text: String, expiry: Expiry)?
  private var lastUnderlying = ""
  private var lastAccount = ""

  init(columns: BookColumns) { self.columns = columns }

  /// The settlement that a row names, where that cell is legal.
  func settlement(_ block: CSVBlock, _ row: Int) -> Settlement? {
    let cells = RowCells(block, row)
    return try? word(cells, columns.settlement, "settlement", default: .quote)
  }

  /// The account that a row names; empty where it names none.
  mutating func account(_ block: CSVBlock, _ row: Int) -> String {
    guard let column = columns.account else { return "" }
    let cells = RowCells(block, row)
    if !cells.isEqual(column, lastAccount) { lastAccount = cells.text(column) ?? "" }
    return lastAccount
  }

  /// - Throws: ``RowError`` for the first cell that is wrong.
  mutating func read(_ block: CSVBlock, _ row: Int) throws(RowError) -> BookRow {
    let cells = RowCells(block, row)
    let settlement = try word(cells, columns.settlement, "settlement", default: Settlement.quote)
    let named = try namedInstrument(cells)
    let kind = try kind(cells, named: named)
    let underlying = try underlying(cells, named: named)
    let expiry = try expiry(cells, kind: kind, named: named)
    let strike = try strike(cells, kind: kind, named: named)
    let quantity = try quantity(cells, columns.quantity, "quantity")
    guard let quantity, !quantity.isZero else {
      throw cells.error(columns.quantity, "quantity", wanted: "a quantity other than 0")
    }
    if kind == .underlying, settlement == .coin {
      throw cells.error(
        columns.kind, "kind",
        message: "found an underlying leg in coin settlement, wanted it left out: the coin held is the collateral")
    }
    let currency = try currency(cells, settlement: settlement, underlying: underlying)
    let payout = try price(cells, columns.payout, "payout", wanted: "a payout above 0") { $0 > .zero }
    if kind.isDigital, payout == nil { throw cells.error(columns.payout, "payout", wanted: "a payout above 0") }
    let exercise = try word(cells, columns.exercise, "exercise", default: named?.exercise ?? .european)
    let multiplier = try multiplier(cells, named: named)
    let premium = try price(
      cells, columns.price, "price",
      wanted: kind.right == nil ? "an entry price above 0" : "a premium of 0 or more, or an empty cell for 0"
    ) { $0 > .zero || ($0 == .zero && kind.right != nil) }
    if premium == nil, kind.right == nil {
      throw cells.error(columns.price, "price", wanted: "the entry price of the \(kind.rawValue), above 0")
    }
    let fee = try price(cells, columns.fee, "fee", wanted: "a fee of 0 or more") { $0 >= .zero }

    let instrument: Instrument
    do {
      instrument = try BookRowReader.instrument(
        kind: kind, underlying: underlying, expiry: expiry, strike: strike, payout: payout, multiplier: multiplier,
        settlement: settlement, exercise: exercise, currency: currency, named: named)
    } catch {
      throw cells.error(columns.kind, "kind", message: error.message)
    }
    do {
      let leg = try FilledLeg(
        instrument: instrument, quantity: quantity, multiplier: multiplier, price: (premium ?? .zero).exact,
        fee: (fee ?? .zero).exact)
      return BookRow(leg: leg, settlement: settlement, currency: currency)
    } catch {
      throw cells.error(columns.strategy, "strategy", message: error.description)
    }
  }

  // MARK: What the instrument column says

  private func namedInstrument(_ cells: RowCells) throws(RowError) -> Instrument? {
    guard let column = columns.instrument, let text = cells.text(column) else { return nil }
    do { return try InstrumentName.parse(text) } catch {
      throw cells.error(column, "instrument", message: error.description)
    }
  }

  /// A row may say both, as long as both say the same.
  private func agree(
    _ cells: RowCells, _ column: Int?, _ name: String, _ isSame: Bool, _ named: Instrument?
  ) throws(RowError) {
    guard let named, !isSame else { return }
    throw cells.error(column, name, wanted: "what the instrument \(named) says, or an empty cell")
  }

  // MARK: Cells

  private func kind(_ cells: RowCells, named: Instrument?) throws(RowError) -> LegKind {
    guard let column = columns.kind, let text = cells.text(column) else {
      guard let named else {
        throw cells.error(columns.kind, "kind", wanted: BookRowReader.kindWords)
      }
      return LegKind(named)
    }
    guard let kind = LegKind(rawValue: text) else {
      throw cells.error(column, "kind", wanted: BookRowReader.kindWords)
    }
    try agree(cells, column, "kind", named.map { LegKind($0) == kind } ?? true, named)
    return kind
  }

  private static let kindWords = LegKind.allCases.map(\.rawValue).joined(separator: ", ")

  private mutating func underlying(_ cells: RowCells, named: Instrument?) throws(RowError) -> String {
    guard let column = columns.underlying, !cells.isEmpty(column) else {
      guard let named else {
        throw cells.error(columns.underlying, "underlying", wanted: "the name of an underlying")
      }
      return named.underlying
    }
    if !cells.isEqual(column, lastUnderlying) { lastUnderlying = cells.text(column) ?? "" }
    try agree(cells, column, "underlying", named.map { $0.underlying == lastUnderlying } ?? true, named)
    return lastUnderlying
  }

  private mutating func expiry(_ cells: RowCells, kind: LegKind, named: Instrument?) throws(RowError) -> Expiry? {
    guard let column = columns.expiry, !cells.isEmpty(column) else {
      guard let named else {
        guard !kind.hasExpiry else {
          throw cells.error(columns.expiry, "expiry", wanted: "the date on which the \(kind.rawValue) expires")
        }
        return nil
      }
      return named.expiry
    }
    let expiry: Expiry
    if let lastExpiry, cells.isEqual(column, lastExpiry.text) {
      expiry = lastExpiry.expiry
    } else {
      let text = cells.text(column) ?? ""
      do { expiry = try Expiry(parsing: text) } catch {
        throw cells.error(column, "expiry", message: error.description)
      }
      lastExpiry = (text, expiry)
    }
    try agree(cells, column, "expiry", named?.expiry.map { $0.isSameSettlement(as: expiry) } ?? true, named)
    return named?.expiry ?? expiry
  }

  private func strike(_ cells: RowCells, kind: LegKind, named: Instrument?) throws(RowError) -> Price? {
    let wanted = "a strike of 0 or more"
    let strike = try price(cells, columns.strike, "strike", wanted: wanted) { $0 >= .zero }
    guard let strike else {
      if named == nil, kind.right != nil { throw cells.error(columns.strike, "strike", wanted: wanted) }
      return named?.strike
    }
    try agree(cells, columns.strike, "strike", named?.strike.map { $0 == strike } ?? true, named)
    return strike
  }

  private func multiplier(_ cells: RowCells, named: Instrument?) throws(RowError) -> Quantity {
    guard let multiplier = try quantity(cells, columns.multiplier, "multiplier") else {
      return named?.multiplier ?? .one
    }
    guard multiplier > .zero else {
      throw cells.error(columns.multiplier, "multiplier", wanted: "a multiplier above 0")
    }
    return multiplier
  }

  private func currency(
    _ cells: RowCells, settlement: Settlement, underlying: String
  ) throws(RowError) -> Currency {
    let text = columns.currency.flatMap { cells.text($0) }
    if text == nil, settlement == .quote { return .usd }
    let isOwn = text != nil
    let (column, name) = isOwn ? (columns.currency, "currency") : (columns.underlying, "underlying")
    let currency: Currency
    do { currency = try Currency(text ?? underlying) } catch {
      throw cells.error(column, name, message: error.description)
    }
    // A margin in coin that is rounded to cents would be no margin, and one in another coin no cover.
    guard settlement == .quote || currency.decimals == Price.decimals else {
      throw cells.error(column, name, wanted: "a coin, since the settlement is in coin")
    }
    guard settlement == .quote || currency.code == underlying.uppercased() else {
      throw cells.error(column, name, wanted: "\(underlying), the coin of the settlement")
    }
    return currency
  }

  /// Nil for an empty cell or a missing column.
  private func quantity(_ cells: RowCells, _ column: Int?, _ name: String) throws(RowError) -> Quantity? {
    guard let column, !cells.isEmpty(column) else { return nil }
    if let count = cells.count(column) { return Quantity(count: count) }
    do { return try Quantity(parsing: cells.text(column) ?? "") } catch {
      throw cells.error(column, name, message: error.description)
    }
  }

  private func price(
    _ cells: RowCells, _ column: Int?, _ name: String, wanted: String, _ isLegal: (Price) -> Bool
  ) throws(RowError) -> Price? {
    guard let column, !cells.isEmpty(column) else { return nil }
    let price: Price
    if let count = cells.count(column) {
      price = Price(count: count)
    } else {
      do { price = try Price(parsing: cells.text(column) ?? "") } catch {
        throw cells.error(column, name, message: error.description)
      }
    }
    guard isLegal(price) else { throw cells.error(column, name, wanted: wanted) }
    return price
  }

  private func word<Word: RawRepresentable & CaseIterable>(
    _ cells: RowCells, _ column: Int?, _ name: String, default: Word
  ) throws(RowError) -> Word where Word.RawValue == String {
    guard let column, let text = cells.text(column) else { return `default` }
    guard let word = Word(rawValue: text) else {
      throw cells.error(column, name, wanted: Word.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return word
  }

  private static func instrument(
    kind: LegKind, underlying: String, expiry: Expiry?, strike: Price?, payout: Price?, multiplier: Quantity,
    settlement: Settlement, exercise: ExerciseStyle, currency: Currency, named: Instrument?
  ) throws(CellError) -> Instrument {
    do throws(InstrumentError) {
      switch kind {
      case .underlying: return .underlying(Underlying(symbol: underlying))
      case .perpetual: return .perpetual(Perpetual(underlying: underlying, multiplier: multiplier))
      case .future:
        guard let expiry else { break }
        return .future(Future(underlying: underlying, expiry: expiry, multiplier: multiplier))
      case .call, .put:
        guard let expiry, let strike, let right = kind.right else { break }
        return .option(
          try OptionContract(
            underlying: underlying, right: right, strike: strike, expiry: expiry, settlement: settlement,
            exercise: exercise, delivery: named?.delivery ?? .cash, multiplier: multiplier,
            quoteCurrency: settlement == .quote ? currency.code : "USD"))
      case .digitalCall, .digitalPut:
        guard let expiry, let strike, let right = kind.right, let payout else { break }
        return .digital(
          try DigitalContract(
            underlying: underlying, right: right, strike: strike, expiry: expiry, payout: payout,
            multiplier: multiplier))
      }
    } catch { throw CellError(error.description) }
    // The cells were asked for before, so that this is not reached.
    throw CellError("found a \(kind.rawValue) without all of its terms, wanted strike, expiry and payout")
  }
}

extension Instrument {
  fileprivate var exercise: ExerciseStyle? {
    if case .option(let contract) = self { contract.exercise } else { nil }
  }
  fileprivate var delivery: Delivery? {
    if case .option(let contract) = self { contract.delivery } else { nil }
  }
}
