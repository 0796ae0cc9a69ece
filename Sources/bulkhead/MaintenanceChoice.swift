import Formats
import MarginRules
import MarketData

extension MaintenanceChoice {
  /// Reads what `--maintenance` names.
  ///
  /// - Throws: ``Failure`` `.badOption` for a text that is neither, ``FormatError`` from inside a file.
  init(_ text: String, _ rules: RuleOptions, on market: MarketState) throws {
    do {
      self = .model(try MaintenanceText.model(text))
      return
    } catch {
      guard case .malformed(let location, let found, let wanted) = error, location.file == "--maintenance" else {
        throw error
      }
      // A folder that was named and is empty is what is wrong; without one the rules are only a part of what is wanted.
      let shelf = rules.rulebooks == nil ? try? rules.shelf() : try rules.shelf()
      guard shelf?.names.contains(text) == true else {
        let known = shelf.map { ", \($0.names.joined(separator: ", "))" } ?? ""
        throw Failure(.badOption, "--maintenance: found \(found), wanted \(wanted)\(known)")
      }
    }
    let rule = try rules.rule(named: text, option: "--maintenance", on: market)
    guard let maintained = rule as? any MaintainedRule else {
      throw Failure(
        .badOption,
        "--maintenance: found \(text), whose maintenance is no function of prices and marks, wanted another rule")
    }
    self = .rule(maintained)
  }
}
