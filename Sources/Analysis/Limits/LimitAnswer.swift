public import Basics

/// How a limit stands; the raw values are the words of the `status` column.
public enum LimitStatus: String, Hashable, Sendable, CaseIterable {
  case ok
  case breach
  /// No figure can be compared: a gate that cannot compare stays shut.
  case unanswered
  /// A strategy that belongs to the position, or the limit itself, was refused.
  case invalid
}

/// A limit beside the figure of one position.
public struct LimitAnswer: Sendable {
  public let limit: RiskLimit
  /// The strategy, account, underlying, or `BTC@2025-12-26` for an expiry; `book` for the book.
  public let name: String
  /// Nil where the position, or the limit, is invalid.
  public let figure: LimitFigure?
  public let status: LimitStatus
  public let detail: String
  /// Of the position; nil where there is none or there are several.
  public let currency: Currency?

  /// True where a limit names what the book does not hold, whose figure is 0.
  public let isAbsent: Bool

  /// How much of the limit is used, as a fraction; nil where that is no question.
  public var share: Double? { figure.flatMap { $0.share(of: limit) } }

  /// - Parameters:
  ///   - absence: What the limit names and the book lacks.
  ///   - note: What the figure rests on, such as the policy for several expiries, or what is odd about it.
  init(
    _ limit: RiskLimit, name: String, figure: LimitFigure, currency: Currency?, absence: String? = nil,
    note: String = ""
  ) {
    self.limit = limit
    self.name = name
    self.figure = figure
    self.currency = currency
    switch figure {
    case .unbounded(let words), .unanswered(let words): detail = words
    case .exact, .floating: detail = absence ?? note
    }
    isAbsent = absence != nil
    status = figure.breaches(limit).map { $0 ? .breach : .ok } ?? .unanswered
  }

  init(_ limit: RiskLimit, name: String, invalid detail: String) {
    self.limit = limit
    self.name = name
    self.detail = detail
    (figure, status, currency, isAbsent) = (nil, .invalid, nil, false)
  }
}
