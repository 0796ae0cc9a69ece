import Analysis
import TestSupport
import Testing

@Suite("Expressions of a scan")
struct ScanExpressionTests {
  /// The structure that the tables speak of; every other figure is missing.
  static let figures: [ScanFigure: Double] = [.credit: 500, .debit: -500, .maxLoss: 1500, .shortDelta: 0.2, .days: 21]

  static func value(_ text: String, as kind: ScanExpression.Kind) throws -> Double? {
    try ScanExpression(text, as: kind).value { figures[$0] }
  }

  @Test(
    "Numbers",
    arguments: [
      ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 2 - 3", 5), ("100 / 5 / 2", 10), ("-credit", -500), ("--2", 2),
      ("-2 * -3", 6), ("2 - -3", 5), ("10%", 0.1), ("0.1", 0.1), ("250% * 2", 5), ("credit / max_loss", 500.0 / 1500),
      ("credit/max_loss*365/days", 500.0 / 1500 * 365 / 21), ("\t( credit )\n", 500), ("debit + credit", 0),
      ("credit / 0", nil), ("0 / 0", nil), ("1 / (credit / 0)", nil), ("max_profit", nil), ("max_profit * 0", nil),
      ("credit - max_profit", nil), ("-max_profit", nil),
      (Array(repeating: "1000000000000000000", count: 18).joined(separator: "*"), nil),
    ] as [(String, Double?)])
  func numbers(_ text: String, _ wanted: Double?) throws {
    #expect(try Self.value(text, as: .number) == wanted)
  }

  @Test(
    "Conditions",
    arguments: [
      ("credit > 500", false), ("credit >= 500", true), ("credit < 500", false), ("credit <= 500", true),
      ("credit == 500", true), ("credit != 500", false), ("credit != 501", true),
      ("credit > 0 and days < 30", true), ("credit > 0 and days > 30", false), ("credit < 0 or days < 30", true),
      ("not credit < 0", true), ("not not credit < 0", false),
      // `and` binds more than `or`, `not` more than both.
      ("days < 30 or days < 30 and credit < 0", true), ("(days < 30 or days < 30) and credit < 0", false),
      ("not credit < 0 and days > 30", false), ("not (credit < 0 and days > 30)", true),
      ("short_delta < 25%", true), ("credit > 30% * max_loss", true),
      ("credit > max_loss / 2 or short_delta <= 0.2", true),
      // A comparison with what is missing is false, whichever it is.
      ("max_profit > 0", false), ("max_profit <= 0", false), ("max_profit == max_profit", false),
      ("max_profit != 0", false), ("not max_profit > 0", true), ("credit / 0 > 0", false), ("credit / 0 != 1", false),
      ("max_profit > 0 or credit > 0", true),
    ])
  func conditions(_ text: String, _ wanted: Bool) throws {
    #expect(try Self.value(text, as: .condition) == (wanted ? 1 : 0))
  }

  @Test("Every figure can be named, and is its own value", arguments: ScanFigure.allCases)
  func names(_ figure: ScanFigure) throws {
    let expression = try ScanExpression(figure.name, as: .number)
    #expect(expression.figures == [figure])
    #expect(expression.value { $0 == figure ? 7 : nil } == 7)
    #expect(ScanFigure(name: figure.name) == figure)
  }

  static let deep = ScanExpression.depthLimit

  @Test(
    "What cannot be read is refused with its column",
    arguments: [
      ("", 1, "the end", "a number, a figure's name or ("),
      ("credit >", 9, "the end", "a number, a figure's name or ("),
      ("credit > > 5", 10, "'>'", "a number, a figure's name or ("), ("(credit > 5", 12, "the end", "an operator or )"),
      ("credit > 5)", 11, "')'", "an operator or the end"), ("credit 5", 8, "'5'", "an operator or the end"),
      ("credit", 1, "a number", "a condition such as credit > 0"),
      ("credit > 5 and days", 16, "a number", "a condition"),
      ("days or credit > 5", 1, "a number", "a condition"), ("not days", 5, "a number", "a condition"),
      ("(credit > 5) > 3", 1, "a condition", "a number"), ("3 < (credit > 5)", 5, "a condition", "a number"),
      ("-(credit > 5) > 1", 2, "a condition", "a number"), ("1 + (credit > 5) > 1", 5, "a condition", "a number"),
      ("(credit > 5) * 2 > 1", 1, "a condition", "a number"), ("2 * (credit > 5) > 1", 5, "a condition", "a number"),
      ("1 < credit < 5", 12, "'<'", "one comparison"),
      ("credit = 5", 8, "'='", "a number, a figure's name, parentheses"),
      ("credit > 5e3", 11, "'e3'", "an operator"), ("credit > 1.2.3", 10, "'1.2.3'", "a plain number"),
      ("credit > 5.", 10, "'5.'", "a plain number"), ("credit > .5", 10, "'.'", "a number, a figure's name"),
      ("max_los > 5", 1, "'max_los'", "one of credit, debit"), ("Credit > 5", 1, "'Credit'", "one of credit, debit"),
      ("credit > 5 % 2", 12, "'%'", "a number, a figure's name"), ("credit > €5", 10, "'€'", "a number"),
      ("credit > 5 && days > 2", 12, "'&'", "a number"), ("and > 5", 1, "'and'", "a number, a figure's name or ("),
      ("credit > 5 not days > 3", 12, "'not'", "an operator"),
      (String(repeating: "(", count: deep + 1), deep + 1, "'('", "at most 64"),
      (String(repeating: "not ", count: deep + 1) + "days > 1", 4 * deep + 1, "'not'", "at most 64"),
      (String(repeating: "-", count: deep + 1) + "1 > 0", deep + 1, "'-'", "at most 64"),
      (
        String(repeating: " ", count: ScanExpression.lengthLimit) + "1", ScanExpression.lengthLimit + 1, "4097 bytes",
        "4096"
      ),
    ])
  func refusals(_ text: String, _ column: Int, _ found: String, _ wanted: String) throws {
    let error = try #require(throws: ScanExpressionError.self) { try ScanExpression(text, as: .condition) }
    #expect(error.column == column, "\(error)")
    #expect(error.found == found, "\(error)")
    #expect(error.wanted.contains(wanted), "\(error)")
  }

  @Test("A condition is no number to rank by")
  func rank() throws {
    let error = try #require(throws: ScanExpressionError.self) { try ScanExpression("credit > 5", as: .number) }
    #expect(error.description == "column 1: found a condition, wanted a number")
  }

  @Test("Long chains and the deepest nesting that is allowed are read")
  func limits() throws {
    let chain = Array(repeating: "days > 1", count: 310).joined(separator: " and ")
    #expect(try Self.value(chain, as: .condition) == 1)
    let nested = String(repeating: "(", count: Self.deep) + "1" + String(repeating: ")", count: Self.deep)
    #expect(try Self.value(nested, as: .number) == 1)
  }

  // MARK: A reference

  /// A tree with its own evaluation: optionals where the program has NaN.
  indirect enum Tree {
    case number(Int)
    case figure(ScanFigure)
    case negate(Tree)
    case arithmetic(String, Tree, Tree)
    case compare(String, Tree, Tree)
    case not(Tree)
    case join(String, Tree, Tree)

    /// With parentheses around every part, or only with those that an operator's rank asks for.
    func text(_ isLoose: Bool = false) -> String {
      func part(_ tree: Tree) -> String { isLoose && tree.isAtom ? tree.text(isLoose) : "(\(tree.text(isLoose)))" }
      switch self {
      case .number(let value): return "\(value)"
      case .figure(let figure): return figure.name
      case .negate(let tree): return "-\(part(tree))"
      case .arithmetic(let sign, let left, let right), .compare(let sign, let left, let right),
        .join(let sign, let left, let right):
        return "\(part(left)) \(sign) \(part(right))"
      case .not(let tree): return "not \(part(tree))"
      }
    }

    var isAtom: Bool {
      switch self {
      case .number, .figure: return true
      default: return false
      }
    }

    func number(_ figures: [ScanFigure: Double]) -> Double? {
      switch self {
      case .number(let value): return Double(value)
      case .figure(let figure): return figures[figure]
      case .negate(let tree): return tree.number(figures).map { 0 - $0 }
      case .arithmetic(let sign, let left, let right):
        guard let a = left.number(figures), let b = right.number(figures) else { return nil }
        if sign == "/", b == 0 { return nil }
        let result = sign == "+" ? a + b : sign == "-" ? a - b : sign == "*" ? a * b : a / b
        return result.isFinite ? result : nil
      case .compare, .not, .join: return nil
      }
    }

    func condition(_ figures: [ScanFigure: Double]) -> Bool {
      switch self {
      case .compare(let sign, let left, let right):
        guard let a = left.number(figures), let b = right.number(figures) else { return false }
        switch sign {
        case "<": return a < b
        case "<=": return a <= b
        case ">": return a > b
        case ">=": return a >= b
        case "==": return a == b
        default: return a != b
        }
      case .not(let tree): return !tree.condition(figures)
      case .join(let word, let left, let right):
        return word == "and"
          ? left.condition(figures) && right.condition(figures) : left.condition(figures) || right.condition(figures)
      case .number, .figure, .negate, .arithmetic: return false
      }
    }

    static func number(_ depth: Int, _ random: inout SplitMix64) -> Tree {
      if depth == 0 || random.chance(0.3) {
        return random.chance(0.5) ? .number(random.int(0...3)) : .figure(random.pick(Array(ScanFigure.allCases)))
      }
      if random.chance(0.2) { return .negate(number(depth - 1, &random)) }
      let sign = random.pick(["+", "-", "*", "/"])
      return .arithmetic(sign, number(depth - 1, &random), number(depth - 1, &random))
    }

    static func condition(_ depth: Int, _ random: inout SplitMix64) -> Tree {
      if depth == 0 || random.chance(0.3) {
        let sign = random.pick(["<", "<=", ">", ">=", "==", "!="])
        return .compare(sign, number(2, &random), number(2, &random))
      }
      if random.chance(0.2) { return .not(condition(depth - 1, &random)) }
      return .join(random.pick(["and", "or"]), condition(depth - 1, &random), condition(depth - 1, &random))
    }
  }

  @Test("Random expressions mean what a tree of optionals means", arguments: 1...20 as ClosedRange<UInt64>)
  func reference(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<100 {
      var figures: [ScanFigure: Double] = [:]
      for figure in ScanFigure.allCases where random.chance(0.8) { figures[figure] = Double(random.int(-3...3)) }
      let number = Tree.number(4, &random)
      let condition = Tree.condition(4, &random)
      for isLoose in [false, true] {
        let found = try ScanExpression(number.text(isLoose), as: .number).value { figures[$0] }
        #expect(found == number.number(figures), "\(random): \(number.text(isLoose))")
        let met = try ScanExpression(condition.text(isLoose), as: .condition).value { figures[$0] }
        #expect(met == (condition.condition(figures) ? 1 : 0), "\(random): \(condition.text(isLoose))")
      }
    }
  }

  @Test("Random bytes are read or refused, and the column lies in the text", arguments: 1...5 as ClosedRange<UInt64>)
  func mutations(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let text = random.text(limit: 30, alphabet: "credit days and or not ()<>=!+-*/.%0123456789_ ")
      do throws(ScanExpressionError) { _ = try ScanExpression(text, as: .condition) } catch {
        #expect((1...(text.utf8.count + 1)).contains(error.column), "\(random): \(text): \(error)")
      }
    }
  }
}
