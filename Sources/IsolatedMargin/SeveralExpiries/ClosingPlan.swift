/// What to do with a strategy of several expiries, and the rates between them: what a maximum loss needs beside the legs.
public struct ClosingPlan: Sendable {
  public let policy: LossPolicy
  public let rates: CarryRates

  public init(_ policy: LossPolicy, rates: CarryRates = .zero) {
    self.policy = policy
    self.rates = rates
  }

  /// `closed_at_first_expiry at zero rates`, as a report's detail has it.
  public var text: String {
    switch policy {
    case .heldToExpiry, .eachHeldToItsExpiry: return policy.name
    case .closedAtFirstExpiry: return "\(policy.name) at \(rates.text)"
    case .closedAtFirstExpiryInBand(let band): return "\(policy.name) \(band.text) at \(rates.text)"
    }
  }
}
