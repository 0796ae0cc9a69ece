import Basics
import Foundation
import Pricing
import TestSupport
import Testing

@testable import Formats

@Suite("Fee schedules in files")
struct FeeScheduleFileTests {
  static func terms(_ name: String, dataFolders: [String] = []) throws -> FeeTerms {
    let folder = try TemporaryFolder()
    let path = folder.file(
      "fees: \(name)\nlegs: [{quantity: 1, instrument: BTC-26DEC25-92000-C}]", named: "s.yaml")
    return try StrategyFile(path, dataFolders: dataFolders).terms.fees
  }

  /// Reads `text` as the schedule `own`.
  static func own(_ text: String) throws -> FeeSchedule {
    let folder = try TemporaryFolder()
    let data = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: data.path + "/Rulebooks/fees", withIntermediateDirectories: true)
    _ = data.file(text, named: "Rulebooks/fees/own.yaml")
    let path = folder.file("fees: own\nlegs: [{quantity: 1, instrument: BTC-26DEC25-92000-C}]", named: "s.yaml")
    guard case .schedule(let schedule) = try StrategyFile(path, dataFolders: [data.path]).terms.fees else {
      throw FormatError.closedPipe
    }
    return schedule
  }

  @Test("The schedules of the project are read to the digit")
  func project() throws {
    let data = "\(Fixture.root)/Data"
    guard case .schedule(let deribit) = try Self.terms("deribit", dataFolders: [data]) else {
      Issue.record("no schedule")
      return
    }
    #expect(deribit.name == "deribit" && deribit.underlyings == ["BTC", "ETH"])
    #expect(
      deribit.optionTrade
        == .underlyingShare(rate: try ExactAmount(parsing: "0.0003"), cap: try ExactAmount(parsing: "0.125")))
    #expect(
      deribit.optionDelivery
        == PayoffFee(rate: try ExactAmount(parsing: "0.00015"), cap: try ExactAmount(parsing: "0.125")))
    #expect(deribit.futureTrade == (try ExactAmount(parsing: "0.0005")))
    guard case .schedule(let broker) = try Self.terms("us-per-contract", dataFolders: [data + "/"]) else {
      Issue.record("no schedule")
      return
    }
    #expect(broker.optionTrade == .perContract(try Money(parsing: "0.65", currency: .usd)))
    #expect(broker.optionDelivery == nil && broker.underlyings.isEmpty)
    #expect(broker.futureTrade == nil)
    #expect(broker.effective == (try CalendarDate(parsing: "2019-10-07")))
  }

  @Test(
    "A name that is none, and a schedule that is not there, are refused",
    arguments: [
      "none-such", "../deribit", "Deribit", "deribit.yaml", "a/b", "[deribit]", "''",
    ])
  func names(_ name: String) throws {
    #expect(throws: FormatError.self) { try Self.terms(name, dataFolders: ["\(Fixture.root)/Data"]) }
  }

  static let good = """
    name: own
    effective: 2026-01-01
    source: by hand
    currency: USD
    option_trade: {rate: 0.0003, of: underlying, cap_share_of_premium: 0.125}
    option_delivery: {rate: 0.00015, of: underlying, cap_share_of_value: 0.125}
    future_trade: {rate: 0.0005, of: notional}
    """

  struct Refusal: Sendable, CustomStringConvertible {
    let old: String
    let new: String
    let line: Int
    var description: String { "\(old) -> \(new)" }

    static let table = [
      Refusal(old: "name: own", new: "nom: own", line: 1), Refusal(old: "name: own", new: "name:", line: 1),
      Refusal(old: "2026-01-01", new: "2026-13-01", line: 2), Refusal(old: "effective:", new: "effect:", line: 2),
      Refusal(old: "option_trade:", new: "options_trade:", line: 5),
      Refusal(old: "currency: USD", new: "underlyings: []", line: 4),
      Refusal(old: "currency: USD", new: "underlyings: [[BTC]]", line: 4),
      Refusal(old: "{rate: 0.0003", new: "{rate: -0.1", line: 5),
      Refusal(old: "{rate: 0.0003", new: "{rate: 1", line: 5),
      Refusal(old: "{rate: 0.0003", new: "{rate: 3e-4", line: 5),
      Refusal(old: "{rate: 0.0003", new: "{ratte: 0.0003", line: 5),
      Refusal(old: "cap_share_of_premium: 0.125", new: "cap_share_of_premium: 0", line: 5),
      Refusal(old: "cap_share_of_premium: 0.125", new: "cap_share_of_premium: 1.5", line: 5),
      Refusal(old: "cap_share_of_premium", new: "cap", line: 5),
      Refusal(old: "0.0003, of: underlying", new: "0.0003, of: premium", line: 5),
      Refusal(
        old: "{rate: 0.0003, of: underlying, cap_share_of_premium: 0.125}", new: "{per_contract: -0.65}", line: 5),
      Refusal(
        old: "{rate: 0.0003, of: underlying, cap_share_of_premium: 0.125}", new: "{per_contract: 0.655}", line: 5),
      Refusal(
        old: "{rate: 0.0003, of: underlying, cap_share_of_premium: 0.125}", new: "{per_contract: 0.65, minimum: 5}",
        line: 5),
      Refusal(old: "{rate: 0.0003, of: underlying, cap_share_of_premium: 0.125}", new: "0.0003", line: 5),
      Refusal(old: "{rate: 0.00015", new: "{rate: abc", line: 6),
      Refusal(old: "cap_share_of_value", new: "cap", line: 6),
      Refusal(old: "{rate: 0.0005, of: notional}", new: "{of: notional}", line: 7),
      Refusal(old: "{rate: 0.0005, of: notional}", new: "{rate: 1, of: notional}", line: 7),
      Refusal(old: "of: notional", new: "of: underlying", line: 7),
      Refusal(old: "future_trade", new: "futures_trade", line: 7),
    ]
  }

  @Test(
    "A schedule with one thing wrong is refused at its line: a fee misspelt is no fee left out",
    arguments: Refusal.table)
  func refusals(_ row: Refusal) throws {
    #expect(try Self.own(Self.good).futureTrade != nil, "or the row tests nothing")
    let text = Self.good.replacing(row.old, with: row.new, maxReplacements: 1)
    #expect(text != Self.good)
    #expect {
      try Self.own(text)
    } throws: { error in
      guard case .malformed(let place, _, _) = error as? FormatError else { return false }
      // A key that is missing is missed where its mapping begins.
      let isMissing = "\(error)".contains("no key '")
      if !isMissing, place.line != row.line { Issue.record("\(error)") }
      return place.file.hasSuffix("Rulebooks/fees/own.yaml")
    }
  }

  @Test("A commission may name its own currency")
  func currency() throws {
    let text = Self.good.replacing(
      "{rate: 0.0003, of: underlying, cap_share_of_premium: 0.125}", with: "{per_contract: 1.5, currency: EUR}")
    #expect(try Self.own(text).optionTrade == .perContract(try Money(parsing: "1.50", currency: .eur)))
    let none = "name: own\neffective: 2026-01-01\n"
    #expect(try Self.own(none).optionTrade == nil)
  }
}
