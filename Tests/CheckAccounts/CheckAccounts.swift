import AccountTrials
import Glibc

/// Lives many random lives of accounts; `Scripts/check-accounts` builds and calls it: RUNS FIRST-SEED.
@main
enum CheckAccounts {
  static let commands = 200

  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
    guard numbers.count == 2, let runs = numbers.first, let firstSeed = numbers.last, runs < 1 << 32,
      firstSeed < 1 << 32, let fresh = try? RandomInstructions.ledger()
    else {
      print("found \(CommandLine.arguments.dropFirst()), wanted a number of runs and a first seed")
      exit(64)
    }
    var tally = AccountTrial.Tally()
    for seed in firstSeed..<(firstSeed + runs) {
      if let failure = AccountTrial.failure(seed: seed, commands: commands, in: fresh, tally: &tally) {
        print(failure)
        exit(1)
      }
    }
    print("\(runs) runs from seed \(firstSeed), nothing broken: \(tally)")
  }
}
