import Scenarios

/// Reads the axes of a grid as the command line writes them.
public enum ScenarioAxis {
  /// Gives the shifts of `-30:30:61` (first:last:count, ends exact), of a list `-20,-10,0`, or of one number, in percent
  /// or points, as fractions.
  ///
  /// - Returns: nil for anything else; a count runs from 1 to 100,000.
  public static func shifts(_ text: String) -> [Double]? { nodes(text)?.map { $0 / 100 } }

  /// Gives the days of `0,7` or `0:28:5`.
  public static func days(_ text: String) -> [Double]? { nodes(text) }

  private static func nodes(_ text: String) -> [Double]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3 {
      guard let first = number(parts[0]), let last = number(parts[1]), let count = Int(parts[2]),
        (1...100_000).contains(count)
      else { return nil }
      return ScenarioGrid.nodes(from: first, to: last, count: count)
    }
    guard parts.count == 1 else { return nil }
    var nodes: [Double] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let node = number(part) else { return nil }
      nodes.append(node)
    }
    return nodes
  }

  private static func number(_ text: some StringProtocol) -> Double? {
    guard let value = NumberText.double(text), value.isFinite else { return nil }
    return value
  }
}
