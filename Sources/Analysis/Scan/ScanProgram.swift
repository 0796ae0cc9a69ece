/// An expression over columns: one pass over a block of structures for each operation.
///
/// A missing number is a NaN, and every operation keeps it so: what leaves the range of `Double` becomes one. Conditions
/// are columns of 1 and 0.
struct ScanProgram: Sendable {
  let operations: [ScanOperation]
  let figures: Set<ScanFigure>
  /// The most columns that are held at once.
  private let height: Int

  init(_ operations: [ScanOperation]) {
    self.operations = operations
    figures = ScanOperation.figures(of: operations)
    var (height, top) = (0, 0)
    for operation in operations {
      switch operation {
      case .number, .figure: top += 1
      case .negate, .not: break
      default: top -= 1
      }
      height = max(height, top)
    }
    self.height = height
  }

  /// The stage after which it can be evaluated.
  var stage: ScanFigure.Stage { figures.map(\.stage).max() ?? .legs }

  /// Evaluates the expression for the first `count` structures of `columns`.
  ///
  /// - Parameter stack: Working memory; the answers are its first `count` elements.
  func evaluate(_ columns: ScanColumns, count: Int, _ stack: inout [Double]) {
    if stack.count < height * count { stack = [Double](repeating: 0, count: height * count) }
    var top = 0
    for operation in operations {
      switch operation {
      case .number(let value):
        for index in top..<(top + count) { stack[index] = value }
        top += count
      case .figure(let figure):
        let column = columns[figure]
        for index in 0..<count { stack[top + index] = column[index] }
        top += count
      case .negate: ScanProgram.apply(&stack, top - count, count) { -$0 }
      case .not: ScanProgram.apply(&stack, top - count, count) { 1 - $0 }
      default:
        top -= count
        ScanProgram.combine(operation, &stack, top - count, top, count)
      }
    }
  }

  private static func combine(_ operation: ScanOperation, _ stack: inout [Double], _ a: Int, _ b: Int, _ count: Int) {
    switch operation {
    case .add: apply(&stack, a, b, count) { number($0 + $1) }
    case .subtract: apply(&stack, a, b, count) { number($0 - $1) }
    case .multiply: apply(&stack, a, b, count) { number($0 * $1) }
    // A quotient by zero is infinite or undefined, and so missing.
    case .divide: apply(&stack, a, b, count) { number($0 / $1) }
    case .less: apply(&stack, a, b, count) { $0 < $1 ? 1 : 0 }
    case .lessOrEqual: apply(&stack, a, b, count) { $0 <= $1 ? 1 : 0 }
    case .greater: apply(&stack, a, b, count) { $0 > $1 ? 1 : 0 }
    case .greaterOrEqual: apply(&stack, a, b, count) { $0 >= $1 ? 1 : 0 }
    case .equal: apply(&stack, a, b, count) { $0 == $1 ? 1 : 0 }
    // NaN differs from everything, but a missing number is compared with nothing.
    case .notEqual: apply(&stack, a, b, count) { $0 < $1 || $0 > $1 ? 1 : 0 }
    case .and: apply(&stack, a, b, count) { $0 * $1 }
    case .or: apply(&stack, a, b, count) { max($0, $1) }
    case .number, .figure, .negate, .not: break
    }
  }

  @inline(__always)
  private static func number(_ value: Double) -> Double { value - value == 0 ? value : .nan }

  @inline(__always)
  private static func apply(_ stack: inout [Double], _ a: Int, _ count: Int, _ body: (Double) -> Double) {
    for index in a..<(a + count) { stack[index] = body(stack[index]) }
  }

  @inline(__always)
  private static func apply(
    _ stack: inout [Double], _ a: Int, _ b: Int, _ count: Int, _ body: (Double, Double) -> Double
  ) {
    for index in 0..<count { stack[a + index] = body(stack[a + index], stack[b + index]) }
  }
}

/// Columns of figures for a block of structures; only those that were asked for have values.
struct ScanColumns: Sendable {
  /// In the order of ``ScanFigure``; empty for figures that nobody asked for.
  private var values: [[Double]]

  init(_ figures: Set<ScanFigure>, capacity: Int) {
    values = ScanFigure.allCases.map { [Double](repeating: .nan, count: figures.contains($0) ? capacity : 0) }
  }

  /// NaN stands for a missing number.
  subscript(figure: ScanFigure) -> [Double] { values[figure.rawValue] }

  /// Sets a row of a figure, where it was asked for.
  mutating func set(_ figure: ScanFigure, _ row: Int, _ value: Double?) {
    if row < values[figure.rawValue].count { values[figure.rawValue][row] = value ?? .nan }
  }
}
