import Basics

/// Reads an expression by recursive descent and writes it in postfix order as it goes: no tree is built.
struct ScanExpressionParser {
  private struct Lexeme {
    enum Token: Equatable {
      case number(Double)
      case name
      case symbol
      case end
    }

    let token: Token
    let text: String
    let column: Int
  }

  private(set) var operations: [ScanOperation] = []
  /// The parts of a conjunction that is the whole expression.
  private(set) var conjuncts: [Range<Int>] = []
  private let lexemes: [Lexeme]
  private var next = 0
  private var depth = 0

  init(_ text: String) throws(ScanExpressionError) {
    guard text.utf8.count <= ScanExpression.lengthLimit else {
      throw ScanExpressionError(
        column: ScanExpression.lengthLimit + 1, found: "\(text.utf8.count) bytes",
        wanted: "at most \(ScanExpression.lengthLimit)")
    }
    lexemes = try ScanExpressionParser.lexemes(Array(text.utf8))
  }

  mutating func parse(as kind: ScanExpression.Kind) throws(ScanExpressionError) {
    let start = current
    let found = try disjunction(isWhole: true)
    guard current.token == .end else { throw refusal(wanted: "an operator or the end") }
    try require(kind, found, at: start)
  }

  // MARK: Words

  private static func lexemes(_ bytes: [UInt8]) throws(ScanExpressionError) -> [Lexeme] {
    var lexemes: [Lexeme] = []
    var at = 0
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    func isNamePart(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: "_") || isLetter(byte) }
    func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) }
    while at < bytes.count {
      let byte = bytes[at]
      if byte == 32 || (9...13).contains(byte) {
        at += 1
        continue
      }
      let start = at
      func text() -> String { String(decoding: bytes[start..<at], as: UTF8.self) }
      if isDigit(byte) {
        while at < bytes.count, isDigit(bytes[at]) || bytes[at] == UInt8(ascii: ".") { at += 1 }
        var value = try? ExactAmount(parsing: text())
        if at < bytes.count, bytes[at] == UInt8(ascii: "%") {
          at += 1
          value = value.map { $0 * ExactAmount(count: 1, decimals: 2) }
        }
        guard let value else {
          throw ScanExpressionError(
            column: start + 1, found: "'\(text())'", wanted: "a plain number such as 0.2 or 10%")
        }
        lexemes.append(Lexeme(token: .number(value.doubleValue), text: text(), column: start + 1))
      } else if isLetter(byte) {
        while at < bytes.count, isNamePart(bytes[at]) { at += 1 }
        lexemes.append(Lexeme(token: .name, text: text(), column: start + 1))
      } else {
        let pair = at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "=") && "<>=!".utf8.contains(byte)
        at += pair ? 2 : 1
        guard pair || "+-*/()<>".utf8.contains(byte) else {
          // A character of several bytes is shown whole.
          while at < bytes.count, bytes[at] & 0xC0 == 0x80 { at += 1 }
          throw ScanExpressionError(
            column: start + 1, found: "'\(text())'",
            wanted: "a number, a figure's name, parentheses, or one of + - * / < <= > >= == !=")
        }
        lexemes.append(Lexeme(token: .symbol, text: text(), column: start + 1))
      }
    }
    lexemes.append(Lexeme(token: .end, text: "", column: bytes.count + 1))
    return lexemes
  }

  private var current: Lexeme { lexemes[next] }

  private mutating func advance() { if next + 1 < lexemes.count { next += 1 } }

  /// Takes a word or symbol where it stands next.
  private mutating func take(_ text: String) -> Bool {
    guard current.token == .name || current.token == .symbol, current.text == text else { return false }
    advance()
    return true
  }

  private func refusal(wanted: String) -> ScanExpressionError {
    ScanExpressionError(
      column: current.column, found: current.token == .end ? "the end" : "'\(current.text)'", wanted: wanted)
  }

  private func require(
    _ wanted: ScanExpression.Kind, _ found: ScanExpression.Kind, at start: Lexeme
  ) throws(ScanExpressionError) {
    guard found == wanted else {
      throw ScanExpressionError(
        column: start.column, found: "a \(found.rawValue)",
        wanted: wanted == .number ? "a number" : "a condition such as credit > 0")
    }
  }

  // MARK: Rules, the loosest first

  private mutating func disjunction(isWhole: Bool = false) throws(ScanExpressionError) -> ScanExpression.Kind {
    let start = current
    let kind = try conjunction(isWhole: isWhole)
    while current.token == .name, current.text == "or" {
      try require(.condition, kind, at: start)
      advance()
      let right = current
      try require(.condition, try conjunction(), at: right)
      operations.append(.or)
      if isWhole { conjuncts = [0..<operations.count] }
    }
    return kind
  }

  private mutating func conjunction(isWhole: Bool = false) throws(ScanExpressionError) -> ScanExpression.Kind {
    let start = current
    let kind = try negation()
    if isWhole { conjuncts = [0..<operations.count] }
    while current.token == .name, current.text == "and" {
      try require(.condition, kind, at: start)
      advance()
      let (right, first) = (current, operations.count)
      try require(.condition, try negation(), at: right)
      if isWhole { conjuncts.append(first..<operations.count) }
      operations.append(.and)
    }
    return kind
  }

  private mutating func negation() throws(ScanExpressionError) -> ScanExpression.Kind {
    guard current.token == .name, current.text == "not" else { return try comparison() }
    try enter()
    defer { depth -= 1 }
    advance()
    let start = current
    try require(.condition, try negation(), at: start)
    operations.append(.not)
    return .condition
  }

  private static let comparisons: [String: ScanOperation] = [
    "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual, "==": .equal, "!=": .notEqual,
  ]

  private mutating func comparison() throws(ScanExpressionError) -> ScanExpression.Kind {
    let start = current
    let kind = try sum()
    guard current.token == .symbol, let operation = ScanExpressionParser.comparisons[current.text] else { return kind }
    try require(.number, kind, at: start)
    advance()
    let right = current
    try require(.number, try sum(), at: right)
    operations.append(operation)
    if current.token == .symbol, ScanExpressionParser.comparisons[current.text] != nil {
      throw refusal(wanted: "one comparison: a < b and b < c")
    }
    return .condition
  }

  private mutating func sum() throws(ScanExpressionError) -> ScanExpression.Kind {
    let start = current
    let kind = try product()
    while current.token == .symbol, current.text == "+" || current.text == "-" {
      let operation: ScanOperation = current.text == "+" ? .add : .subtract
      try require(.number, kind, at: start)
      advance()
      let right = current
      try require(.number, try product(), at: right)
      operations.append(operation)
    }
    return kind
  }

  private mutating func product() throws(ScanExpressionError) -> ScanExpression.Kind {
    let start = current
    let kind = try signed()
    while current.token == .symbol, current.text == "*" || current.text == "/" {
      let operation: ScanOperation = current.text == "*" ? .multiply : .divide
      try require(.number, kind, at: start)
      advance()
      let right = current
      try require(.number, try signed(), at: right)
      operations.append(operation)
    }
    return kind
  }

  private mutating func signed() throws(ScanExpressionError) -> ScanExpression.Kind {
    guard current.token == .symbol, current.text == "-" else { return try primary() }
    try enter()
    defer { depth -= 1 }
    advance()
    let start = current
    try require(.number, try signed(), at: start)
    operations.append(.negate)
    return .number
  }

  private mutating func primary() throws(ScanExpressionError) -> ScanExpression.Kind {
    switch current.token {
    case .number(let value):
      operations.append(.number(value))
      advance()
      return .number
    case .name where !["and", "or", "not"].contains(current.text):
      guard let figure = ScanFigure(name: current.text) else {
        throw refusal(wanted: "one of \(ScanFigure.names)")
      }
      operations.append(.figure(figure))
      advance()
      return .number
    case .symbol where current.text == "(":
      try enter()
      defer { depth -= 1 }
      advance()
      let kind = try disjunction()
      guard take(")") else { throw refusal(wanted: "an operator or )") }
      return kind
    case .name, .symbol, .end: throw refusal(wanted: "a number, a figure's name or (")
    }
  }

  private mutating func enter() throws(ScanExpressionError) {
    guard depth < ScanExpression.depthLimit else {
      throw refusal(wanted: "at most \(ScanExpression.depthLimit) parentheses, not and minus inside one another")
    }
    depth += 1
  }
}
