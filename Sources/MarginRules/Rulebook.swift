public import Basics

/// A parameter of a rulebook, exact as its file writes it.
public enum RuleParameter: Hashable, Sendable {
  case number(ExactAmount)
  case text(String)
  case list([RuleParameter])
  /// Named parameters, as a tier or a row of a table.
  case record([String: RuleParameter])
}

/// A rule's dated numbers, read from one file of `Data/Rulebooks/margin`: the method is code, its parameters are data.
///
/// A venue that changes a rate adds a file with the same `name` and a later `effective`; which file holds is a question of
/// the market's day.
public struct Rulebook: Hashable, Sendable {
  /// What `--rule` is given: `deribit-standard`.
  public let name: String
  /// For people: "Deribit, standard margin".
  public let title: String
  /// The word that chooses the code: see ``RuleCatalogue``.
  public let method: String
  /// The first day on which these numbers hold.
  public let effective: CalendarDate
  /// Who publishes the rule, and where.
  public let source: String
  public let parameters: [String: RuleParameter]
  /// What the publisher asks for and this rulebook does not, each as a clause: `block trade relief`. A requirement is not
  /// understood before one knows what is not in it.
  public let leavesOut: [String]

  public init(
    name: String, title: String, method: String, effective: CalendarDate, source: String,
    parameters: [String: RuleParameter], leavesOut: [String] = []
  ) {
    self.name = name
    self.title = title
    self.method = method
    self.effective = effective
    self.source = source
    self.parameters = parameters
    self.leavesOut = leavesOut
  }

  /// True for what a rulebook or its method may be called: 1 to 60 small letters, digits and hyphens.
  public static func isName(_ text: String) -> Bool {
    (1...60).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-")
      }
  }

  /// The parameters, read with their paths named in what is refused.
  public var table: ParameterTable {
    ParameterTable(rulebook: "\(name) of \(effective)", path: "", entries: parameters)
  }
}
