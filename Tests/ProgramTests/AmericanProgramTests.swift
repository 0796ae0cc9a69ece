import Foundation
import TestSupport
import Testing

@Suite("American options as a program")
struct AmericanProgramTests {
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard let header = lines.first?.map(String.init) else { return [] }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0.map(String.init))) }
  }

  private static let options = """
    id,type,spot,strike,years,vol,rate,dividend_yield
    open,put,100,100,1,0.25,0.05,0.05
    done,put,60,100,1,0.25,0.05,0.05
    never,call,100,100,1,0.25,0.05,0
    bad,put,100,x,1,0.25,0.05,0
    call,call,100,100,1,0.25,0.05,0.05

    """

  @Test("price --exercise american gives the published premium, the boundary and empty cells where nothing is given")
  func price() throws {
    let folder = try Folder()
    let file = folder.file("options.csv", Self.options)
    let answer = try Program.run(["price", file, "--exercise", "american", "--tolerance", "1e-10"])
    #expect(answer.status == 65 && answer.errors.contains("found 'x'"), "\(answer.errors)")
    let rows = rows(answer.output)
    #expect(rows.map { $0["id"] } == ["open", "done", "never", "bad", "call"])
    let european = self.rows(try Program.run(["price", file]).output)
    // Andersen, Lake and Offengenden (2016), the example of their paper.
    let premium = rows[0].number("value") - european[0].number("value")
    #expect((premium - 0.106952702747).magnitude < 1e-10)
    #expect(rows[0]["vanna"] == "" && rows[0]["status"] == "ok" && rows[0].number("exercise_boundary") < 100)
    #expect(rows[1]["value"] == "40" && rows[1]["delta"] == "-1" && rows[1]["detail"] == "exercised now")
    for column in ["value", "delta", "vanna", "ultima"] { #expect(rows[2][column] == european[2][column]) }
    #expect(rows[2]["exercise_boundary"] == "" && rows[2]["detail"] == "never exercised early")
    // The detail holds a comma, and an empty cell stands behind it.
    #expect(rows[3]["status"] == "invalid" && answer.output.contains("(line 5, column strike)\",\n"))
    // With equal rates a call at the money is the put.
    #expect((rows[4].number("value") - rows[0].number("value")).magnitude < 1e-9)
    #expect(answer.output.split(separator: "\n").allSatisfy { $0.filter { $0 == "," }.count >= 20 })
  }

  @Test("implied-vol --exercise american takes the values back to their volatility")
  func impliedVolatility() throws {
    let folder = try Folder()
    let priced = try Program.run(["price", folder.file("options.csv", Self.options), "--exercise", "american"])
    let values = rows(priced.output)
    var prices = "type,spot,strike,years,price,rate,dividend_yield\n"
    prices += "put,100,100,1,\(values[0]["value"] ?? ""),0.05,0.05\nput,60,100,1,40,0.05,0.05\n"
    prices += "put,60,100,1,39,0.05,0.05\nput,60,100,1,100.5,0.05,0.05\n"
    let answer = try Program.run(
      ["implied-vol", folder.file("prices.csv", prices), "--exercise", "american", "--tolerance", "1e-9"])
    #expect(answer.status == 0, "\(answer.errors)")
    let found = rows(answer.output)
    #expect(found.map { $0["status"] } == ["ok", "at_bound", "below_intrinsic", "above_maximum"])
    #expect((found[0].number("implied_vol") - 0.25).magnitude < 1e-7 && found[1]["implied_vol"] == "0")
  }

  @Test(
    "A tolerance that is out of reach, is no number or would do nothing is refused",
    arguments: [
      ["--exercise", "american", "--tolerance", "0"], ["--exercise", "american", "--tolerance", "-1e-8"],
      ["--exercise", "american", "--tolerance", "nan"], ["--exercise", "american", "--tolerance", "1e-13"],
      ["--exercise", "american", "--tolerance", "0.5"], ["--tolerance", "1e-8"], ["--exercise", "bermudan"],
    ])
  func refusals(_ arguments: [String]) throws {
    let folder = try Folder()
    let file = folder.file("options.csv", Self.options)
    for command in ["price", "implied-vol"] {
      let answer = try Program.run([command, file] + arguments)
      #expect(answer.status == 64 && answer.output.isEmpty, "\(command) \(arguments): \(answer.errors)")
    }
  }
}
