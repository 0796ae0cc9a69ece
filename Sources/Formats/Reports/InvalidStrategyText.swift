/// The place of a strategy without an answer in a list of JSON documents.
public enum InvalidStrategyText {
  /// - Parameters:
  ///   - name: As the file calls it.
  ///   - detail: What was found and what was wanted.
  public static func json(name: String, detail: String) -> String {
    JSONText.text(
      .object([("strategy", .string(name)), ("status", .string("invalid")), ("detail", .string(detail))]))
  }
}
