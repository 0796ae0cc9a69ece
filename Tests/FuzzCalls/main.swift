// Calls the functions of the C interface with what bytes say; `Scripts/fuzz-calls` builds and starts it.
//
// Built with `-sanitize=fuzzer` it takes libFuzzer's options and makes up the bytes; built without, it makes the calls of
// the files that are named, or of the files in a folder, and says what each function answered.

import CFuzzer
import Glibc
import HostileCalls

func bytes(of path: String) -> [UInt8] {
  guard let file = fopen(path, "rb") else { return [] }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  return Array(bytes[..<fread(&bytes, 1, bytes.count, file)])
}

func files(below path: String) -> [String] {
  guard let folder = opendir(path) else { return [path] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    names.append(
      withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      })
  }
  return names.filter { !$0.hasPrefix(".") }.sorted().map { "\(path)/\($0)" }
}

guard fuzzer_is_linked() == 0 else {
  var (count, arguments) = (
    CommandLine.argc, CommandLine.unsafeArgv as UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
  )
  exit(
    LLVMFuzzerRunDriver(&count, &arguments) { start, count in
      let report = CallReport(of: Array(UnsafeBufferPointer(start: start, count: count)))
      if let fault = report.fault { fatalError("\(report.function): \(fault)") }
      return 0
    })
}

var answers: [String: [Int32: Int]] = [:]
var faults = 0
for path in CommandLine.arguments.dropFirst().flatMap(files(below:)) {
  let report = CallReport(of: bytes(of: path))
  answers[report.function.rawValue, default: [:]][report.code, default: 0] += 1
  if let fault = report.fault {
    print("\(path): \(report.function): \(fault)")
    faults += 1
  }
}
for (name, codes) in answers.sorted(by: { $0.key < $1.key }) {
  print(name, codes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))
}
exit(faults == 0 ? 0 : 1)
