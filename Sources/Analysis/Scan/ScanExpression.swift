/// A condition or a number over the figures of a structure: `credit > 500 and short_delta < 0.2`, `credit / max_loss`.
///
/// | part | form |
/// | --- | --- |
/// | number | plain decimal, `10%` is a tenth |
/// | figure | a name of ``ScanFigure`` |
/// | arithmetic | `+ - * /`, a minus in front |
/// | comparison | `< <= > >= == !=`, one of them |
/// | condition | `not`, `and`, `or`, the first binding most |
///
/// The language is total: whatever an expression says has an answer for every structure. A missing figure makes every
/// number that it is part of missing, and so do a division by zero and a result beyond the range of `Double`; a
/// comparison with a missing number is false, `!=` as well. Conditions are not numbers and numbers are no conditions.
public struct ScanExpression: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case number
    case condition
  }

  public let text: String
  public let kind: Kind
  /// In postfix order.
  let operations: [ScanOperation]
  /// What the condition is the conjunction of, each in postfix order; itself where it is none.
  let conjuncts: [[ScanOperation]]

  /// The most bytes of an expression, and the most parentheses, `not` and minus signs inside one another.
  public static let lengthLimit = 4096
  public static let depthLimit = 64

  /// Reads a condition or a number, whichever is wanted.
  ///
  /// - Throws: ``ScanExpressionError`` with the column, what was found there and what was wanted.
  /// - Complexity: O(n) for n bytes.
  public init(_ text: String, as kind: Kind) throws(ScanExpressionError) {
    var parser = try ScanExpressionParser(text)
    try parser.parse(as: kind)
    self.text = text
    self.kind = kind
    operations = parser.operations
    conjuncts = parser.conjuncts.map { Array(parser.operations[$0]) }
  }

  /// Its value for one structure: a number, or 1 and 0 for a condition; nil where the number is missing.
  ///
  /// - Parameter figure: The structure's figures; nil for one that is missing.
  public func value(_ figure: (ScanFigure) -> Double?) -> Double? {
    var columns = ScanColumns(figures, capacity: 1)
    for name in figures { columns.set(name, 0, figure(name)) }
    var stack: [Double] = []
    ScanProgram(operations).evaluate(columns, count: 1, &stack)
    return stack[0].isNaN ? nil : stack[0]
  }

  /// The figures it speaks of.
  public var figures: Set<ScanFigure> { ScanOperation.figures(of: operations) }
}

/// Where an expression cannot be read.
public struct ScanExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// From 1, counted in bytes of UTF-8.
  public let column: Int
  public let found: String
  public let wanted: String

  public var description: String { "column \(column): found \(found), wanted \(wanted)" }
}

/// One step of an expression in postfix order, over columns of structures.
enum ScanOperation: Hashable, Sendable {
  case number(Double)
  case figure(ScanFigure)
  case negate
  case add
  case subtract
  case multiply
  case divide
  case less
  case lessOrEqual
  case greater
  case greaterOrEqual
  case equal
  case notEqual
  case not
  case and
  case or

  static func figures(of operations: [ScanOperation]) -> Set<ScanFigure> {
    Set(
      operations.compactMap { operation in
        if case .figure(let figure) = operation { return figure }
        return nil
      })
  }
}
