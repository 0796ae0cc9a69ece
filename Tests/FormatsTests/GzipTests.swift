import Foundation
import TestSupport
import Testing

@testable import Formats

@Suite("Compressed files")
struct GzipTests {
  private static func bytes(_ folder: TemporaryFolder, _ name: String) -> [UInt8] {
    FileManager.default.contents(atPath: folder.path + "/" + name).map { Array($0) } ?? []
  }

  /// The members of a gzip file that says `text`.
  private static func compressed(_ text: String) throws -> [UInt8] {
    try #require(GzipWriter.members(Array(text.utf8))).flatMap(\.self)
  }

  private static func message(_ bytes: [UInt8], pieceSize: Int = 1 << 20) throws -> String? {
    let folder = try TemporaryFolder()
    let path = folder.file(bytes, named: "book.csv.gz")
    do throws(FormatError) {
      _ = try readTable(path, pieceSize: pieceSize)
      return nil
    } catch { return error.description.replacingOccurrences(of: path, with: "F") }
  }

  private static let table = "a,b\n1,2\n3,4\n"

  @Test("What is written compressed reads back as it was, in pieces of any size", arguments: [16, 64, 1 << 20])
  func roundTrip(_ size: Int) throws {
    let folder = try TemporaryFolder()
    var text = "a,b\n"
    for row in 0..<400 { text += "\(row),\(row &* 7919 % 1009)\n" }
    var sink = try OutputSink(folder.path + "/out.csv.gz")
    try sink.write(text)
    try sink.finish()
    #expect(Self.bytes(folder, "out.csv.gz").count < text.utf8.count)
    let found = try readTable(folder.path + "/out.csv.gz", pieceSize: size)
    #expect(found == (try readTable(folder.file(text), pieceSize: 1 << 20)))
  }

  @Test("A report of several members is the same file however it is handed over, and names no time and no file")
  func members() throws {
    var generator = SplitMix64(seed: 4)
    let text = (0..<(5 << 20)).map { $0 % 9 == 8 ? 10 : UInt8(48 + (generator.next() >> 60) % 10) }
    let folder = try TemporaryFolder()
    for (name, step) in [("one.gz", text.count), ("many.gz", 77_777)] {
      var sink = try OutputSink(folder.path + "/" + name)
      for start in stride(from: 0, to: text.count, by: step) {
        try sink.write(text[start..<min(text.count, start + step)])
      }
      try sink.finish()
    }
    let file = Self.bytes(folder, "one.gz")
    #expect(file == Self.bytes(folder, "many.gz"))
    // RFC 1952: no flags, so no name; a time of 0.
    #expect(Array(file.prefix(8)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
    var source = try InputSource(folder.path + "/one.gz")
    var found = [UInt8](repeating: 0, count: text.count + 1)
    #expect(try source.read(into: &found, from: 0, to: found.count) == text.count)
    #expect(found.dropLast() == text[...])
    try source.seek(to: 3_000_000)
    #expect(try source.read(into: &found, from: 0, to: 10) == 10)
    #expect(found[..<10] == text[3_000_000..<3_000_010])
  }

  @Test("Nothing written is one empty member")
  func empty() throws {
    let folder = try TemporaryFolder()
    var sink = try OutputSink(folder.path + "/out.gz")
    try sink.finish()
    var source = try InputSource(folder.path + "/out.gz")
    var room = [UInt8](repeating: 0, count: 4)
    #expect(try source.read(into: &room, from: 0, to: 4) == 0)
    #expect(Self.bytes(folder, "out.gz").count > 10)
  }

  @Test("Members that follow each other are one text")
  func joined() throws {
    let folder = try TemporaryFolder()
    let path = folder.file(try ["a,b\n1", ",2\n", "", "3,4\n"].flatMap { try Self.compressed($0) }, named: "t.csv.gz")
    #expect(try readTable(path, pieceSize: 1 << 20) == [["a", "b"], ["1", "2"], ["3", "4"]])
  }

  @Test("A file that is cut is refused, wherever it is cut")
  func cut() throws {
    let file = try Self.compressed(Self.table) + Self.compressed("5,6\n")
    let first = try Self.compressed(Self.table).count
    for count in 1..<file.count where count != first {
      let message = try Self.message(Array(file[..<count]))
      let wanted = "gzip data that end within a member at byte \(count + 1) of the file"
      #expect(message == "F:1:1: error: found \(wanted), wanted whole gzip members and nothing behind them")
    }
    #expect(try Self.message([]) == "F:1:1: error: found an empty file, wanted a header and rows")
    #expect(try Self.message(file) == nil)
  }

  @Test("A bit that changes in data or checksum is found")
  func damaged() throws {
    let file = try Self.compressed(Self.table)
    // Behind the header of ten bytes, which names a system that means nothing.
    for index in 10..<file.count {
      var bytes = file
      bytes[index] ^= 1
      #expect(try Self.message(bytes) != nil, "byte \(index)")
    }
    var bytes = file
    bytes[file.count - 8] ^= 1
    #expect(try Self.message(bytes)?.hasPrefix("F:1:1: error: found damaged gzip data at byte ") == true)
    #expect(try Self.message(Array(Self.table.utf8))?.hasPrefix("F:1:1: error: found damaged gzip data") == true)
  }

  @Test("Bytes behind the last member are refused")
  func garbage() throws {
    let file = try Self.compressed(Self.table)
    let message = try Self.message(file + [0])
    let wanted = "F:1:1: error: found bytes behind the end of the gzip data at byte \(file.count + 1) of the file"
    #expect(message?.hasPrefix(wanted) == true)
  }

  @Test("A full disk is an error")
  func full() throws {
    let folder = try TemporaryFolder()
    let link = folder.path + "/full.gz"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/full")
    #expect(throws: FormatError.cannotWrite(file: link, reason: "No space left on device")) {
      try OutputSinkTests.write("a\n", to: link)
    }
  }

  @Test("A compressed book says what the book says, names that return among it")
  func book() throws {
    let folder = try TemporaryFolder()
    var text = BookReaderTests.header + "\n"
    for number in 0..<300 { text += "s\(number % 290),call,BTC,26DEC25,90000,1,10,1,quote,\n" }
    let plain = try readBook(folder.file(text), pieceSize: 100)
    let path = folder.file(try Self.compressed(text), named: "book.csv.gz")
    for size in [100, 1 << 20] {
      let found = try readBook(path, pieceSize: size)
      #expect(found.map(\.detail) == plain.map(\.detail))
      #expect(found.map(\.line) == plain.map(\.line))
    }
    #expect(plain.filter { $0.strategy == nil }.count == 10)
  }
}
