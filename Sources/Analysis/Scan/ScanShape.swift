public import Instruments

/// How the steps between a structure's strikes relate to one another.
public enum WingRule: String, Hashable, Sendable, CaseIterable {
  /// Strikes that rise, and no more.
  case any
  /// The lowest and the highest step are equal.
  case equal
  /// They differ.
  case unequal
  /// The lowest step is twice the highest.
  case doubleLower = "double-lower"
  /// The highest step is twice the lowest.
  case doubleUpper = "double-upper"

  /// The highest step that goes with a lowest one, in 10^-8; nil where none does, or any.
  func upper(for lower: Int64) -> Int64? {
    switch self {
    case .any, .unequal: return nil
    case .equal: return lower
    case .doubleLower: return lower % 2 == 0 ? lower / 2 : nil
    case .doubleUpper:
      let (double, overflow) = lower.multipliedReportingOverflow(by: 2)
      return overflow ? nil : double
    }
  }
}

/// A structure of the catalogue that can be laid over the strikes of one expiry in every way.
///
/// The definition says all but one thing: how wide the wings may be. Where it has a condition that is the rule. A
/// butterfly with as many options on each side has equal wings, since one without is known by another name; everything
/// else, iron condors among them, may have any.
public struct ScanShape: Hashable, Sendable {
  struct Leg: Hashable, Sendable {
    /// The place of its strike, from 0, rising.
    let place: Int
    let right: OptionRight
    /// Signed, plus is long; not 0.
    let ratio: Int64
  }

  public let definition: StructureDefinition
  public let wings: WingRule
  let legs: [Leg]
  let strikeCount: Int

  /// The most strikes a structure of a scan has: each is a name in an expression.
  static let strikeLimit = 4

  /// Every structure that can be scanned, in the order of the catalogue.
  public static let all: [StructureDefinition] = StrategyCatalogue.all.filter { reason($0) == nil }

  /// - Parameter wings: In place of the structure's own rule, for structures of three strikes and more that have no
  ///   condition of their own.
  /// - Throws: ``ScanError`` `.refused` for a structure that no one expiry's strikes make, with the list of those that
  ///   can be scanned; for wings that the structure does not have or that contradict it.
  public init(_ definition: StructureDefinition, wings: WingRule? = nil) throws(ScanError) {
    if let reason = ScanShape.reason(definition) {
      throw .refused(
        found: "\(definition.id), \(reason)",
        wanted: "options of one expiry: \(ScanShape.all.map(\.id).joined(separator: ", "))")
    }
    let own = ScanShape.ownRule(definition)
    if let wings, wings != own {
      guard definition.strikeCount >= 3, definition.condition == nil else {
        throw .refused(
          found: "wings \(wings.rawValue) of \(definition.id)",
          wanted: definition.condition == nil
            ? "a structure of three strikes or more" : "no rule beside the structure's own, \(own.rawValue)")
      }
    }
    self.definition = definition
    self.wings = wings ?? own
    strikeCount = definition.strikeCount
    legs = definition.legs.compactMap { leg in
      guard case .option(let right, let strike, _) = leg.kind else { return nil }
      return Leg(place: strike - 1, right: right, ratio: Int64(leg.ratio))
    }
  }

  /// Why a structure cannot be scanned; nil where it can.
  private static func reason(_ definition: StructureDefinition) -> String? {
    if definition.hasUnderlying { return "which holds the underlying" }
    if definition.expiryCount > 1 { return "which has several expiries" }
    if definition.strikeCount > strikeLimit || definition.strikeCount == 0 {
      return "which has \(definition.strikeCount) strikes"
    }
    return nil
  }

  private static func ownRule(_ definition: StructureDefinition) -> WingRule {
    switch definition.condition {
    case .unequalWings: return .unequal
    case .doubleLowerStep: return .doubleLower
    case .doubleUpperStep: return .doubleUpper
    case .perpetual, .coinCollateral: return .any
    case nil: break
    }
    guard definition.family == .butterfly, definition.strikeCount == 3 else { return .any }
    var options = [0, 0, 0]
    for leg in definition.legs {
      if case .option(_, let strike, _) = leg.kind { options[strike - 1] += leg.ratio }
    }
    return options[0] == options[2] ? .equal : .any
  }
}
