import ArgumentParser
import Basics
import Formats
import MarketData
import Scenarios

/// Files by symbol on the command line: `BTC=btc.csv`, several with commas between.
struct HistoryArgument: ExpressibleByArgument {
  let files: [(symbol: String, path: String)]

  init?(argument: String) {
    // A comma belongs to a path unless a symbol and = follow it.
    var parts: [String] = []
    for piece in argument.split(separator: ",", omittingEmptySubsequences: false) {
      if piece.contains("=") || parts.isEmpty {
        parts.append(String(piece))
      } else {
        parts[parts.count - 1] += "," + piece
      }
    }
    var files: [(symbol: String, path: String)] = []
    for part in parts {
      guard let sign = part.firstIndex(of: "="), sign != part.startIndex, part.index(after: sign) != part.endIndex
      else { return nil }
      files.append((String(part[..<sign]), String(part[part.index(after: sign)...])))
    }
    self.files = files
  }
}

/// The past that scenarios are made of.
struct HistoryOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Closes of an underlying (CSV: date,close, or candles); each underlying of the positions needs its own.",
      valueName: "symbol=file"))
  var history: [HistoryArgument] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Levels of an underlying's volatility index, in percent a year as VIX is.", valueName: "symbol=file"))
  var volHistory: [HistoryArgument] = []

  @Option(
    help: ArgumentHelp(
      "How volatility moves: index, index-points, realised or unchanged (default: index with --vol-history, else unchanged).",
      valueName: "move"))
  var volMove: VolatilityMove?

  @Option(help: ArgumentHelp("Days of the history that a move spans.", valueName: "days"))
  var horizon = 1

  @Flag(help: "With a horizon above 1: moves begin where the last ended, and not on every day.")
  var noOverlap = false

  @Option(
    help: ArgumentHelp(
      "No move is taken across more calendar days from one close to the next (default: 1 where weekends have one, else 5).",
      valueName: "days"))
  var longestGap: Int?

  @Option(
    help: ArgumentHelp(
      "The latest moves taken (default: 500, or all where there are fewer); of --method monte-carlo the latest days.",
      valueName: "n"))
  var window: Int?

  @Option(help: ArgumentHelp("Decay of EWMA volatilities and correlations, a day.", valueName: "lambda"))
  var lambda = 0.94

  func validate() throws {
    guard !history.isEmpty else { throw ValidationError("--history: wanted at least one, such as BTC=btc.csv") }
    guard horizon > 1 || !noOverlap else {
      throw ValidationError("--no-overlap is for moves of several days: wanted --horizon above 1 too")
    }
    guard lambda > 0, lambda < 1 else {
      throw ValidationError("--lambda: found \(lambda), wanted a number between 0 and 1")
    }
    do { _ = try HistoricalReturns.Terms(horizon: horizon, longestGap: longestGap ?? 1) } catch {
      throw ValidationError(error.description)
    }
    if let window, !(2...1_000_000).contains(window) {
      throw ValidationError("--window: found \(window), wanted 2 to 1000000")
    }
    switch volMove {
    case .realised?, .unchanged?:
      guard volHistory.isEmpty else {
        throw ValidationError("--vol-history is not read with --vol-move \(volMove?.rawValue ?? "")")
      }
    case .index?, .indexPoints?:
      guard !volHistory.isEmpty else {
        throw ValidationError("--vol-move \(volMove?.rawValue ?? "") wants --vol-history with it")
      }
    case nil: break
    }
  }

  /// How volatilities move, stated or by what there is.
  var move: VolatilityMove { volMove ?? (volHistory.isEmpty ? .unchanged : .index) }
}

extension HistoryOptions {
  /// Files of a past and what is to be said of them.
  struct Past {
    let factors: FactorHistory
    /// Lines for whoever reads the report.
    let notes: [String]
  }

  /// Reads all files; what was not known at the market's moment is not looked at.
  func past(for market: MarketState) throws -> Past {
    let prices = try files(history, "--history", market)
    let indices = try files(volHistory, "--vol-history", market)
    for symbol in indices.map(\.symbol) where !prices.contains(where: { $0.symbol == symbol }) {
      throw Failure(.badOption, "--vol-history: found \(symbol), wanted an underlying with --history too")
    }
    var notes: [String] = []
    func read(
      _ file: (symbol: String, path: String), _ name: String, isVolatility: Bool = false
    ) throws -> PriceHistory {
      let read = try HistoryFile(file.path, name: name, isVolatility: isVolatility)
      for warning in read.warnings { Terminal.standardError(warning) }
      guard let day = market.asOf.date, let known = read.closes.known(by: market.asOf) else {
        throw Failure(
          .badData, "\(file.path): error: found no close that was known at \(market.asOf), wanted a past of that moment"
        )
      }
      for (count, what) in [
        (read.closes.partialDayCount, "days whose last candle begins more than an hour before that of the usual day"),
        (read.closes.supersededCount, "closes behind which a later one of the same day stands"),
      ] where count > 0 { Terminal.standardError("\(file.path): warning: left out \(count) \(what)") }
      var words = [
        "\(file.path): \(name), \(known.count) closes from \(known.dates[0]) to \(known.dates[known.count - 1])"
      ]
      if read.holidayCount > 0 { words.append("\(read.holidayCount) days without a close") }
      if read.history.count > known.count {
        words.append("\(read.history.count - known.count) closes not known at the market's moment left out")
      }
      let age = day.daysSinceEpoch - known.dates[known.count - 1].daysSinceEpoch
      if age > 7 { words.append("which ends \(age) days before the market's") }
      notes.append(words.joined(separator: ", "))
      return known
    }
    var inputs: [JointHistory.Input] = []
    for file in prices {
      let index = indices.first { $0.symbol == file.symbol }
      inputs.append(
        JointHistory.Input(
          underlying: file.symbol, prices: try read(file, file.symbol),
          volatilityIndex: try index.map { try read($0, "\(file.symbol) volatility index", isVolatility: true) }))
    }
    do throws(ScenarioError) {
      let joint = try JointHistory(inputs)
      if inputs.count > 1 || !indices.isEmpty {
        let dropped = joint.dropped.map { "\($0.count) of \($0.series)" }.joined(separator: ", ")
        notes.append("\(joint.dates.count) days that all have; left out: \(dropped)")
      }
      let gap = longestGap ?? joint.usualGap
      let returns = HistoricalReturns(
        joint, try HistoricalReturns.Terms(horizon: horizon, longestGap: gap, isOverlapping: !noOverlap))
      if returns.skippedCount > 0 {
        notes.append("\(returns.skippedCount) moves left out across gaps of more than \(gap) calendar days")
      }
      return Past(factors: try FactorHistory(returns, volatilityMove: move, lambda: lambda), notes: notes)
    } catch { throw Failure(.badData, "error: \(error)") }
  }

  private func files(
    _ arguments: [HistoryArgument], _ option: String, _ market: MarketState
  ) throws -> [(symbol: String, path: String)] {
    let files = arguments.flatMap(\.files)
    var seen: Set<String> = []
    for file in files {
      guard market[file.symbol] != nil else {
        throw Failure(
          .badOption,
          "\(option): found \(file.symbol), wanted an underlying of the market: "
            + market.underlyings.map(\.symbol).joined(separator: ", "))
      }
      guard seen.insert(file.symbol).inserted else {
        throw Failure(.badOption, "\(option): found \(file.symbol) twice, wanted each underlying once")
      }
    }
    return files
  }
}
