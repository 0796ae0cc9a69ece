import BulkheadServer
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Testing

/// Requests to the responder itself, without a port.
@Suite struct PageResponderTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static let responder = Result { () throws -> PageResponder in
    PageResponder(
      try JSONInterface(
        markets: ["\(root)/Data/Markets/deribit-btc-2025-12-05.yaml", "\(root)/Data/Markets/goog-2015-12-23.yaml"],
        dataFolders: ["\(root)/Data"]),
      files: PageFiles())
  }

  struct Answer {
    let status: Int
    let headers: HTTPFields
    let text: String

    var code: String? {
      let root = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      return (root?["error"] as? [String: Any])?["code"] as? String
    }
  }

  static func ask(
    _ method: HTTPRequest.Method, _ path: String, body: String = "", host: String = "127.0.0.1:8765",
    type: String? = "application/json", _ others: [(String, String)] = []
  ) async throws -> Answer {
    var fields = HTTPFields()
    if let type, method == .post { fields[.contentType] = type }
    for (name, value) in others { fields[try #require(HTTPField.Name(name))] = value }
    let request = Request(
      head: HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields),
      body: RequestBody(buffer: ByteBuffer(string: body)))
    let context = PageResponder.Context(
      source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "tests")))
    let response = try await responder.get().respond(to: request, context: context)
    let collector = Collector()
    try await response.body.write(collector)
    return Answer(
      status: response.status.code, headers: response.headers, text: String(buffer: collector.buffer))
  }

  final class Collector: ResponseBodyWriter, @unchecked Sendable {
    var buffer = ByteBuffer()
    func write(_ part: ByteBuffer) async throws { buffer.writeImmutableBuffer(part) }
    func finish(_ trailing: HTTPFields?) async throws {}
  }

  static let condor = """
    {"market": "deribit-btc-2025-12-05", "strategy": {"structure": "iron-condor", "expiry": "26DEC25",
     "strikes": [80000, 85000, 100000, 105000], "settlement": "quote"}}
    """

  @Test("Every file of the page is there, with a policy that lets in nothing from elsewhere")
  func files() async throws {
    let page = try await Self.ask(.get, "/")
    #expect(page.status == 200)
    #expect(page.headers[.contentType] == "text/html; charset=utf-8")
    let policy = page.headers[.contentSecurityPolicy] ?? ""
    #expect(policy.hasPrefix("default-src 'none'"))
    #expect(!policy.contains("unsafe") && !policy.contains("http"))
    for name in ["main.js", "chart.js", "style.css", "surface.js"] {
      #expect(page.text.contains("http") == false)
      #expect(try await Self.ask(.get, "/\(name)").status == 200, "\(name)")
    }
    // Every module that another imports is one of the files.
    for name in [
      "main.js", "chart.js", "fields.js", "state.js", "figures.js", "heatmap.js", "words.js", "rules.js",
      "liquidation.js",
    ] {
      let text = try await Self.ask(.get, "/\(name)").text
      for match in text.matches(of: /from "\.\/([a-z]+\.js)"/) {
        #expect(try await Self.ask(.get, "/\(match.1)").status == 200, "\(name) imports \(match.1)")
      }
    }
    #expect(try await Self.ask(.get, "/plotly.min.js").status == 404)
  }

  @Test("Operations answer what the interface answers", arguments: InterfaceOperation.allCases)
  func operations(_ operation: InterfaceOperation) async throws {
    let body = operation == .roll ? String(Self.condor.dropLast(1)) + #", "size": 2}"# : Self.condor
    let answer = try await Self.ask(.post, "/v1/\(operation.rawValue)", body: body)
    #expect(answer.status == 200, "\(answer.text)")
    #expect(answer.headers[.contentType] == "application/json")
    #expect(answer.headers[.cacheControl] == "no-store")
    #expect(answer.headers[.accessControlAllowOrigin] == nil)
    let own = try JSONInterface(
      markets: ["\(Self.root)/Data/Markets/deribit-btc-2025-12-05.yaml"], dataFolders: ["\(Self.root)/Data"])
    #expect(answer.text == (try own.answer(operation, Array(body.utf8))).text)
  }

  @Test(
    "What needs no body is got",
    arguments: ["/v1/strategies", "/v1/markets", "/openapi.json", "/v1/chain?market=goog-2015-12-23"])
  func lists(path: String) async throws {
    let answer = try await Self.ask(.get, path)
    #expect(answer.status == 200)
    #expect((try? JSONSerialization.jsonObject(with: Data(answer.text.utf8))) != nil)
    #expect(try await Self.ask(.head, path).text == "")
  }

  static let refused: [(method: HTTPRequest.Method, path: String, status: Int, code: String)] = [
    (.get, "/v1/analyze", 405, "method_not_allowed"), (.put, "/v1/stress", 405, "method_not_allowed"),
    (.delete, "/", 405, "method_not_allowed"), (.post, "/v1/strategies", 405, "method_not_allowed"),
    (.post, "/index.html", 405, "method_not_allowed"), (.get, "/nothing", 404, "not_found"),
    (.post, "/v1/explain", 404, "not_found"), (.get, "/v1/", 404, "not_found"),
    (.get, "/../../etc/passwd", 404, "not_found"), (.get, "/%2e%2e/%2e%2e/etc/passwd", 404, "not_found"),
    (.get, "//etc/passwd", 404, "not_found"), (.get, "/Page/main.js", 404, "not_found"),
    (.get, "/v1/chain", 404, "unknown_market"), (.get, "/v1/chain?market=../x", 404, "unknown_market"),
    (.post, "/v1/analyze", 400, "bad_request"),
  ]

  @Test("Wrong methods and paths are told apart", arguments: refused)
  func refusals(method: HTTPRequest.Method, path: String, status: Int, code: String) async throws {
    let answer = try await Self.ask(method, path)
    #expect(answer.status == status)
    #expect(answer.code == code)
    #expect(answer.headers[.contentSecurityPolicy] != nil)
  }

  static let hosts: [(host: String, others: [(String, String)], isOwn: Bool)] = [
    ("127.0.0.1:8765", [], true), ("localhost", [], true), ("localhost:80", [], true), ("[::1]:8765", [], true),
    ("evil.example", [], false), ("127.0.0.1.evil.example", [], false), ("localhost.evil.example:8765", [], false),
    ("localhost:", [], false), ("localhost:80a", [], false), ("", [], false), ("192.168.0.1", [], false),
    ("127.0.0.1:8765", [("Origin", "http://127.0.0.1:8765")], true),
    ("127.0.0.1:8765", [("Origin", "http://evil.example")], false),
    ("127.0.0.1:8765", [("Origin", "http://127.0.0.1:9999")], false), ("127.0.0.1:8765", [("Origin", "null")], false),
    ("127.0.0.1:8765", [("Sec-Fetch-Site", "same-origin")], true),
    ("127.0.0.1:8765", [("Sec-Fetch-Site", "cross-site")], false),
  ]

  @Test("Only this machine's own page and programs are answered", arguments: hosts)
  func host(_ host: String, _ others: [(String, String)], _ isOwn: Bool) async throws {
    let answer = try await Self.ask(.post, "/v1/margin", body: Self.condor, host: host, others)
    #expect(answer.status == (isOwn ? 200 : 403))
    if !isOwn { #expect(answer.code == "wrong_host") }
  }

  @Test("A body of another type, or too large, is not read")
  func bodies() async throws {
    for type in [nil, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
      #expect(try await Self.ask(.post, "/v1/margin", body: Self.condor, type: type).code == "unsupported_media_type")
    }
    #expect(
      try await Self.ask(.post, "/v1/margin", body: Self.condor, type: "Application/JSON; charset=utf-8").status == 200)
    let large = String(repeating: " ", count: PageResponder.bodyLimit + 1)
    for fields in [[], [("Content-Length", "\(large.utf8.count)")]] {
      let answer = try await Self.ask(.post, "/v1/margin", body: large, fields)
      #expect(answer.status == 413)
      #expect(answer.code == "too_large")
      #expect(answer.headers[.connection] == "close")
    }
    // The limit itself is allowed: blanks before a good body.
    let blanks = String(repeating: " ", count: PageResponder.bodyLimit - Self.condor.utf8.count)
    #expect(try await Self.ask(.post, "/v1/margin", body: blanks + Self.condor).status == 200)
  }

  static let bad: [(body: String, status: Int, code: String)] = [
    (#"{"a": NaN}"#, 400, "bad_request"), (#"{"legs": "+U", "legs": "+U"}"#, 400, "bad_request"),
    (String(repeating: "[", count: 10_000), 400, "bad_request"), ("\u{0}", 400, "bad_request"),
    (#"{"market": "goog-2015-12-23", "legs": "+U", "spot_shift": 1}"#, 400, "bad_request"),
    (#"{"market": "goog-2015-12-23", "legs": "+Q"}"#, 422, "bad_option"),
    (#"{"market": "goog-2015-12-23", "strategy": []}"#, 422, "bad_strategy"),
  ]

  @Test("A wrong body is a typed error", arguments: bad)
  func wrong(body: String, status: Int, code: String) async throws {
    let answer = try await Self.ask(.post, "/v1/analyze", body: body)
    #expect(answer.status == status)
    #expect(answer.code == code)
  }
}
