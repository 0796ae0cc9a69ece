import ArgumentParser
import Formats
import Glibc

/// `bulkhead serve`
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "A page on this machine where strikes are dragged and the margin moves, and its JSON interface.",
    discussion: """
      The page is a program of its own, bulkhead-server, which is built at its first use (some minutes, once) where this \
      one lies in the project, and else looked for beside this one. It listens on 127.0.0.1 only, says its address in one \
      line on standard output, and ends with Ctrl-C. /openapi.json describes the interface.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A market that can be chosen; again for each (default: those that come along).", valueName: "file"))
  var market: [String] = []

  @Option(help: ArgumentHelp("The port; 0 takes one that is free.", valueName: "number"))
  var port = 8765

  @OptionGroup var surface: SurfaceOptions

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port: found \(port), wanted 0 to 65535") }
  }

  func run() throws {
    let server = try ServerProgram.find()
    var arguments = [server.path, "--port", "\(port)"]
    for file in market { arguments += ["--market", file] }
    if let name = surface.surface { arguments += ["--vol-surface", name] }
    if let plotly = server.plotly { arguments += ["--plotly", plotly] }
    throw ServerProgram.replaceThisProgram(arguments)
  }
}

/// Where `bulkhead-server` lies, and how this program becomes it.
enum ServerProgram {
  struct Found {
    let path: String
    /// The library of charts in three dimensions, where set-up has fetched it.
    let plotly: String?
  }

  /// The script that sets the page up and builds its server, and says where it is.
  private static let script = "/Scripts/set-up-page"

  /// Beside this program, else built by the project that this program lies in.
  static func find() throws(Failure) -> Found {
    let folders = ProgramData.folders().map { String($0.dropLast("/Data".count)) }
    // An installed program has its server beside it.
    if let own = folders.first, isProgram(own + "/bulkhead-server") {
      let plotly = own + "/plotly.min.js"
      return Found(path: own + "/bulkhead-server", plotly: isThere(plotly) ? plotly : nil)
    }
    guard let root = folders.first(where: { isProgram($0 + script) }) else {
      throw Failure(
        .noInput,
        "error: found no bulkhead-server beside this program, wanted it there: Scripts/set-up-page of the project builds it"
      )
    }
    let status = run([root + script])
    guard status == 0 else { throw Failure(.ownBug, "error: \(root + script) ended with code \(status)") }
    let built = root + "/BulkheadServer/.build"
    let plotly = built + "/page/plotly.min.js"
    return Found(path: built + "/release/bulkhead-server", plotly: isThere(plotly) ? plotly : nil)
  }

  private static func isProgram(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }
  private static func isThere(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  /// Runs a program to its end with this one's streams, and gives its exit code.
  private static func run(_ arguments: [String]) -> Int32 {
    var child = pid_t()
    let spawned = unsafe withArguments(arguments) { unsafe posix_spawn(&child, arguments[0], nil, nil, $0, environ) }
    guard spawned == 0 else { return 127 }
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { return 127 }
    }
    // Ended by a signal, or the code behind it.
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }

  /// Signals, streams and the process's number stay those of the one that was started.
  ///
  /// - Returns: Why that was not possible; else it never returns.
  static func replaceThisProgram(_ arguments: [String]) -> Failure {
    // What this program has set aside for itself is not the other's wish.
    for signal in [SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP] { _ = Glibc.signal(signal, SIG_DFL) }
    _ = unsafe withArguments(arguments) { unsafe execv(arguments[0], $0) }
    let reason = unsafe String(cString: strerror(errno))
    return Failure(.ownBug, "\(arguments[0]): error: cannot be started: \(reason)")
  }

  private static func withArguments(
    _ arguments: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32
  ) -> Int32 {
    let pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
    return unsafe body(pointers)
  }
}
