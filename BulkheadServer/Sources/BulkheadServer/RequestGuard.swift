import Formats
import HTTPTypes
import Hummingbird

/// Refuses what does not come from this machine's own page or programs, before a body is read.
///
/// The server binds to the loopback address, so what could reach it from outside is a browser on this machine that a foreign
/// page has talked into it: under a name of its own that resolves to 127.0.0.1 (rebinding), by a form, or by a request
/// of its script. The first is told by the host's name, the others by where the browser says they come from and by
/// the type of the body, which a form cannot have.
enum RequestGuard {
  /// - Returns: Nil for a request that may pass.
  static func refusal(of request: Request) -> InterfaceError? {
    guard isOwn(request.head.authority ?? "") else {
      return InterfaceError(
        .wrongHost, "found host '\((request.head.authority ?? "").prefix(60))', wanted 127.0.0.1 or localhost")
    }
    if let origin = request.headers[.origin] {
      guard let host = origin.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).last,
        origin.hasPrefix("http://"), isOwn(String(host)), String(host) == request.head.authority
      else {
        return InterfaceError(.wrongHost, "found a request of origin '\(origin.prefix(60))', wanted the page's own")
      }
    }
    if let name = secFetchSite, let site = request.headers[name], !["same-origin", "none"].contains(site) {
      return InterfaceError(.wrongHost, "found a request from another site, wanted the page's own")
    }
    return nil
  }

  /// A body must say that it is JSON.
  static func mediaRefusal(of request: Request) -> InterfaceError? {
    let type = request.headers[.contentType] ?? ""
    let essence = type.prefix { $0 != ";" }.lowercased()
    guard essence == "application/json" else {
      return InterfaceError(.unsupportedMediaType, "found a body of '\(type.prefix(60))', wanted application/json")
    }
    return nil
  }

  private static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")

  /// `127.0.0.1`, `localhost` or `[::1]`, with or without a port.
  private static func isOwn(_ authority: String) -> Bool {
    for name in ["127.0.0.1", "localhost", "[::1]"] where authority.hasPrefix(name) {
      let port = authority.dropFirst(name.count)
      return port.isEmpty
        || (port.hasPrefix(":") && port.dropFirst().allSatisfy { $0.isASCII && $0.isNumber } && port.count > 1)
    }
    return false
  }
}
