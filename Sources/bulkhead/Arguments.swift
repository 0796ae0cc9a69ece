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
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let low = try? ExactAmount(parsing: parts[0]),
      let high = try? ExactAmount(parsing: parts[1]),
      low < high, low >= ExactAmount(-100)
    else { return nil }
    self.low = low
    self.high = high
  }
}
