import Basics

/// Reads the axes of a grid as the command line writes them.
///
/// Nodes are computed exactly and rounded once: the node of 5 percent is the Double 0.05.
public enum ScenarioAxis {
  /// The most nodes of an axis.
  public static let nodeLimit = 100_000

  /// Gives the shifts of `-30:30:61` (first:last:count, ends exact), of a list `-20,-10,0`, or of one number, in percent
  /// or points, as fractions.
  ///
  /// - Returns: nil for anything else; a count runs from 1 to ``nodeLimit``.
  public static func shifts(_ text: String) -> [Double]? {
    let percent = ExactAmount(count: 1, decimals: 2)
    return nodes(text)?.map { ($0 * percent).doubleValue }
  }

  /// Gives the days of `0,7` or `0:28:5`.
  public static func days(_ text: String) -> [Double]? { numbers(text) }

  /// Gives the numbers themselves, such as log-moneynesses `-0.2:0.2:9`.
  public static func numbers(_ text: String) -> [Double]? { nodes(text)?.map(\.doubleValue) }

  /// Node i of a:b:n is a + i (b - a) / (n - 1).
  private static func nodes(_ text: String) -> [ExactAmount]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3 {
      guard let first = number(parts[0]), let last = number(parts[1]), let count = Int64(parts[2]),
        (1...Int64(nodeLimit)).contains(count)
      else { return nil }
      guard count > 1, let step = (last - first).divided(by: ExactAmount(count - 1)) else { return [first] }
      return (0..<count).map { first + ExactAmount($0) * step }
    }
    guard parts.count == 1 else { return nil }
    var nodes: [ExactAmount] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let node = number(part), nodes.count < nodeLimit else { return nil }
      nodes.append(node)
    }
    return nodes
  }

  private static func number(_ text: some StringProtocol) -> ExactAmount? {
    guard !text.contains("/") else { return nil }
    return try? ExactAmount(parsing: text)
  }
}
