/// The interface described for programs: OpenAPI 3.1, made from what the requests are read by.
enum InterfaceDescription {
  static let text = JSONText.text(document)

  private static let document: JSONValue = .object([
    ("openapi", .string("3.1.0")),
    (
      "info",
      .object([
        ("title", .string("Bulkhead")), ("version", .string("1")),
        (
          "description",
          .string(
            "The answers of the command line over HTTP: the body of a request holds the options of the command, hyphens "
              + "written as underscores, and the answer is what the command prints with --format json.")
        ),
      ])
    ),
    (
      "paths",
      .object(
        InterfaceOperation.allCases.map { ("/v1/\($0.rawValue)", .object([("post", operation($0))])) } + [
          ("/v1/strategies", get("The catalogue of structures", [])),
          ("/v1/markets", get("The markets that a request can name", [])),
          ("/v1/chain", get("A market's quotes, expiry by expiry", [marketParameter])),
          ("/openapi.json", get("This description", [])),
        ])
    ), ("components", .object([("schemas", .object([("error", error)]))])),
  ])

  private static func operation(_ operation: InterfaceOperation) -> JSONValue {
    .object([
      ("operationId", .string(operation.rawValue)),
      ("summary", .string("`bulkhead \(operation.rawValue)` of one strategy")),
      (
        "requestBody",
        .object([
          ("required", .bool(true)),
          ("content", .object([("application/json", .object([("schema", body(operation))]))])),
        ])
      ), ("responses", responses),
    ])
  }

  private static func body(_ operation: InterfaceOperation) -> JSONValue {
    .object([
      ("type", .string("object")), ("additionalProperties", .bool(false)),
      (
        "properties",
        .object(
          operation.keys.map { key in
            guard key != "strategy" else {
              return (
                key,
                .object([
                  ("type", .string("object")), ("description", .string("A strategy as its file has it; or legs.")),
                ])
              )
            }
            let isFlag =
              ["vol_relative", "surface", "probability"].contains(key)
              || (key == "liquidation" && operation == .compare)
            let types: JSONValue = isFlag ? .string("boolean") : .array([.string("string"), .string("number")])
            let text = descriptions[key] ?? "As --\(key.split(separator: "_").joined(separator: "-")) of the command."
            return (key, .object([("type", types), ("description", .string(text))]))
          })
      ),
    ])
  }

  private static let descriptions = [
    "market": "The name of a loaded market; may be left out where there is one.",
    "legs": "Legs on one line, such as -1C92000 -1P92000 @26DEC25; or strategy.",
    "fees": "A schedule's name, or ENTRY,EXIT totals in settlement currency.",
    "push_to": "A price, or a list of them, that a top-up should make safe.",
    "format": "json, or another form of the command.",
  ]

  private static let marketParameter: JSONValue = .object([
    ("name", .string("market")), ("in", .string("query")), ("required", .bool(false)),
    ("schema", .object([("type", .string("string"))])),
  ])

  private static func get(_ summary: String, _ parameters: [JSONValue]) -> JSONValue {
    .object([
      (
        "get",
        .object([
          ("summary", .string(summary)), ("parameters", .array(parameters)), ("responses", responses),
        ])
      )
    ])
  }

  /// Described by its own `schema` and `version`.
  private static let answer: JSONValue = .object([("type", .array([.string("object"), .string("array")]))])

  private static let responses: JSONValue = .object([
    (
      "200",
      .object([
        ("description", .string("The answer")),
        ("content", .object([("application/json", .object([("schema", answer)]))])),
      ])
    ),
    (
      "default",
      .object([
        ("description", .string("Why there is no answer")),
        (
          "content",
          .object([
            (
              "application/json",
              .object([("schema", .object([("$ref", .string("#/components/schemas/error"))]))])
            )
          ])
        ),
      ])
    ),
  ])

  private static let error: JSONValue = .object([
    ("type", .string("object")),
    (
      "properties",
      .object([
        (
          "error",
          .object([
            ("type", .string("object")),
            (
              "properties",
              .object([
                (
                  "code",
                  .object([
                    ("type", .string("string")),
                    ("enum", .array(InterfaceError.Code.allCases.map { .string($0.rawValue) })),
                  ])
                ), ("message", .object([("type", .string("string"))])),
                ("where", .object([("type", .array([.string("string"), .string("null")]))])),
              ])
            ),
          ])
        )
      ])
    ),
  ])
}
