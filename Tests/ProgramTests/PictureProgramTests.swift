import Foundation
import Glibc
import TestSupport
import Testing

/// Pictures and pages as the program writes them.
@Suite("pictures of the program")
struct PictureProgramTests {
  static let bitcoin = ["-m", "Data/Markets/deribit-btc-2025-12-05.yaml"]
  static let condor = "Data/Strategies/btc-iron-condor.yaml"
  static let strangle = "Data/Strategies/btc-short-strangle.yaml"

  private func run(_ arguments: [String], output: FileHandle? = nil, environment: [String: String]? = nil) throws
    -> Program.Answer
  {
    try Program.run(arguments + Self.bitcoin, output: output, environment: environment, folder: Fixture.root)
  }

  @Test("A wrong option is refused with 64, and says what was wanted")
  func refusals() throws {
    let book = "Tests/Fixtures/Books/accounts.csv"
    let cases: [(arguments: [String], words: String)] = [
      (["analyze", book, "--format", "svg"], "wanted one strategy, not a book"),
      (["analyze", book, "--format", "html"], "wanted one strategy, not a book"),
      (["compare", book, "--format", "svg"], "wanted one strategy, not a book"),
      (["compare", book, "--format", "html"], "wanted one strategy, not a book"),
      (["liquidation", book, "--format", "svg"], "wanted csv or json with a book"),
      (["liquidation", Self.strangle, "--format", "svg", "--probability"], "--probability"),
      (["stress", book, "--format", "svg"], "of one strategy"),
      (["stress", book, "--format", "html"], "of one strategy"),
      (["stress", Self.condor, "--format", "markdown", "--summary"], "--summary"),
      (["stress", Self.condor, "--format", "table", "--days", "0,1,2,3,4"], "at most 4"),
      (["liquidation", book, "--format", "markdown"], "wanted csv or json with a book"),
      (["stress", Self.condor, "--format", "svg", "--pivot"], "--pivot"),
      (["stress", Self.condor, "--format", "svg", "--summary"], "--summary"),
      (["stress", Self.condor, "--format", "svg", "--by", "leg"], "--by"),
      (["stress", Self.condor, "--format", "svg", "--scenarios", "crashes"], "--scenarios"),
      (["stress", Self.condor, "--format", "svg", "--days", "0,1,2,3,4"], "at most 4"),
      (["stress", Self.condor, "--format", "png"], "csv"),
      (["analyze", Self.condor, "--days", "0,1,2,3,4"], "at most 4"),
      (["analyze", Self.condor, "--days", "-1"], "0 to 36500"),
      (["analyze", Self.condor, "--plot", "ascii", "--format", "html"], "--format table"),
      (["analyze", Self.condor, "--plot", "sixel"], "braille"),
      (["analyze", Self.condor, "--deposit", "-1"], "0 or more"),
      (["analyze", Self.condor, "--deposit", "1.234"], "--deposit"),
      (["analyze", Self.condor, "--maintenance", "spot=2"], "spot=SHARE"),
      (["analyze", Self.condor, "--rules-as-of", "2025-12-01"], "--maintenance"),
    ]
    for (arguments, words) in cases {
      let answer = try run(arguments)
      #expect(answer.status == 64 && answer.output.isEmpty, "\(arguments): \(answer.status)")
      #expect(answer.errors.contains(words), "\(arguments): \(answer.errors)")
    }
  }

  @Test("A day beyond the first expiry has no line, and the picture says so as the page does")
  func lateDays() throws {
    let days = ["analyze", Self.condor, "--days", "7,40", "--format"]
    let words = "o value is drawn after 40 days: a leg has expired by then"
    for format in ["table", "json", "html", "svg"] {
      let answer = try run(days + [format])
      let text = answer.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(answer.status == 0 && text.contains(words), "\(format): \(answer.errors)")
    }
    #expect(
      !(try run(["analyze", Self.condor, "--days", "7", "--format", "svg"])).output.contains("No value is drawn"))
  }

  @Test("The picture of a box says that a leg has expired by a day that is drawn")
  func expiredLegs() throws {
    let box = ["liquidation", Self.strangle, "--deposit", "20000", "--format", "svg", "--days"]
    let answer = try run(box + ["0,40"])
    #expect(answer.status == 0 && answer.output.contains("In 40 days: a leg has expired by then"), "\(answer.errors)")
    #expect(try !run(box + ["0,7"]).output.contains("expired"))
  }

  @Test("Markdown with -o has its pictures beside it; without a file, or with --plot none, it has none")
  func markdown() throws {
    let folder = try Folder()
    let file = folder.path + "/condor.md"
    #expect(try run(["analyze", Self.condor, "--format", "markdown", "-o", file]).status == 0)
    #expect(folder.names == ["condor-payoff.svg", "condor-stress.svg", "condor.md"])
    let svg = try run(["analyze", Self.condor, "--format", "svg"])
    #expect(svg.status == 0 && folder.text("condor-payoff.svg") == svg.output)
    #expect(folder.text("condor.md")?.contains("](<condor-payoff.svg>)") == true)
    let stress = try run(["stress", Self.condor, "--format", "svg", "--quiet"])
    #expect(folder.text("condor-stress.svg") == stress.output)
    let bare = folder.path + "/bare.md"
    #expect(try run(["analyze", Self.condor, "--format", "markdown", "--plot", "none", "-o", bare]).status == 0)
    #expect(folder.names.count == 4)
    #expect(try run(["analyze", Self.condor, "--format", "markdown"]).output == folder.text("bare.md"))
  }

  @Test("A picture of no one price is an error of the data, and the page has no such picture")
  func severalUnderlyings() throws {
    let folder = try Folder()
    let rows = try String(contentsOfFile: Fixture.root + "/Tests/Fixtures/Markets/small-market.csv", encoding: .utf8)
    _ = folder.file("abc.csv", rows)
    _ = folder.file("xyz.csv", rows.replacing("ABC", with: "XYZ"))
    let blocks = ["ABC", "XYZ"].map {
      "  \($0): {spot: 100, rate: 0.05, quoted_in: quote, quotes: \($0.lowercased()).csv}\n"
    }
    let market = folder.file("market.yaml", "as_of: 2025-12-17T21:00:00Z\nunderlyings:\n" + blocks.joined())
    let strategy = folder.file(
      "two.yaml",
      "name: two\nlegs:\n- {quantity: 1, instrument: \"ABC   260116C00100000\"}\n"
        + "- {quantity: 1, instrument: \"XYZ   260116P00100000\"}\n")
    let answer = try Program.run(["analyze", strategy, "-m", market, "--format", "svg"])
    #expect(answer.status == 65 && answer.output.isEmpty && answer.errors.contains("no function of one price"))
    let page = try Program.run(["analyze", strategy, "-m", market, "--format", "html"])
    #expect(
      page.status == 0 && !page.output.contains("id=\"payoff-title\"") && page.output.contains("id=\"stress-title\""))
  }

  @Test("A limit is checked with a page and a picture as with rows")
  func limits() throws {
    for (format, end) in [("svg", "</svg>\n"), ("html", "</html>\n"), ("markdown", "\n"), ("table", "\n")] {
      let answer = try run(["stress", Self.condor, "--format", format, "--quiet", "--fail-on", "loss-share=0.5"])
      #expect(answer.status == 2 && answer.output.hasSuffix(end), "\(format): \(answer.errors)")
    }
  }

  @Test("A page of a list of scenarios names each of them; its picture would have no axes and is refused")
  func scenarioList() throws {
    let list = ["stress", Self.condor, "--scenarios", "crashes", "--quiet", "--format"]
    let rows = try run(list + ["csv"]).output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let column = try #require(rows.first?.firstIndex(of: "scenario_name"))
    let page = try run(list + ["markdown"])
    #expect(page.status == 0 && rows.count > 4, "\(page.errors)")
    for row in rows.dropFirst(2) { #expect(page.output.contains("| \(row[column]) |"), "\(row[column])") }
    #expect(try run(list + ["html"]).output.contains("<svg") == false)
  }

  @Test("A box in Markdown says what its table says")
  func markdownOfABox() throws {
    let box = [
      "liquidation", Self.strangle, "--deposit", "20000", "--maintenance", "spot=7.5%", "--days", "0,7", "--format",
    ]
    let (table, markdown) = (try run(box + ["table"]), try run(box + ["markdown"]))
    #expect(markdown.status == 0 && markdown.output.hasPrefix("# Liquidation of "))
    let figures = table.output.matches(of: /\d+\.\d\d/).map { String($0.output) }
    #expect(figures.count > 10)
    for figure in figures { #expect(markdown.output.contains(figure), "\(figure)") }
    let surface = try run(
      box.dropLast(3) + ["--surface", "--days", "0,7", "--vol-shift", "-10:10:3", "--format", "markdown"])
    #expect(surface.status == 0 && surface.output.contains("| Days | -10.0 points |"), "\(surface.output)")
  }

  @Test("The bands that analyze draws and says are those of liquidation")
  func bands() throws {
    let options = [Self.strangle, "--maintenance", "deribit-standard", "--deposit", "20000"]
    let page = try run(["analyze"] + options)
    let own = try run(["liquidation"] + options)
    let words = try #require(page.output.components(separatedBy: "\n").first { $0.contains("Liquidated today") })
    let bounds = words.split(separator: " ").compactMap { Double($0.filter { $0.isNumber || $0 == "." }) }
    #expect(bounds.count >= 2)
    for bound in bounds { #expect(own.output.contains(String(format: "%.2f", bound)), "\(words)") }
    let json = try run(["analyze"] + options + ["--format", "json"])
    #expect(json.output.contains("\"maintenance\": \"deribit-standard\""))
  }

  // MARK: A terminal

  /// What the program writes to a terminal of its own.
  private func onTerminal(_ arguments: [String], _ environment: [String: String]) throws -> String {
    var (main, terminal): (Int32, Int32) = (-1, -1)
    try #require(unsafe openpty(&main, &terminal, nil, nil, nil) == 0)
    // A terminal holds a few thousand bytes only: someone has to read while the program writes.
    let reading = Thread.Reading(main)
    let answer = try run(
      arguments, output: FileHandle(fileDescriptor: terminal, closeOnDealloc: false), environment: environment)
    #expect(answer.status == 0, "\(answer.errors)")
    close(terminal)
    defer { close(main) }
    return reading.text
  }

  @Test("On a terminal a long message is broken to its width, elsewhere it is one line")
  func messages() throws {
    let arguments = ["roll", Self.condor, "--strikes", "1"] + Self.bitcoin
    let line = try Program.run(arguments, folder: Fixture.root)
    #expect(line.status == 65 && line.errors.split(separator: "\n").count == 1 && line.errors.count > 80)
    var (main, terminal): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: 50, ws_xpixel: 0, ws_ypixel: 0)
    try #require(unsafe openpty(&main, &terminal, nil, nil, &size) == 0)
    let reading = Thread.Reading(main)
    let handle = FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
    let answer = try Program.run(arguments, errors: handle, folder: Fixture.root)
    close(terminal)
    let lines = reading.text.split(whereSeparator: \.isNewline)
    close(main)
    #expect(answer.status == 65 && lines.count > 1 && lines.allSatisfy { $0.count <= 50 }, "\(lines)")
    #expect(
      lines.joined(separator: " ").split(separator: " ")
        == line.errors.split(separator: "\n").joined().split(separator: " "))
  }

  @Test("On a terminal the table has its picture: of Braille in a UTF-8 locale, else of letters; NO_COLOR is honoured")
  func terminal() throws {
    let unicode = ["LC_ALL": "C.UTF-8", "TERM": "xterm"]
    let braille = try onTerminal(["analyze", Self.condor], unicode)
    #expect(braille.contains("PICTURE") && braille.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
    #expect(braille.contains("\u{1B}[36m"))
    let plain = try onTerminal(["analyze", Self.condor], unicode.merging(["NO_COLOR": "1"]) { $1 })
    #expect(plain.contains("PICTURE") && !plain.contains("\u{1B}"))
    let ascii = try onTerminal(["analyze", Self.condor, "--color", "never"], ["LC_ALL": "C", "TERM": "xterm"])
    #expect(ascii.contains("PICTURE") && !ascii.unicodeScalars.contains { $0.value > 127 })
    #expect(try !onTerminal(["analyze", Self.condor, "--plot", "none"], unicode).contains("PICTURE"))
    #expect(try !onTerminal(["analyze", Self.condor], ["TERM": "dumb"]).contains("PICTURE"))
    #expect(try !onTerminal(["analyze", Self.condor, "--format", "csv"], unicode).contains("PICTURE"))
    // Piped, it is what it was.
    #expect(try !run(["analyze", Self.condor]).output.contains("PICTURE"))
    #expect(try run(["analyze", Self.condor, "--plot", "braille"]).output.contains("PICTURE"))
  }
}

extension Thread {
  /// Reads a descriptor to its end beside what else is done.
  fileprivate final class Reading: @unchecked Sendable {
    private var bytes: [UInt8] = []
    private let done = DispatchSemaphore(value: 0)

    init(_ descriptor: Int32) {
      Thread.detachNewThread { [self] in
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
          // Ends with an error once nobody holds the terminal's other side.
          let count = unsafe read(descriptor, &buffer, buffer.count)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { break }
          bytes += buffer[..<count]
        }
        done.signal()
      }
    }

    /// What was read, once the end has been reached.
    var text: String {
      done.wait()
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
