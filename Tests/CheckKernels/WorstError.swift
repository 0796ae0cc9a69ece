/// The worst of the errors of one kind, and what it may be.
struct WorstError {
  let name: String
  let allowed: Double
  private(set) var worst = 0.0

  init(_ name: String, allowed: Double) {
    self.name = name
    self.allowed = allowed
  }

  /// Takes an error; one that is not a number is the worst of all.
  mutating func take(_ error: Double) { worst = max(worst, error.isNaN ? .infinity : error) }

  var holds: Bool { worst <= allowed }
}
