import Basics
import Foundation
import Instruments
import IsolatedMargin
import TestSupport
import Testing

@Suite("The table of states and commands")
struct TransitionTableTests {
  @Test("The table is the one that a person has read, and it is total")
  func golden() throws {
    let path = Fixture("Accounts/transitions.csv").path
    if ProcessInfo.processInfo.environment["BULKHEAD_UPDATE_GOLDEN"] == "1" {
      try TransitionTable.text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try TransitionTable.text == Fixture("Accounts/transitions.csv").text)
    let rows = try Fixture("Accounts/transitions.csv").rows
    #expect(rows.count == BoxState.allCases.count * BoxCommand.Kind.allCases.count)
    #expect(Set(rows.compactMap { $0["state"] }) == Set(BoxState.allCases.map(\.rawValue)))
    #expect(Set(rows.compactMap { $0["command"] }) == Set(BoxCommand.Kind.allCases.map(\.rawValue)))
    // Every reason is used, and every command is allowed somewhere.
    let answers = Set(rows.compactMap { $0["answer"] })
    #expect(answers == Set(TransitionTable.Reason.allCases.map(\.rawValue) + ["allowed"]))
    for command in BoxCommand.Kind.allCases {
      #expect(BoxState.allCases.contains { TransitionTable.entry($0, command) == .allowed }, "\(command)")
    }
  }

  @Test("Every pair does what the table says", arguments: BoxState.allCases)
  func pairs(_ state: BoxState) throws {
    let cap = usd("100")
    for kind in BoxCommand.Kind.allCases {
      var desk = try Self.desk(in: state)
      try #require(desk.account.state == (state == .expiring ? .open : state))
      let refusal = try desk.refusal(try Self.command(kind, for: desk))
      switch TransitionTable.entry(state, kind) {
      // The rule that draws margin has its own moment, which tests of it find.
      case .allowed where kind == .autoAdd: #expect(refusal == .notTriggered || refusal == .capReached(cap))
      case .allowed: #expect(refusal == nil, "\(state) \(kind): \(refusal.map { "\($0)" } ?? "")")
      case .refused(let reason): #expect(refusal == .state(state, kind, reason), "\(kind)")
      }
    }
  }

  /// A box that real commands have brought into a state; the time of an expiring one is past its expiry.
  static func desk(in state: BoxState) throws -> Desk {
    var desk = try Desk(
      Sample.terms(autoAdd: ("1.5", "1", "100"), warning: "0.2"), free: "100000", insurance: "1000")
    guard state != .empty else { return desk }
    if state == .expiring || state == .settled {
      try desk.box(.topUp(usd("50000")))
      _ = try desk.open(try Sample.fill(Sample.option(.put, "40000"), "-1", "100"))
      if state == .expiring { _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000")) }
      desk.time = Sample.expired
      if state == .settled { try desk.box(.settle([BoxDelivery("BTC", price: try Price(parsing: "39000"))])) }
      return desk
    }
    try desk.box(.topUp(usd("700")))
    if state == .funded { return desk }
    if state == .closed {
      try desk.box(.close([]))
      return desk
    }
    _ = try desk.open(try Sample.fill(Sample.bitcoin, "1", "60000"))
    if state == .open {
      try desk.mark((Sample.bitcoin, "60100"))
      return desk
    }
    // The rule of the box has drawn its cap already where it stands at risk: equity 300 and 100 against 297.
    try desk.mark((Sample.bitcoin, "59500"))
    #expect(desk.account.autoAdded == (usd("100")))
    guard state != .atRisk else {
      try desk.mark((Sample.bitcoin, "59530"))
      return desk
    }
    desk.wait(1)
    try desk.mark((Sample.bitcoin, "59450"))
    switch state {
    case .partial:
      try desk.box(.partiallyLiquidate(try Self.target(), try Sample.costs("0.0001", "0.0001")))
    case .liquidated: try desk.box(.liquidate(try Sample.costs()))
    default: break
    }
    return desk
  }

  static func target() throws -> PartialTarget {
    try PartialTarget(lot: Quantity(parsing: "0.001"), ratio: amount("0.02"))
  }

  /// A command of each kind with figures that a state which allows it accepts.
  static func command(_ kind: BoxCommand.Kind, for desk: Desk) throws -> BoxCommand {
    let box = desk.account
    switch kind {
    case .open:
      return .open([try Sample.fill(Sample.bitcoin, "0.1", "60000")], margin: .amount(usd("5000")))
    case .topUp: return .topUp(usd("1"))
    case .withdraw: return .withdraw(usd("0.01"))
    case .autoAdd: return .autoAdd
    case .accrueFunding: return .accrueFunding(Sample.bitcoin, .amount(usd("1")))
    case .chargeFees: return .chargeFees(usd("0.01"))
    case .mark: return .mark(try box.positions.map { try Sample.mark($0.instrument, "60000", at: desk.time) })
    case .partiallyLiquidate: return .partiallyLiquidate(try target(), try Sample.costs("0.0001", "0.0001"))
    case .liquidate: return .liquidate(try Sample.costs())
    case .settle: return .settle([BoxDelivery("BTC", price: try Price(parsing: "41000"))])
    case .close:
      return .close(try box.positions.map { BoxClosing($0.instrument, price: try Price(parsing: "60000")) })
    case .collect: return .collect
    }
  }
}
