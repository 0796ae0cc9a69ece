public import Basics

/// Why a price history, or scenarios made of one, were refused.
public enum HistoryError: Error, Equatable, Sendable {
  /// A date that does not lie behind the one before it; equal dates among them.
  case disorder(series: String, date: CalendarDate, after: CalendarDate)
  /// A price or index level that is not finite or not above 0.
  case badValue(series: String, date: CalendarDate, found: String)
  /// Fewer observations than an answer needs: what they are, and how many were found and wanted.
  case tooFew(String, found: Int, wanted: Int)
  /// A parameter out of its range.
  case badParameter(String, found: String, wanted: String)
  /// Two histories of one underlying.
  case duplicate(String)
  /// No history where one is needed.
  case missing(String, known: [String])
  /// A series that does not move, so that nothing can be scaled by its volatility.
  case constant(String)
  /// What the estimate of a correlation refused.
  case correlation(CorrelationError)
}

extension HistoryError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .disorder(let series, let date, let after):
      return date == after
        ? "\(series): found \(date) twice, wanted each date once"
        : "\(series): found \(date) behind \(after), wanted ascending dates"
    case .badValue(let series, let date, let found):
      return "\(series): found \(found) on \(date), wanted a finite number above 0"
    case .tooFew(let what, let found, let wanted): return "found \(found) \(what), wanted at least \(wanted)"
    case .badParameter(let name, let found, let wanted): return "\(name): found \(found), wanted \(wanted)"
    case .duplicate(let name): return "found two histories of \(name), wanted one"
    case .missing(let name, let known):
      let there = known.isEmpty ? "none" : known.joined(separator: ", ")
      return "found no history of \(name), wanted one; there are \(there)"
    case .correlation(let error): return error.description
    case .constant(let series):
      return "\(series): found no move in the history, wanted a volatility above 0 to scale by"
    }
  }
}
