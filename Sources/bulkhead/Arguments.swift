import ArgumentParser
import Basics
import Formats

/// A number on the command line, exact: a plain decimal or a fraction.
struct Exact: ExpressibleByArgument {
  let amount: ExactAmount

  init?(argument: String) {
    guard let amount = try? ExactAmount(parsing: argument) else { return nil }
    self.amount = amount
  }
}

/// A limit on the command line: `unbounded`, `max-loss=AMOUNT` or `loss-share=SHARE`.
struct LimitArgument: ExpressibleByArgument {
  let limit: LossLimit

  init?(argument: String) {
    guard let limit = LossLimit(parsing: argument) else { return nil }
    self.limit = limit
  }
}

/// A range in percent around spot: `-40:60`.
struct RangeArgument: ExpressibleByArgument {
  let low: ExactAmount
  let high: ExactAmount

  init?(argument: String) {
    guard let range = OptionText.range(argument) else { return nil }
    (low, high) = range
  }
}
