/// What the interface answers: each operation is the command of its name, and its answer that command's JSON.
public enum InterfaceOperation: String, Sendable, CaseIterable {
  case analyze
  case stress
  case margin
  case compare
  case liquidation
  case twins
  case roll

  /// Keys that a request may have; all but the market and the strategy are the command's options.
  var keys: [String] { InterfaceOperation.allKeys[self] ?? [] }

  private static let allKeys = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.makeKeys()) })

  private func makeKeys() -> [String] {
    let strategy = ["market", "strategy", "legs", "underlying", "settlement", "fill", "fees"]
    let reserve = ["basis", "funding_cap", "hours", "reference_price"]
    let policy = ["policy", "vol_band", "vol_sharing", "forward_band"]
    switch self {
    case .analyze:
      return strategy + reserve + policy + [
        "budget", "portfolio", "max_lots", "within", "smile", "days", "maintenance", "rules_as_of", "deposit", "format",
      ]
    case .stress:
      return strategy + reserve + policy + [
        "spot_shift", "vol_shift", "days", "vol_relative", "skew_shift", "curvature_shift", "smile",
        "format",
      ]
    case .margin: return strategy + reserve + policy + ["rule", "rules_as_of"]
    case .compare: return strategy + policy + ["rules", "rules_as_of", "liquidation", "format"]
    case .twins: return strategy + ["format"]
    case .roll:
      return strategy + policy + [
        "to", "strikes", "move", "size", "to_legs", "maintenance", "rules_as_of", "format",
      ]
    case .liquidation:
      return strategy + policy + [
        "maintenance", "rules_as_of", "deposit", "vol", "days", "surface", "vol_shift", "push_to", "probability",
        "horizons", "drift", "real_vol", "paths", "seed", "format",
      ]
    }
  }
}

/// An answer and what it is written in.
public struct InterfaceAnswer: Sendable {
  /// In UTF-8.
  public let bytes: ArraySlice<UInt8>
  /// As a header of HTTP names it.
  public let mediaType: String

  init(_ text: String, mediaType: String = InterfaceAnswer.json) {
    self.init(bytes: ArraySlice(text.utf8), mediaType: mediaType)
  }

  init(bytes: ArraySlice<UInt8>, mediaType: String) {
    self.bytes = bytes
    self.mediaType = mediaType
  }

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  public static let json = "application/json"

  /// The interface described for programs, OpenAPI 3.1.
  public static let description = InterfaceAnswer(InterfaceDescription.text)
}
