public import Pricing

extension BookEntry {
  /// A strategy that stands in no book, as an entry of one: it has no account and nothing wrong.
  public init(_ filled: FilledStrategy) {
    self.init(
      name: filled.name, line: 1, settlement: filled.settlement, account: "", otherAccount: nil, strategy: filled,
      errors: [], errorCount: 0)
  }

  /// Those that its rows name; empty names stand for none.
  var accounts: [String] { [account] + (otherAccount.map { [$0] } ?? []) }

  /// Why the entry cannot be added to the positions of an account; nil where it can.
  var accountRefusal: String? { otherAccount.map { BookEntry.refusal(ofAccount: $0, beside: account) } }

  /// Why a strategy that names two accounts belongs to neither.
  static func refusal(ofAccount other: String, beside account: String) -> String {
    "found account \(CellError.quoted(other)) beside \(CellError.quoted(account)), wanted one account a strategy"
  }
}
