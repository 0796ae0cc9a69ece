import TestSupport
import Testing

@testable import Formats

@Suite("Messages at a terminal")
struct MessageTextTests {
  @Test(
    "A long line is broken at spaces to the terminal's width, what follows two columns in; short lines and others stay")
  func wrapped() {
    let message = "book.csv:12:7: warning: found a close of 18000 after 180, taken as it stands\nshort"
    #expect(
      MessageText.wrapped(message, columns: 40)
        == "book.csv:12:7: warning: found a close\n  of 18000 after 180, taken as it stands\nshort")
    #expect(MessageText.wrapped(message, columns: 80) == message)
    #expect(MessageText.wrapped("", columns: 40) == "" && MessageText.wrapped("a\n\n", columns: 40) == "a\n\n")
    // A terminal too narrow to read on is left alone, and what is indented stays so.
    #expect(MessageText.wrapped(message, columns: 19) == message)
    #expect(
      MessageText.wrapped("    --option  what it does in so many words", columns: 30)
        == "    --option  what it does\n      in so many words")
  }

  @Test("No line is wider than the terminal, and no letter is lost")
  func laws() {
    var random = SplitMix64(seed: 9)
    for round in 0..<300 {
      let words = (0..<random.int(1...40)).map { _ in String(repeating: "x", count: random.int(1...90)) }
      let (text, columns) = (words.joined(separator: " "), random.int(20...120))
      let lines = MessageText.wrapped(text, columns: columns).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= columns }, "seed 9, round \(round)")
      #expect(lines.joined().filter { $0 == "x" }.count == text.filter { $0 == "x" }.count, "seed 9, round \(round)")
    }
  }
}
