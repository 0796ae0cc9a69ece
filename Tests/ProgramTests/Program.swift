import Foundation

/// The program as its users run it: a process with arguments, an exit code and two streams.
enum Program {
  struct Answer {
    let status: Int32
    let output: String
    let errors: String
  }

  struct NotBuilt: Error, CustomStringConvertible {
    let path: String
    var description: String { "found no program at \(path), wanted it built beside the tests: swift build" }
  }

  /// The program lies beside the test bundle, whatever the build folder is called.
  static let path: String = {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("bulkhead").path
  }()

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - input: What it reads from standard input.
  ///   - output: Where its standard output goes; nil catches it.
  ///   - errors: Where its standard error goes; nil catches it.
  ///   - workingFolder: From which it starts; nil is the tests' own.
  static func run(
    _ arguments: [String], input: String = "", output: FileHandle? = nil, errors: FileHandle? = nil,
    environment: [String: String]? = nil,
    folder workingFolder: String? = nil
  ) throws -> Answer {
    guard FileManager.default.isExecutableFile(atPath: path) else { throw NotBuilt(path: path) }
    let folder = try Folder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    if let environment { process.environment = environment }
    if let workingFolder { process.currentDirectoryURL = URL(fileURLWithPath: workingFolder) }
    // Files and not pipes: a full pipe would stop the program while nobody reads.
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.file("in", input)))
    process.standardOutput = try output ?? FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("out", "")))
    process.standardError = try errors ?? FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("err", "")))
    try process.run()
    process.waitUntilExit()
    let status = process.terminationReason == .exit ? process.terminationStatus : 1000 + process.terminationStatus
    return Answer(status: status, output: folder.text("out") ?? "", errors: folder.text("err") ?? "")
  }
}

/// A folder of its own for one test, gone with the value.
final class Folder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("bulkhead-program-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  func file(_ name: String, _ text: String) -> String {
    let file = path + "/" + name
    try? Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
  }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// Books and options files for the tests of the program.
enum Sample {
  static let header = "strategy,kind,underlying,expiry,strike,quantity,price,multiplier,settlement,fee\n"
  static let book = header + "long call,call,BTC,26DEC25,92000,1,3000,1,quote,2.5\n"
  static let badBook = header + "bad,call,BTC,26DEC25,-1,1,3000,,,\n" + "good,put,BTC,26DEC25,90000,1,10,,,\n"
  static let brokenBook = header + "short row,call\n"
  static let nakedBook =
    header + "naked,call,BTC,26DEC25,92000,-1,3000,,,\n" + "long,call,BTC,26DEC25,92000,1,3000,,,\n"
  static let options = "type,spot,strike,years,vol\ncall,100,100,1,0.2\n"

  /// A book whose report is larger than any pipe holds.
  static let largeBook = header + (0..<20_000).map { "s\($0),call,BTC,26DEC25,92000,1,\($0 + 1),,,\n" }.joined()
}
