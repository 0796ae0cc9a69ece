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
