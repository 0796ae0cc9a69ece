/// What each word of the `term` column means and why a rule has such a term.
///
/// Rules share their words: a `short_call_mark` is the same thing wherever it stands, so its meaning is written once. What
/// a term was computed from, and the publisher's text, stand with the term itself.
public enum RequirementVocabulary {
  /// A sentence without a full stop; nil for a word that explains nothing yet.
  public static func meaning(of term: String) -> String? { meanings[term] }

  static let meanings: [String: String] = [
    "least_payoff": "what the worst price at expiry would cost: cash of this much is never missing, whatever happens",
    "floor_at_zero": "a requirement is never below zero: what exceeds it is the holder's own, and lends to nobody",
    "long_options": "an option that is paid in full cannot lose more, so nothing is held against it",
    // One short option at a time.
    "short_call_underlying": "a share of the underlying, since a sold call loses as it rises; less where it is far out "
      + "of the money, but never below a floor",
    "short_put_underlying":
      "a share of the underlying, since a sold put loses as it falls; less where it is far out of "
      + "the money, but never below a floor",
    "short_call_mark": "what buying the sold call back costs now: the premium received for it is in the account",
    "short_put_mark": "what buying the sold put back costs now: the premium received for it is in the account",
    "raised_to_maintenance": "opening never asks for less than keeping, which for this put is more",
    // Scenarios.
    "scan_risk": "the greatest loss of the whole position in the rule's scenarios, long legs set against short ones",
    "net_option_value": "what closing all options at their marks would cost, or bring, on top of what scenarios lose",
    "short_option_minimum": "the scan may find nothing to fear; a sold option is charged at least this",
    "contract_minimum": "the scan may find nothing to fear; every contract is charged at least this",
    "short_option_contingency": "options sold beyond those held at their strike are charged for what no scenario shows",
    "offset_futures_contingency": "futures that offset each other differ by their basis, which no scenario moves",
    "futures_contingency": "futures are charged for what no scenario shows",
    // US strategy rules.
    "strategy_maximum_loss": "the most that the strategy can lose between its strikes: its legs limit one another",
    "long_option_loan": "a long option with many months to go may be paid for in part with money lent on it",
    "long_underlying":
      "shares may fall: a margin account lends a part of their price and asks for the rest, a cash account lends nothing",
    "short_underlying": "shares that were borrowed and sold have to be bought back, and may rise",
    "shares_counted_at_strike": "shares that will be delivered are worth the strike to their holder, not more",
    "cash_secured_call": "a cash account lends nothing: what would have to be delivered is paid for now",
    "cash_secured_put": "a cash account lends nothing: what would have to be paid at exercise lies ready",
    // Futures and perpetuals.
    "linear_position": "a share of the notional of a future or perpetual, growing with its size",
    "unrealised_result": "what linear legs have gained or lost since entry is in the account, or missing from it",
    // Derive.
    "worst_settlement": "the payoff at the worst of zero and the strikes, legs of one expiry set against each other",
    "unpaired_calls": "calls sold without a call bought have no worst price, so a share of the forward stands for it",
    "oracle_contingency": "the price feed is unsure of itself, so what is sold is charged for that",
    "depeg": "the dollar token trades below a dollar, so it secures less",
    "coin_haircut": "a coin held as a leg is worth its price, of which the venue counts only a part",
    // Opyn.
    "time_value_bound": "the most the option's remaining time can be worth, from the venue's table",
    "shocked_intrinsic": "what the option would pay if spot moved against its seller by the venue's shock",
  ]
}
