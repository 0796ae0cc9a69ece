import Foundation
import TestSupport
import Testing

@Suite("The program")
struct ProgramTests {
  // MARK: Help and options

  @Test("--version says name and version, and nothing on standard error")
  func version() throws {
    let answer = try Program.run(["--version"])
    #expect(answer.status == 0)
    #expect(answer.output.hasPrefix("bulkhead ") && answer.output.split(separator: "\n").count == 1)
    #expect(answer.errors == "")
  }

  @Test("--help lists the exit codes and the commands")
  func help() throws {
    let answer = try Program.run(["--help"])
    #expect(answer.status == 0)
    let lines = answer.output.split(separator: "\n").map { $0.drop { $0 == " " } }
    for code in [0, 1, 2, 64, 65, 66, 70, 73] {
      #expect(lines.contains { $0.hasPrefix("\(code) ") }, "\(code)")
    }
    for command in ["margin", "price", "implied-vol"] {
      #expect(lines.contains { $0.hasPrefix("\(command) ") }, "\(command)")
      #expect(try Program.run([command, "--help"]).status == 0)
    }
  }

  @Test(
    "A bad option ends with 64, a message and no output",
    arguments: [
      ["nonsense"], ["margin"], ["margin", "book.csv", "--nonsense"], ["margin", "book.csv", "-o"],
      ["margin", "book.csv", "--fail-on", "nonsense"], ["margin", "book.csv", "--fail-on", "max-loss=much"],
      ["margin", "book.csv", "--fail-on", "loss-share=0.5"], ["margin", "book.csv", "--basis", "-1"],
      ["margin", "book.csv", "--funding-cap", "1e-4"], ["margin", "book.csv", "--reference-price", "0"],
      ["price"], ["price", "a.csv", "b.csv"], ["implied-vol", "--quiet"],
    ])
  func badOption(_ arguments: [String]) throws {
    let answer = try Program.run(arguments)
    #expect(answer.status == 64)
    #expect(answer.output == "")
    #expect(!answer.errors.isEmpty)
  }

  // MARK: Data in, data out

  struct GoldenCase: Sendable, CustomTestStringConvertible {
    let command: String
    let input: String
    let status: Int32
    /// True where every byte must be met; else numbers may differ in their last digits.
    let isExact: Bool
    var testDescription: String { command }
  }

  @Test(
    "Golden files",
    arguments: [
      GoldenCase(command: "margin", input: "book.csv", status: 0, isExact: true),
      GoldenCase(command: "price", input: "options.csv", status: 65, isExact: false),
      GoldenCase(command: "implied-vol", input: "prices.csv", status: 65, isExact: false),
    ])
  func golden(_ golden: GoldenCase) throws {
    let wanted = try Fixture("Golden/\(golden.command).csv").text
    let answer = try Program.run([golden.command, Fixture("Golden/\(golden.input)").path])
    #expect(answer.status == golden.status)
    if golden.isExact {
      #expect(answer.output == wanted)
      return
    }
    let (found, expected) = (Self.cells(answer.output), Self.cells(wanted))
    try #require(found.count == expected.count)
    for (cell, wanted) in zip(found, expected) {
      if let number = Double(wanted), let value = Double(cell) {
        #expect(abs(value - number) <= 1e-9 * abs(number), "\(cell) for \(wanted)")
      } else {
        #expect(cell == wanted)
      }
    }
  }

  /// The texts between commas and line ends, which is enough to compare two outputs of one shape.
  private static func cells(_ text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "\n" }
  }

  @Test("Good data: an exit code of 0, rows on standard output, nothing on standard error")
  func good() throws {
    let folder = try Folder()
    let answer = try Program.run(["margin", folder.file("book.csv", Sample.book)])
    #expect(answer.status == 0 && answer.errors == "")
    #expect(answer.output.hasSuffix("\nlong call,quote,3002.5,,3002.50,0,true,95002.5,ok,,USD,3000,2.5,0.00\n"))
  }

  @Test(
    "A header alone is a report without rows",
    arguments: [
      ("margin", Sample.header), ("price", "type,spot,strike,years,vol\n"),
      ("implied-vol", "type,spot,strike,years,price\n"),
    ])
  func noRows(_ command: String, _ text: String) throws {
    let answer = try Program.run([command, "-"], input: text)
    #expect(answer.status == 0 && answer.errors == "")
    #expect(answer.output.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
  }

  @Test("Standard input is read as a file is", arguments: ["margin", "price"])
  func standardInput(_ command: String) throws {
    let folder = try Folder()
    let text = command == "margin" ? Sample.book : Sample.options
    let fromFile = try Program.run([command, folder.file("in.csv", text)])
    let fromInput = try Program.run([command, "-"], input: text)
    #expect(fromInput.status == 0 && fromInput.output == fromFile.output && !fromInput.output.isEmpty)
  }

  @Test("A pipe is read as a file is")
  func pipe() throws {
    let folder = try Folder()
    let pipe = folder.path + "/pipe"
    try #require(unsafe mkfifo(pipe, 0o600) == 0)
    let book = folder.file("book.csv", Sample.largeBook)
    let copy = Process()
    copy.executableURL = URL(fileURLWithPath: "/bin/sh")
    copy.arguments = ["-c", "cat '\(book)' > '\(pipe)'"]
    try copy.run()
    let answer = try Program.run(["margin", pipe])
    copy.waitUntilExit()
    #expect(answer.status == 0)
    #expect(answer.output == (try Program.run(["margin", book]).output))
  }

  @Test("The same input gives the same bytes")
  func repeatable() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.largeBook)
    let first = try Program.run(["margin", book])
    #expect(first.status == 0 && first.output.split(separator: "\n").count == 20_001)
    #expect(try Program.run(["margin", book]).output == first.output)
  }

  @Test("An unknown column is a warning on standard error")
  func warning() throws {
    let answer = try Program.run(["price", "-"], input: "type,spot,strike,years,vol,note\ncall,100,100,1,0.2,x\n")
    #expect(answer.status == 0)
    #expect(answer.errors.hasPrefix("standard input:1:28: warning: found column 'note', wanted one of id, type, spot,"))
    #expect(answer.output.contains(",ok,"))
  }

  // MARK: Bad data

  @Test("A bad row is written as invalid, the others are answered, and the exit code is 65")
  func badRow() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.badBook)
    let answer = try Program.run(["margin", book])
    #expect(answer.status == 65)
    let lines = answer.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(
      lines[1] == "bad,quote,,,,,,,invalid,\"found '-1', wanted a strike of 0 or more (line 2, column strike)\",,,,")
    #expect(lines[2].hasPrefix("good,quote,10,89990,10.00,"))
    #expect(
      answer.errors == """
        \(book):2:22: error: strike: found '-1', wanted a strike of 0 or more
        \(book): error: 1 of 2 answers are invalid

        """)
    let quiet = try Program.run(["margin", book, "--quiet"])
    #expect(quiet.status == 65 && quiet.errors == "\(book): error: 1 of 2 answers are invalid\n")
  }

  @Test("A broken file ends with 65, its place on standard error, and no output")
  func brokenFile() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.largeBook + "short row,call\n")
    let answer = try Program.run(["margin", book])
    #expect(answer.status == 65 && answer.output == "")
    #expect(
      answer.errors == "\(book):20002:15: error: found a row of 2 cells, wanted 10, as many as the header has\n")
    let empty = try Program.run(["price", folder.file("empty.csv", "")])
    #expect(empty.status == 65 && empty.output == "")
    let directory = try Program.run(["implied-vol", folder.path])
    #expect(directory.status == 65 && directory.output == "")
  }

  @Test("An input that is not there ends with 66 and no output", arguments: ["margin", "price", "implied-vol"])
  func noInput(_ command: String) throws {
    let folder = try Folder()
    let answer = try Program.run([command, folder.path + "/no.csv", "-o", folder.path + "/out.csv"])
    #expect(answer.status == 66 && answer.output == "")
    #expect(answer.errors == "\(folder.path)/no.csv: error: cannot be read: No such file or directory\n")
    #expect(folder.names.isEmpty)
  }

  // MARK: Where the output goes

  @Test("-o writes the bytes that standard output would have, and nothing else")
  func outputFile() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.badBook)
    let answer = try Program.run(["margin", book, "-o", folder.path + "/out.csv"])
    #expect(answer.status == 65 && answer.output == "")
    #expect(folder.text("out.csv") == (try Program.run(["margin", book]).output))
    #expect(folder.names == ["book.csv", "out.csv"])
  }

  @Test("The output may replace the input")
  func outputOverInput() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.largeBook)
    let wanted = try Program.run(["margin", book]).output
    #expect(try Program.run(["margin", book, "-o", book]).status == 0)
    #expect(folder.text("book.csv") == wanted)
  }

  @Test("A broken input leaves an old output as it was")
  func oldOutput() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.brokenBook)
    let answer = try Program.run(["margin", book, "-o", folder.file("out.csv", "old\n")])
    #expect(answer.status == 65)
    #expect(folder.text("out.csv") == "old\n" && folder.names == ["book.csv", "out.csv"])
  }

  @Test("An output that cannot be made ends with 73", arguments: ["/no/out.csv", "", "/book.csv/out.csv"])
  func cannotMake(_ name: String) throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.book)
    let answer = try Program.run(["margin", book, "-o", folder.path + name])
    #expect(answer.status == 73 && answer.output == "")
    #expect(answer.errors.hasPrefix("\(folder.path)\(name): error: cannot be written: "))
    #expect(folder.names == ["book.csv"])
  }

  @Test("A full disk ends with 73", arguments: [Sample.book, Sample.largeBook])
  func fullDisk(_ text: String) throws {
    let folder = try Folder()
    let book = folder.file("book.csv", text)
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let toOutput = try Program.run(["margin", book], output: full)
    #expect(toOutput.status == 73)
    #expect(toOutput.errors == "standard output: error: cannot be written: No space left on device\n")
    let toFile = try Program.run(["margin", book, "-o", "/dev/full"])
    #expect(toFile.status == 73)
    #expect(try Program.run(["--help"], output: full).status == 73)
  }

  @Test("A closed pipe ends quietly with 0", arguments: [Sample.book, Sample.largeBook, Sample.badBook])
  func closedPipe(_ text: String) throws {
    let folder = try Folder()
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let answer = try Program.run(
      ["margin", folder.file("book.csv", text)], output: pipe.fileHandleForWriting)
    #expect(answer.status == 0 && answer.errors == "")
  }

  // MARK: Limits

  @Test(
    "A breached limit ends with 2 after the output is complete",
    arguments: [
      (["--fail-on", "unbounded"], "naked: the loss is unbounded (up)"),
      (["--fail-on", "max-loss=5000"], "naked: the loss is unbounded, the limit is 5000"),
      (["--fail-on", "max-loss=2999.99"], "naked: the loss is unbounded, the limit is 2999.99 (and 1 more)"),
      (["--fail-on", "max-loss=5000", "--fail-on", "unbounded"], "naked: the loss is unbounded, the limit is 5000"),
    ])
  func breach(_ options: [String], _ message: String) throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.nakedBook)
    let answer = try Program.run(["margin", book] + options)
    #expect(answer.status == 2)
    #expect(answer.errors == "\(book): limit breached: \(message)\n")
    #expect(answer.output == (try Program.run(["margin", book]).output))
  }

  @Test("A limit that holds changes nothing; bad data come before a breach")
  func limits() throws {
    let folder = try Folder()
    #expect(
      try Program.run(["margin", folder.file("a.csv", Sample.book), "--fail-on", "max-loss=3002.5"]).status == 0)
    let bad = try Program.run(["margin", folder.file("b.csv", Sample.badBook), "--fail-on", "max-loss=1"])
    #expect(bad.status == 65)
    #expect(bad.errors.contains("limit breached: good: the maximum loss is 10 USD, the limit is 1"))
  }

  @Test("A strategy without a maximum loss breaches a limit to it, and is told where only an unbounded one would")
  func unchecked() throws {
    let book =
      Sample.header + "calendar,call,BTC,26DEC25,92000,-1,3000,,,\n" + "calendar,call,BTC,30JAN26,92000,1,5000,,,\n"
    let shut = try Program.run(["margin", "-", "--fail-on", "max-loss=1"], input: book)
    #expect(shut.status == 2)
    #expect(shut.errors.contains("no maximum loss (several_expiries), the limit is 1"))
    let answer = try Program.run(["margin", "-", "--fail-on", "unbounded"], input: book)
    #expect(answer.status == 0)
    #expect(
      answer.errors
        == "standard input: warning: 1 of 1 answers have no maximum loss that a limit could be compared with\n")
    #expect(try Program.run(["margin", "-"], input: book).errors == "")
  }

  @Test("A file that may not grow ends with 73, and leaves nothing")
  func sizeLimit() throws {
    let folder = try Folder()
    let book = folder.file("book.csv", Sample.largeBook)
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", "ulimit -f 8; exec '\(Program.path)' margin '\(book)' -o '\(folder.path)/out.csv'"]
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationReason == .exit && shell.terminationStatus == 73)
    #expect(folder.names == ["book.csv"])
  }

  @Test("A reserve is added to the margin and has its own, last column")
  func reserve() throws {
    let book = Sample.header + "p,perpetual,BTC,,,1,50000,,,\n"
    let answer = try Program.run(
      ["margin", "-", "--basis", "25", "--funding-cap", "0.001", "--hours", "9", "--reference-price", "60000"],
      input: book)
    #expect(answer.status == 0)
    #expect(
      answer.output.hasSuffix(
        ",requirement,reserve\np,quote,50000,,50145.00,0,true,50000,ok,,USD,0,0,50000.00,145.00\n"))
  }

  @Test("A foreign locale changes nothing")
  func locale() throws {
    let answer = try Program.run(["price", "-"], input: Sample.options, environment: ["LC_ALL": "de_DE.UTF-8"])
    #expect(answer.output == (try Program.run(["price", "-"], input: Sample.options).output))
    #expect(answer.status == 0)
  }
}
