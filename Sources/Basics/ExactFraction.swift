/// Numerator and denominator of an exact amount, for sums that are brought to one denominator beforehand.
extension ExactAmount {
  /// The amount as a fraction in lowest terms with a positive denominator; nil where either needs more than 128 bits.
  public var fraction: (numerator: Int128, denominator: Int128)? {
    guard case .small(let numerator, let denominator) = storage else { return nil }
    return ExactAmount.reduced(numerator, denominator)
  }
}
