import Formats

/// Why a command ends with an exit code other than 0: thrown by a command, told on standard error by the program.
struct Failure: Error {
  /// The exit codes, those of `sysexits.h` where it has one.
  enum Code: Int32 {
    case done = 0
    case failed = 1
    case limitBreached = 2
    case badOption = 64
    case badData = 65
    case noInput = 66
    case ownBug = 70
    case cannotWrite = 73
  }

  let code: Code
  /// What standard error says; nil for nothing.
  let message: String?

  init(_ code: Code, _ message: String?) {
    self.code = code
    self.message = message
  }

  init(_ error: StatementError) {
    switch error {
    case .option(let text): self.init(.badOption, text)
    case .strategy(let text): self.init(.badData, text)
    case .format(let error): self.init(error)
    }
  }

  init(_ error: FormatError) {
    switch error {
    case .noInput: self.init(.noInput, error.description)
    case .malformed, .refused: self.init(.badData, error.description)
    case .cannotWrite: self.init(.cannotWrite, error.description)
    case .closedPipe: self.init(.done, nil)
    }
  }
}
