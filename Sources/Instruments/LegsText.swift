import Basics

/// Reads legs from one line: `-1C92000 -1P92000 @26DEC25`.
///
/// | part | form |
/// | --- | --- |
/// | quantity | signed decimal; a sign alone is one (`+U`), no sign is plus |
/// | kind | `C` call, `P` put, `U` the underlying, `F` a future, in either case |
/// | strike | for `C` and `P`: a plain decimal |
/// | `@expiry` | for `C`, `P` and `F`: `26DEC25`, `2025-12-26` or with a time; left out, the default |
/// | `=price` | the entry price |
///
/// An `@expiry` that stands alone, wherever it does, is the default for all legs without their own. Quantities are
/// contracts, and for `U` shares or coins. What a text leaves out comes from the market's ``ContractTerms``.
public enum LegsText {
  /// - Throws: ``InstrumentError`` `.badName` with the leg and the reason, `.zeroQuantity`, `.tooManyLegs`, `.number`.
  public static func parse(_ text: some StringProtocol, terms: ContractTerms) throws(InstrumentError) -> [Leg] {
    let words = text.utf8.split { $0 == 32 || (9...13).contains($0) }.map { String(decoding: $0, as: UTF8.self) }
    var standard: Expiry?
    for word in words where word.utf8.first == UInt8(ascii: "@") {
      guard standard == nil else { throw .badName(word, reason: "wanted one default expiry, found a second") }
      standard = try expiry(String(word.dropFirst()), in: word, terms: terms)
    }
    let legs = words.filter { $0.utf8.first != UInt8(ascii: "@") }
    guard !legs.isEmpty else {
      throw .badName(String(text), reason: "wanted legs such as -1C92000 -1P92000 @26DEC25")
    }
    guard legs.count <= Strategy.legLimit else { throw .tooManyLegs(legs.count) }
    var result: [Leg] = []
    for word in legs { result.append(try leg(word, standard: standard, terms: terms)) }
    return result
  }

  private static func leg(
    _ word: String, standard: Expiry?, terms: ContractTerms
  ) throws(InstrumentError) -> Leg {
    let bytes = Array(word.utf8)
    // The first byte that can be no part of a number; what is no ASCII is no letter of ours either.
    guard let at = bytes.firstIndex(where: { $0 >= UInt8(ascii: "A") }),
      "cpuf".utf8.contains(bytes[at] | 32)
    else { throw .badName(word, reason: "wanted C, P, U or F after the quantity") }
    let letter = bytes[at] | 32
    let quantity = try quantity(text(bytes[..<at]), in: word)
    // Strike, expiry and price, each up to the mark of the next.
    let isMark = { (byte: UInt8) in byte == UInt8(ascii: "@") || byte == UInt8(ascii: "=") }
    var rest = bytes[(at + 1)...]
    func takeToMark() -> String {
      let part = rest.prefix { !isMark($0) }
      rest = rest.dropFirst(part.count)
      return text(part)
    }
    let strikeText = takeToMark()
    var own: Expiry?
    var price: Price?
    while let mark = rest.popFirst() {
      let value = takeToMark()
      switch (mark, own, price) {
      case (UInt8(ascii: "@"), nil, _): own = try expiry(value, in: word, terms: terms)
      case (UInt8(ascii: "="), _, nil): price = try number(value, "price", in: word)
      default: throw .badName(word, reason: "wanted one @expiry and one =price at most")
      }
    }
    let instrument: Instrument
    switch letter {
    case UInt8(ascii: "c"), UInt8(ascii: "p"):
      let right: OptionRight = letter == UInt8(ascii: "c") ? .call : .put
      guard !strikeText.isEmpty else { throw .badName(word, reason: "wanted a strike after \(right.letter)") }
      let strike = try number(strikeText, "strike", in: word)
      guard let expiry = own ?? standard else { throw .badName(word, reason: "wanted an expiry such as @26DEC25") }
      instrument = .option(try terms.option(right: right, strike: strike, expiry: expiry))
    case UInt8(ascii: "f"):
      guard strikeText.isEmpty else { throw .badName(word, reason: "wanted no strike after F") }
      guard let expiry = own ?? standard else { throw .badName(word, reason: "wanted an expiry such as @26DEC25") }
      instrument = .future(terms.future(expiry: expiry))
    case UInt8(ascii: "u"):
      guard strikeText.isEmpty else { throw .badName(word, reason: "wanted no strike after U") }
      guard own == nil else { throw .badName(word, reason: "wanted no expiry after U; F is a future") }
      guard let cover = terms.coverInstrument(expiry: standard) else {
        throw .badName(word, reason: "wanted an expiry such as @26DEC25 for the future that is the underlying here")
      }
      instrument = cover
    default: throw .badName(word, reason: "wanted C, P, U or F after the quantity")
    }
    return try Leg(quantity, instrument, price: price)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func quantity(_ text: String, in word: String) throws(InstrumentError) -> Quantity {
    switch text {
    case "+": return .one
    case "-": return Quantity(count: -Quantity.one.count)
    case "": throw .badName(word, reason: "wanted a signed quantity first, such as -1C92000")
    default:
      do { return try Quantity(parsing: text) } catch { throw .badName(word, reason: "quantity: \(error)") }
    }
  }

  /// A strike or an entry price: not negative.
  private static func number(_ text: String, _ what: String, in word: String) throws(InstrumentError) -> Price {
    let value: Price
    do { value = try Price(parsing: text) } catch { throw .badName(word, reason: "\(what): \(error)") }
    guard value >= .zero else { throw .badName(word, reason: "wanted a \(what) of 0 or more") }
    return value
  }

  private static func expiry(
    _ text: String, in word: String, terms: ContractTerms
  ) throws(InstrumentError) -> Expiry {
    do { return terms.expiry(try Expiry(parsing: text)) } catch { throw .badName(word, reason: "expiry: \(error)") }
  }
}
