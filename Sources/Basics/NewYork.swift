/// New York's clock and the listed option market's days, from the rules and dates since 2007.
///
/// The clock is ahead by one hour from 2 a.m. on the second Sunday of March to 2 a.m. on the first Sunday of November
/// (Energy Policy Act of 2005, section 110, in force since 2007). Full holidays and early closes are dated data, as
/// announced up to 2028 (NYSE Group, 23 December 2025); after that year only weekends are known to be closed.
public enum NewYork {
  /// The instant at which New York's clock shows `hour`:`minute` on `date`.
  ///
  /// - Throws: ``BasicsError`` `.beforeNewYorkRule` before 2007.
  public static func instant(_ date: CalendarDate, hour: Int, minute: Int = 0) throws(BasicsError) -> Instant {
    guard date.year >= 2007 else { throw .beforeNewYorkRule(date.description) }
    let summer = isSummerTime(date, hour: hour)
    return Instant(
      secondsSinceEpoch: Instant(date, hour: hour, minute: minute).secondsSinceEpoch + (summer ? 4 : 5) * 3600)
  }

  /// True where the clock shows daylight time at `hour` of `date`.
  static func isSummerTime(_ date: CalendarDate, hour: Int) -> Bool {
    switch date.month {
    case 4...10: return true
    case 3:
      let start = sunday(2, of: date)
      return date.day > start || (date.day == start && hour >= 2)
    case 11:
      let end = sunday(1, of: date)
      return date.day < end || (date.day == end && hour < 2)
    default: return false
    }
  }

  /// The day of the month of the `count`th Sunday of the month of `date`.
  private static func sunday(_ count: Int, of date: CalendarDate) -> Int {
    let first = ((date.weekday - (date.day - 1)) % 7 + 7) % 7
    return 1 + (7 - first) % 7 + 7 * (count - 1)
  }

  /// The last trading day on or before `date`: a Saturday expiry is Friday's, Good Friday's is Thursday's.
  public static func tradingDay(onOrBefore date: CalendarDate) -> CalendarDate {
    var day = date
    while day.weekday == 0 || day.weekday == 6 || isListed(day, in: holidays) {
      guard let earlier = day.adding(days: -1) else { return day }
      day = earlier
    }
    return day
  }

  /// The close of the options market on `date`: 16:00, on an early day 13:00.
  ///
  /// - Throws: ``BasicsError`` `.beforeNewYorkRule` before 2007.
  public static func close(_ date: CalendarDate) throws(BasicsError) -> Instant {
    try instant(date, hour: closesEarly(date) ? 13 : 16)
  }

  /// True on a day on which the market closes at 13:00.
  public static func closesEarly(_ date: CalendarDate) -> Bool { isListed(date, in: earlyCloses) }

  /// The open, at which index options settled in the morning are fixed: 9:30.
  public static func open(_ date: CalendarDate) throws(BasicsError) -> Instant {
    try instant(date, hour: 9, minute: 30)
  }

  /// The lists write years with two digits; those of another century are not in them.
  private static func isListed(_ date: CalendarDate, in days: Set<String>) -> Bool {
    (2000...2099).contains(date.year) && days.contains(date.sixDigits)
  }

  /// Days on which the market closed at 13:00, as the New York Stock Exchange announced them, `yymmdd`.
  static let earlyCloses: Set<String> = [
    "070703", "071123", "071224", "080703", "081128", "081224", "091127", "091224", "101126", "111125", "120703",
    "121123", "121224", "130703", "131129", "131224", "140703", "141128", "141224", "151127", "151224", "161125",
    "170703", "171124", "180703", "181123", "181224", "190703", "191129", "191224", "201127", "201224", "211126",
    "221125", "230703", "231124", "240703", "241129", "241224", "250703", "251128", "251224", "261127", "261224",
    "271126", "280703", "281124",
  ]

  /// Weekdays on which the market was closed, as the New York Stock Exchange announced them, `yymmdd`.
  static let holidays: Set<String> = [
    "070101", "070102", "070115", "070219", "070406", "070528", "070704", "070903", "071122", "071225",
    "080101", "080121", "080218", "080321", "080526", "080704", "080901", "081127", "081225",
    "090101", "090119", "090216", "090410", "090525", "090703", "090907", "091126", "091225",
    "100101", "100118", "100215", "100402", "100531", "100705", "100906", "101125", "101224",
    "110117", "110221", "110422", "110530", "110704", "110905", "111124", "111226",
    "120102", "120116", "120220", "120406", "120528", "120704", "120903", "121029", "121030", "121122", "121225",
    "130101", "130121", "130218", "130329", "130527", "130704", "130902", "131128", "131225",
    "140101", "140120", "140217", "140418", "140526", "140704", "140901", "141127", "141225",
    "150101", "150119", "150216", "150403", "150525", "150703", "150907", "151126", "151225",
    "160101", "160118", "160215", "160325", "160530", "160704", "160905", "161124", "161226",
    "170102", "170116", "170220", "170414", "170529", "170704", "170904", "171123", "171225",
    "180101", "180115", "180219", "180330", "180528", "180704", "180903", "181122", "181205", "181225",
    "190101", "190121", "190218", "190419", "190527", "190704", "190902", "191128", "191225",
    "200101", "200120", "200217", "200410", "200525", "200703", "200907", "201126", "201225",
    "210101", "210118", "210215", "210402", "210531", "210705", "210906", "211125", "211224",
    "220117", "220221", "220415", "220530", "220620", "220704", "220905", "221124", "221226",
    "230102", "230116", "230220", "230407", "230529", "230619", "230704", "230904", "231123", "231225",
    "240101", "240115", "240219", "240329", "240527", "240619", "240704", "240902", "241128", "241225",
    "250101", "250109", "250120", "250217", "250418", "250526", "250619", "250704", "250901", "251127", "251225",
    "260101", "260119", "260216", "260403", "260525", "260619", "260703", "260907", "261126", "261225",
    "270101", "270118", "270215", "270326", "270531", "270618", "270705", "270906", "271125", "271224",
    "280117", "280221", "280414", "280529", "280619", "280704", "280904", "281123", "281225",
  ]
}
