import Foundation
import Testing

/// Signals in the middle of work. The work waits for a pipe, so that no test depends on how long anything takes.
@Suite("Interrupted work")
struct InterruptTests {
  @Test("A signal ends the program by that signal and leaves no output", arguments: [SIGINT, SIGTERM, SIGHUP])
  func signals(_ number: Int32) throws {
    let folder = try Folder()
    let old = folder.file("out.csv", "old\n")
    let input = folder.path + "/in.csv"
    try #require(unsafe mkfifo(input, 0o600) == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["price", input, "-o", old]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    // Whoever runs the tests in the background may have the signal ignored, which the program would inherit and keep.
    for number in [SIGINT, SIGTERM, SIGHUP] { _ = signal(number, SIG_DFL) }
    try process.run()
    // Opening waits until the program opens the other end; it then waits for the rest of its input.
    let writer = try #require(FileHandle(forWritingAtPath: input))
    try writer.write(contentsOf: Data("id,type,spot,strike,years,vol\n1,call,100,100,1,0.2\n".utf8))
    #expect(kill(process.processIdentifier, number) == 0)
    // The signal is there before the end of the input, and so a program that does not heed it ends, and ends well.
    try writer.close()
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == number)
    #expect(folder.names == ["in.csv", "out.csv"])
    #expect(folder.text("out.csv") == "old\n")
  }

  @Test("Compressed in and out by the name of the file")
  func compressed() throws {
    let folder = try Folder()
    let options = folder.file("in.csv", "id,type,spot,strike,years,vol\n1,call,100,100,1,0.2\n2,put,100,90,1,0.3\n")
    let first = try Program.run(["price", options, "-o", folder.path + "/out.csv.gz"])
    #expect(first.status == 0)
    // A report is an options file to nobody, so that it is refused for its columns: it has been read.
    let again = try Program.run(["price", folder.path + "/out.csv.gz"])
    #expect(again.status == 65)
    #expect(again.errors.contains("found columns 'id', 'value', 'delta'"))
    let garbage = folder.file("bad.csv.gz", "id,type\n")
    let refused = try Program.run(["price", garbage])
    #expect(refused.status == 65 && refused.output.isEmpty)
    #expect(refused.errors.contains("damaged gzip data"))
  }
}
