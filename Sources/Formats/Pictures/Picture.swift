public import Basics

/// One picture: what it is called, what it says in words, the figures it was made from, and what is drawn.
///
/// A chart is made from an analysis that stands already, and knows no formula; a renderer knows no finance.
public struct Picture: Sendable {
  enum Chart: Sendable {
    case lines(LineChart)
    case maps(HeatMap)
    case bars(BarChart)
  }

  /// A word for files and for names inside the SVG: `payoff`.
  public let name: String
  public let title: String
  /// What is measured, in what.
  let units: String
  /// Where the figures come from, and the program that drew them.
  let source: String
  /// The picture in words, for those who do not see it.
  public let description: String
  /// Writes ``csv``, which a picture alone does not need.
  let figures: @Sendable () -> String
  let chart: Chart

  /// The figures of the picture with a header, as a sheet reads them.
  public var csv: String { figures() }

  /// A strategy's name as a title has it: at most 100 letters.
  static func name(of strategy: String) -> String {
    let plain = FigureText.plain(strategy)
    return plain.isEmpty ? "Strategy without a name" : plain.count > 100 ? plain.prefix(97) + "..." : plain
  }

  /// An SVG file of its own; the same picture gives the same bytes.
  public var svg: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + PictureRenderer(self, isAlone: true).text + "\n"
  }

  /// The element for the inside of an HTML page that has ``PictureStyle/sheet``.
  var element: String { PictureRenderer(self, isAlone: false).text }
}

/// Where the figures of a picture come from.
public struct PictureSource: Sendable {
  /// As the market's file names it; empty where it names none.
  let quotes: String
  /// The moment of the quotes, `5DEC25 01:10 UTC`.
  let moment: String

  /// What drew it, as `--version` says it.
  public static let program = "bulkhead 0.1.0"

  /// - Parameter quotes: As the market's file names them; empty where it names none.
  public init(quotes: String, asOf: Instant) {
    self.quotes = FigureText.plain(quotes)
    moment = FigureText.moment(asOf)
  }

  var text: String {
    "\(quotes.isEmpty ? "Quotes" : "Quotes: \(quotes),") as of \(moment). Drawn by \(PictureSource.program)."
  }
}
