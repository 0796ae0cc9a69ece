import ArgumentParser
import BulkheadServer
import Formats
import Glibc
import Hummingbird

/// `bulkhead-server`: what `bulkhead serve` starts.
@main
struct ServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bulkhead-server",
    abstract: "A page on this machine where strikes are dragged and the margin moves, and its JSON interface.",
    discussion: """
      It listens on 127.0.0.1 only. Standard output says the address, one line, once requests are answered; /openapi.json \
      describes the interface. Ctrl-C ends it.
      """,
    version: "bulkhead 0.1.0")

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A market that can be chosen; again for each (default: those that come along).", valueName: "file"))
  var market: [String] = []

  @Option(help: ArgumentHelp("The port; 0 takes one that is free.", valueName: "number"))
  var port = 8765

  @Option(
    name: .customLong("vol-surface"),
    help: ArgumentHelp(
      "Volatilities of the markets: quoted, svi or ssvi (default: each market's).", valueName: "surface"))
  var surface: String?

  @Option(
    help: ArgumentHelp("The page's files from this folder, read anew each time, to work on them.", valueName: "folder"))
  var page: String?

  @Option(help: ArgumentHelp("The file plotly.min.js, for surfaces in three dimensions.", valueName: "file"))
  var plotly: String?

  @Option(help: ArgumentHelp("In which a request must have come whole; slower clients are left.", valueName: "seconds"))
  var requestTime = 10

  func validate() throws {
    guard (1...3600).contains(requestTime) else {
      throw ValidationError("--request-time: found \(requestTime), wanted 1 to 3600 seconds")
    }
    guard (0...65_535).contains(port) else { throw ValidationError("--port: found \(port), wanted 0 to 65535") }
  }

  func run() async throws {
    let interface: JSONInterface
    do throws(FormatError) {
      let markets = market.isEmpty ? try ProgramData.markets() : market
      guard !markets.isEmpty else { throw .noInput(file: "Data/Markets", reason: "found no market, wanted --market") }
      interface = try JSONInterface(
        markets: markets, surface: surface.map { SurfaceChoice($0) }, dataFolders: ProgramData.folders())
    } catch {
      say(error.description)
      if case .noInput = error { throw ExitCode(66) }
      throw ExitCode(65)
    }
    for warning in interface.warnings { say(warning) }
    let responder = PageResponder(interface, files: PageFiles(folder: page, plotly: try plotly.map(library)))
    let server = LocalServer.application(responder, port: port, requestSeconds: requestTime) { port in
      ServerCommand.write("http://127.0.0.1:\(port)/", to: STDOUT_FILENO)
    }
    do { try await withTaskExecutorPreference(EventLoopTasks()) { try await server.runService() } } catch {
      say("bulkhead-server: error: port \(port) cannot be listened on: \(error)")
      throw ExitCode(1)
    }
  }

  private func library(_ path: String) throws -> [UInt8] {
    guard let bytes = PageFiles.bytes(of: path) else {
      say("\(path): error: cannot be read, wanted the file plotly.min.js")
      throw ExitCode(66)
    }
    return bytes
  }

  private func say(_ line: String) { ServerCommand.write(line, to: STDERR_FILENO) }

  private static func write(_ line: String, to descriptor: Int32) {
    let bytes = Array((line + "\n").utf8)
    unsafe bytes.withUnsafeBytes { unsafe _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}
