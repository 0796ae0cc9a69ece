import Basics
import Instruments
import IsolatedMargin
import MarketData
import Pricing
import Scenarios

/// The body of a request: an object whose keys are the options of the command, hyphens written as underscores.
///
/// Values are read by what reads the command line's. Nothing in a body is ever the name of a file.
struct InterfaceRequest {
  private let root: YAMLValue
  private let schedules: [String: FeeSchedule]

  /// - Throws: ``InterfaceError`` for a body that is no JSON object, and for a key that the operation does not know.
  init(
    _ body: [UInt8], of operation: InterfaceOperation, schedules: [String: FeeSchedule]
  ) throws(InterfaceError) {
    self.schedules = schedules
    do throws(FormatError) {
      root = try JSONReader.root(of: body, file: "request")
      let known = operation.keys
      for entry in try root.entries("an object with a strategy") where !known.contains(entry.key) {
        throw entry.value.error(found: "key '\(entry.key.prefix(60))'", wanted: known.joined(separator: ", "))
      }
    } catch { throw InterfaceError(error, .badRequest) }
  }

  // MARK: Values

  /// True where the key is there, whatever its value.
  func has(_ key: String) -> Bool { root[key] != nil }

  /// A string or a number as it is written; nil where the key is missing or null.
  func text(_ key: String) throws(InterfaceError) -> String? {
    guard let value = root[key] else { return nil }
    guard let text = value.text, !text.isEmpty else { throw refusal(key, value, "a text or a number") }
    return text
  }

  /// - Throws: ``InterfaceError`` `.badOption` where `read` gives nil.
  func value<Value>(
    _ key: String, _ wanted: @autoclosure () -> String, _ read: (String) -> Value?
  ) throws(InterfaceError) -> Value? {
    guard let text = try text(key) else { return nil }
    guard let value = read(text) else {
      throw InterfaceError(.badOption, "found '\(text.prefix(60))', wanted \(wanted())", at: key)
    }
    return value
  }

  func flag(_ key: String) throws(InterfaceError) -> Bool? {
    try value(key, "true or false") { ["true": true, "false": false][$0] }
  }

  func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Word.Type
  ) throws(InterfaceError) -> Word? where Word.RawValue == String {
    try value(key, Word.allCases.map(\.rawValue).joined(separator: ", ")) { Word(rawValue: $0) }
  }

  func exact(_ key: String) throws(InterfaceError) -> ExactAmount? {
    try value(key, "a plain decimal") { try? ExactAmount(parsing: $0) }
  }

  /// One text or number, or a list of them.
  func exacts(_ key: String) throws(InterfaceError) -> [ExactAmount] {
    guard let value = root[key] else { return [] }
    var amounts: [ExactAmount] = []
    do throws(FormatError) {
      for item in try value.items() {
        amounts.append(try item.parsed("a plain decimal") { try ExactAmount(parsing: $0) })
      }
    } catch { throw InterfaceError(error, .badOption) }
    return amounts
  }

  private func refusal(_ key: String, _ value: YAMLValue, _ wanted: String) -> InterfaceError {
    InterfaceError(value.error(wanted: wanted), .badOption)
  }

  // MARK: Parts that several operations have

  var marketName: String? {
    get throws(InterfaceError) { try text("market") }
  }

  func statement() throws(InterfaceError) -> StrategyStatement {
    let body: StrategyStatement.Body
    switch (root["strategy"], root["legs"]) {
    case (let strategy?, nil): body = .file(try file(strategy))
    case (nil, .some): body = .legs(try text("legs") ?? "", underlying: try text("underlying"))
    default: throw InterfaceError(.badRequest, "wanted one of strategy and legs")
    }
    return StrategyStatement(
      body, settlement: try word("settlement", Settlement.self), fill: try word("fill", FillRule.self),
      fees: try fees())
  }

  private func file(_ value: YAMLValue) throws(InterfaceError) -> StrategyFile {
    let file: StrategyFile
    do throws(FormatError) {
      guard value.isMapping else { throw value.error(wanted: "an object with legs or a structure") }
      file = try StrategyFile(value, name: "strategy") { name, place throws(FormatError) in
        guard let schedule = schedules[name] else { throw place.error(wanted: wantedSchedule) }
        return schedule
      }
    } catch { throw InterfaceError(error, .badStrategy) }
    // What a person is warned of, a program is told.
    if let warning = file.warnings.first { throw InterfaceError(.badStrategy, warning) }
    return file
  }

  private var wantedSchedule: String {
    "entry and exit totals, or one of \(schedules.keys.sorted().joined(separator: ", "))"
  }

  private func fees() throws(InterfaceError) -> FeeTerms? {
    guard let text = try text("fees") else { return nil }
    if let schedule = schedules[text] { return .schedule(schedule) }
    let refusal = FormatError.malformed(
      SourceLocation(file: "request", line: 1, column: 1), found: "'\(text.prefix(60))'", wanted: wantedSchedule)
    guard let totals = try? FeeTerms.totals(text, refusal) else {
      throw InterfaceError(.badOption, "found '\(text.prefix(60))', wanted \(wantedSchedule)", at: "fees")
    }
    return totals
  }

  func reserve() throws(InterfaceError) -> PerpetualReserve {
    let (basis, cap, hours) = (try exact("basis"), try exact("funding_cap"), try exact("hours"))
    let price = try exact("reference_price")
    do {
      return try PerpetualReserve(
        basis: basis ?? .zero, fundingCap: cap ?? .zero, hours: hours ?? .zero, referencePrice: price)
    } catch { throw InterfaceError(.badOption, error.description) }
  }

  func plan(on market: MarketState) throws(InterfaceError) -> ClosingPlan? {
    let word = try word("policy", ClosingWord.self)
    let bounds = try value("vol_band", "low:high in percent a year, such as 30:120") { OptionText.volatilityBand($0) }
    let sharing = try self.word("vol_sharing", VolatilityBand.Sharing.self)
    let forwardBand = try value("forward_band", "a share of 0 or more, below 1") { text in
      OptionText.share(text).flatMap { $0 >= .zero && $0 < .one ? $0 : nil }
    }
    guard word == .closeFirstInBand || (bounds == nil && sharing == nil) else {
      throw InterfaceError(.badOption, "vol_band and vol_sharing belong to policy close-first-in-band")
    }
    guard word != .closeFirstInBand || bounds != nil else {
      throw InterfaceError(.badOption, "policy close-first-in-band wants vol_band low:high beside it")
    }
    guard forwardBand == nil || (word != nil && word != .holdEach) else {
      throw InterfaceError(.badOption, "forward_band is about closing at the first expiry: wanted policy close-first")
    }
    var band: VolatilityBand?
    if let bounds {
      do { band = try VolatilityBand(lower: bounds.low, upper: bounds.high, sharing: sharing ?? .perLeg) } catch {
        throw InterfaceError(.badOption, error.description, at: "vol_band")
      }
    }
    return word?.plan(on: market, forwardBand: forwardBand ?? .zero, band: band)
  }

  /// - Parameter spotShifts: What is taken where none are stated; as `volatilityShifts`.
  func grid(spotShifts: [Double], volatilityShifts: [Double] = [0]) throws(InterfaceError) -> ScenarioGrid {
    let axis = "first:last:count, a list, or one number"
    let spots = try value("spot_shift", axis) { ScenarioAxis.shifts($0) } ?? spotShifts
    let volatilities = try value("vol_shift", axis) { ScenarioAxis.shifts($0) } ?? volatilityShifts
    let days = try value("days", axis) { ScenarioAxis.days($0) } ?? [0]
    let isRelative = try flag("vol_relative") ?? false
    let skew = try value("skew_shift", "points") { OptionText.points($0) } ?? 0
    let curvature = try value("curvature_shift", "points") { OptionText.points($0) } ?? 0
    let smile = try word("smile", SmileDynamics.self) ?? .stickyStrike
    do {
      return try ScenarioGrid(
        spotShifts: spots, volatilityShifts: volatilities, days: days, isVolatilityRelative: isRelative,
        skewShift: skew, curvatureShift: curvature, dynamics: smile)
    } catch { throw InterfaceError(.badOption, error.description) }
  }
}
