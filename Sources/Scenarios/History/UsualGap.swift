import Basics

/// The gap, in calendar days, beyond which no move is taken where nobody states one.
///
/// A series that trades on weekends has no gap of its own; one that does not has its longest usual one over a holiday
/// beside a weekend, which are 4 days, and 5 are allowed.
enum UsualGap {
  static func days(of dates: [CalendarDate]) -> Int {
    dates.contains { $0.weekday == 0 || $0.weekday == 6 } ? 1 : 5
  }
}
