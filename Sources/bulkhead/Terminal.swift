import Formats
import Glibc

/// What goes to standard error, and whether a person is looking.
enum Terminal {
  static var errorIsTerminal: Bool { isatty(2) == 1 }
  static var outputIsTerminal: Bool { isatty(1) == 1 }

  /// The columns of the terminal that standard error is; 80 where it does not say, nil where it is none.
  static var errorColumns: Int? {
    guard errorIsTerminal else { return nil }
    var size = winsize()
    let isKnown = unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  /// Writes a line to standard error, broken to the width of a terminal; nobody hears where that fails.
  static func standardError(_ message: String) {
    let line = errorColumns.map { MessageText.wrapped(message, columns: $0) } ?? message
    let bytes = Array((line.hasSuffix("\n") ? line : line + "\n").utf8)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(2, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
      }
      guard count > 0 || errno == EINTR else { return }
      written += max(count, 0)
    }
  }

  /// True where the locale says UTF-8; the Linux console has no Braille whatever it says.
  static var showsUnicode: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first?.lowercased() ?? ""
    return (locale.contains("utf-8") || locale.contains("utf8")) && environment("TERM") != "linux"
  }

  /// The value of an environment variable; nil where it is not set or empty.
  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}

/// When output is coloured.
enum ColorChoice: String, CaseIterable {
  case auto
  case always
  case never

  /// True where text for a terminal should be coloured: never by colour alone is anything said.
  func isOn(forTerminal isTerminal: Bool) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto:
      return isTerminal && Terminal.environment("NO_COLOR") == nil && Terminal.environment("TERM") != "dumb"
    }
  }
}

/// Whether a page for reading has its picture.
enum PlotChoice: String, CaseIterable {
  /// In characters on a terminal, of Braille where it shows Unicode.
  case auto
  case braille
  case ascii
  case none

  /// What a table's picture is drawn with; nil for no picture.
  func glyphs(forTerminal isTerminal: Bool) -> CharacterPlot.Glyphs? {
    switch self {
    case .braille: return .braille
    case .ascii: return .ascii
    case .none: return nil
    case .auto:
      guard isTerminal, Terminal.environment("TERM") != "dumb" else { return nil }
      return Terminal.showsUnicode ? .braille : .ascii
    }
  }
}

/// A bar with rate and time left on standard error for work of more than a second; nothing where standard error is no terminal.
struct ProgressBar {
  private let label: String
  private let start: Int
  private var lastShown = 0
  private let isOn: Bool

  init(_ label: String) {
    self.label = label
    isOn = Terminal.errorIsTerminal
    start = isOn ? ProgressBar.milliseconds() : 0
  }

  /// Shows how much is done, at most ten times a second and not in the first second.
  mutating func show(_ done: Int, of total: Int) {
    guard isOn, total > 0 else { return }
    let now = ProgressBar.milliseconds() - start
    guard now > 1000, now - lastShown > 100 else { return }
    lastShown = now
    Interruption.setBar(isShown: true)
    write("\r\u{1B}[K" + ProgressText.line(label, done, of: total, milliseconds: now))
  }

  /// Takes the bar away.
  mutating func clear() {
    if lastShown > 0 { write("\r\u{1B}[K") }
    Interruption.setBar(isShown: false)
    lastShown = 0
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
  }

  private static func milliseconds() -> Int {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
  }
}
