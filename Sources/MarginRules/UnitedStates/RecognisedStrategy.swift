/// A combination that the US strategy rules charge as a whole.
///
/// Sources: FINRA Rule 4210(f)(2) and the Cboe Margin Manual, which tabulates the same rule strategy by strategy; the
/// federal half for shares is Regulation T, section 220.12.
public enum RecognisedStrategy: String, Hashable, Sendable, CaseIterable {
  case longUnderlying = "long underlying"
  case shortUnderlying = "short underlying"
  case longCall = "long call"
  case longPut = "long put"
  case nakedCall = "naked call"
  case nakedPut = "naked put"
  /// A call and a put sold at one strike; at two strikes a strangle.
  case shortStraddle = "short straddle"
  case shortStrangle = "short strangle"
  case coveredCall = "covered call"
  case coveredPut = "covered put"
  case protectivePut = "protective put"
  case protectiveCall = "protective call"
  case collar
  case conversion
  case reverseConversion = "reverse conversion"
  case callSpread = "call spread"
  case putSpread = "put spread"
  /// One strike, the long option last to expire.
  case callCalendar = "call calendar"
  case putCalendar = "put calendar"
  /// Two strikes, the long option last to expire.
  case callDiagonal = "call diagonal"
  case putDiagonal = "put diagonal"
  case longButterfly = "long butterfly"
  case shortButterfly = "short butterfly"
  case longCondor = "long condor"
  case shortCondor = "short condor"
  case ironButterfly = "iron butterfly"
  case ironCondor = "iron condor"
  /// Bought inside, sold outside.
  case reverseIronButterfly = "reverse iron butterfly"
  case reverseIronCondor = "reverse iron condor"
  case longBox = "long box"
  case shortBox = "short box"

  /// The chapter of the Cboe Margin Manual, or the rule where that is where the number stands.
  public var section: String {
    switch self {
    case .longUnderlying, .shortUnderlying: return "Regulation T 220.12; FINRA 4210(c)"
    case .longCall, .longPut: return "FINRA 4210(f)(2), long options"
    case .nakedCall, .nakedPut: return "Cboe Margin Manual, short call or short put"
    case .shortStraddle, .shortStrangle: return "Cboe Margin Manual, short put and short call"
    case .coveredCall: return "Cboe Margin Manual, short call and long underlying"
    case .coveredPut: return "Cboe Margin Manual, short put and short underlying"
    case .protectivePut: return "Cboe Margin Manual, long put and long underlying"
    case .protectiveCall: return "Cboe Margin Manual, long call and short underlying"
    case .collar: return "Cboe Margin Manual, collar"
    case .conversion: return "Cboe Margin Manual, conversion"
    case .reverseConversion: return "Cboe Margin Manual, reverse conversion"
    case .callSpread, .putSpread, .callCalendar, .putCalendar, .callDiagonal, .putDiagonal:
      return "Cboe Margin Manual, spreads: the long option expires with or after the short"
    case .longButterfly, .shortButterfly: return "Cboe Margin Manual, butterfly spread"
    case .longCondor, .shortCondor: return "Cboe Margin Manual, condor spread"
    case .ironButterfly, .reverseIronButterfly: return "Cboe Margin Manual, iron butterfly spread"
    case .ironCondor, .reverseIronCondor: return "Cboe Margin Manual, iron condor spread"
    case .longBox, .shortBox: return "Cboe Margin Manual, box spread"
    }
  }
}
