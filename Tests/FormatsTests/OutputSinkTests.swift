import CInterrupt
import Foundation
import Testing

@testable import Formats

@Suite("Output sink")
struct OutputSinkTests {
  static func write(_ text: String, to path: String) throws(FormatError) {
    var sink = try OutputSink(path)
    try sink.write(text)
    try sink.finish()
  }

  @Test("A file appears when it is finished, and nothing beside it")
  func finishes() throws {
    let folder = try TemporaryFolder()
    var sink = try OutputSink(folder.path + "/out.csv")
    try sink.write("a\n")
    #expect(folder.text("out.csv") == nil)
    try sink.finish()
    #expect(folder.names == ["out.csv"])
    #expect(folder.text("out.csv") == "a\n")
  }

  @Test("A file that is not finished leaves the old one and nothing else")
  func abandons() throws {
    let folder = try TemporaryFolder()
    _ = folder.file("old\n", named: "out.csv")
    do {
      var sink = try OutputSink(folder.path + "/out.csv")
      try sink.write(String(repeating: "new\n", count: 200_000))
    }
    #expect(folder.names == ["out.csv"])
    #expect(folder.text("out.csv") == "old\n")
  }

  @Test("A file is replaced, and keeps who may read it")
  func replaces() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("old and longer\n", named: "out.csv")
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
    try Self.write("new\n", to: path)
    #expect(folder.text("out.csv") == "new\n")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o666)
  }

  @Test("A link stays a link, and the file behind it is replaced")
  func follows() throws {
    let folder = try TemporaryFolder()
    _ = folder.file("old\n", named: "real.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link.csv", withDestinationPath: folder.path + "/real.csv")
    try Self.write("new\n", to: folder.path + "/link.csv")
    #expect(folder.text("real.csv") == "new\n")
    let type = try FileManager.default.attributesOfItem(atPath: folder.path + "/link.csv")[.type] as? FileAttributeType
    #expect(type == .typeSymbolicLink)
  }

  @Test("What cannot be made is refused before anything is written")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path + "/no/out.csv"
    #expect(throws: FormatError.cannotWrite(file: missing, reason: "No such file or directory")) {
      try Self.write("a", to: missing)
    }
    #expect(throws: FormatError.cannotWrite(file: folder.path, reason: "it is a directory")) {
      try Self.write("a", to: folder.path)
    }
  }

  @Test("A full disk is an error, and the device stays a device")
  func full() {
    #expect(throws: FormatError.cannotWrite(file: "/dev/full", reason: "No space left on device")) {
      try Self.write("a\n", to: "/dev/full")
    }
    #expect(throws: FormatError.cannotWrite(file: "/dev/full", reason: "No space left on device")) {
      try Self.write(String(repeating: "a\n", count: 1 << 20), to: "/dev/full")
    }
    #expect(throws: Never.self) { try Self.write("a\n", to: "/dev/null") }
  }

  @Test("A file under a temporary name is removed by what a signal calls, one with its own name is not")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    var whole = try OutputSink(folder.path + "/whole.csv", isNameless: false)
    try whole.write("a\n")
    try whole.finish()
    var half = try OutputSink(folder.path + "/half.csv", isNameless: false)
    try half.write("b\n")
    #expect(folder.names.count == 2)
    // What the handler does to the files of this process: no other test makes one under a temporary name that stays.
    ci_remove_files()
    #expect(folder.names == ["whole.csv"])
    // The sink does not know, and says that its file is gone.
    #expect(throws: FormatError.self) { try half.finish() }
    #expect(folder.names == ["whole.csv"])
  }
}
