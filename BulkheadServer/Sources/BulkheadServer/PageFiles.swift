import Glibc
import NIOCore

/// The files of the page: those inside the program, or those of a folder, which is read anew for each request.
public struct PageFiles: Sendable {
  struct File: Sendable {
    let bytes: ByteBuffer
    let mediaType: String
  }

  private let own: [String: File]
  private let folder: String?

  /// - Parameters:
  ///   - folder: In place of the files inside the program; nil for those.
  ///   - plotly: The library of charts in three dimensions; nil for a page without them.
  public init(folder: String? = nil, plotly: [UInt8]? = nil) {
    self.folder = folder
    var files: [String: File] = [:]
    for (name, bytes) in PageFiles.embedded {
      files[name] = File(bytes: ByteBuffer(bytes: bytes), mediaType: PageFiles.mediaType(of: name))
    }
    if let plotly {
      files["plotly.min.js"] = File(bytes: ByteBuffer(bytes: plotly), mediaType: "text/javascript; charset=utf-8")
    }
    own = files
  }

  /// True where the page can draw in three dimensions.
  public var hasPlotly: Bool { own["plotly.min.js"] != nil }

  /// - Parameter path: Of the request, such as `/` or `/main.js`; only the names of the page's own files are known.
  func file(at path: String) -> File? {
    let name = path == "/" ? "index.html" : String(path.dropFirst())
    guard let known = own[name] else { return nil }
    guard let folder, name != "plotly.min.js" else { return known }
    return PageFiles.bytes(of: "\(folder)/\(name)").map {
      File(bytes: ByteBuffer(bytes: $0), mediaType: known.mediaType)
    }
  }

  /// A whole file; nil where it cannot be read, or is larger than 16 MiB.
  public static func bytes(of path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= 16 << 20 {
      let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      guard count > 0 else { return nil }
      bytes += block[..<count]
    }
    return nil
  }

  private static func mediaType(of name: String) -> String {
    if name.hasSuffix(".html") { return "text/html; charset=utf-8" }
    if name.hasSuffix(".css") { return "text/css; charset=utf-8" }
    if name.hasSuffix(".svg") { return "image/svg+xml" }
    return "text/javascript; charset=utf-8"
  }
}
