import Foundation
import TestSupport
import Testing

/// `bulkhead perpetuals` as a process: what it prints, where it prints it and how it ends.
@Suite struct PerpetualsCommandTests {
  private static let header = "kind,side,quantity,entry_price,margin,maintenance_rate\n"
  private static let good = header + "linear,long,1,60000,6000,0.005\n"

  @Test("Rows go to standard output, or to a file that appears whole; - is standard input")
  func output() throws {
    let folder = try Folder()
    let wanted = "id,liquidation_price,bankruptcy_price,status,detail\n1,54271.35678392,54000,ok,\n"
    let file = folder.file("positions.csv", Self.good)
    let direct = try Program.run(["perpetuals", file])
    #expect(direct.status == 0 && direct.output == wanted && direct.errors.isEmpty)
    let piped = try Program.run(["perpetuals", "-", "-o", folder.path + "/out.csv"], input: Self.good)
    #expect(piped.status == 0 && piped.output.isEmpty && folder.text("out.csv") == wanted)
  }

  @Test("A bad row is written, listed and ends with 65; the others are answered")
  func badRow() throws {
    let answer = try Program.run(["perpetuals", "-"], input: Self.good + "linear,long,0,1,1,0.1\n")
    #expect(answer.status == 65)
    #expect(answer.output.hasSuffix("2,,,invalid,\"found '0', wanted a number above 0 (line 3, column quantity)\"\n"))
    #expect(answer.output.contains("\n1,54271.35678392,54000,ok,\n"))
    #expect(answer.errors.contains(":3:13: error: quantity: found '0', wanted a number above 0"))
    let quiet = try Program.run(["perpetuals", "-", "--quiet"], input: Self.good + "linear,long,0,1,1,0.1\n")
    #expect(quiet.status == 65 && !quiet.errors.contains(":3:13:"))
  }

  @Test(
    "Whole-file faults leave no output", arguments: ["", "kind,side\n", header + "linear,long\n", header + "\"open\n"])
  func wholeFile(_ text: String) throws {
    let answer = try Program.run(["perpetuals", "-"], input: text)
    #expect(answer.status == 65 && answer.output.isEmpty && !answer.errors.isEmpty)
  }

  @Test("Missing inputs end with 66, bad options with 64, an output that cannot be made with 73")
  func codes() throws {
    #expect(try Program.run(["perpetuals", "/no/such/file.csv"]).status == 66)
    #expect(try Program.run(["perpetuals", "-", "--venue", "no-such-venue"], input: Self.good).status == 64)
    #expect(try Program.run(["perpetuals", "-", "--venue", "no-such.yaml"], input: Self.good).status == 66)
    #expect(try Program.run(["perpetuals", "-", "--format", "html"], input: Self.good).status == 64)
    #expect(try Program.run(["perpetuals"]).status == 64)
    #expect(try Program.run(["perpetuals", "-", "-o", "/no/such/folder/out.csv"], input: Self.good).status == 73)
    let folder = try Folder()
    let bad = folder.file("venue.yaml", "name: x\n")
    #expect(try Program.run(["perpetuals", "-", "--venue", bad], input: Self.good).status == 65)
  }

  @Test("A venue is found by name from any folder, and its tiers stand for the rate")
  func venue() throws {
    let folder = try Folder()
    let file = folder.file("positions.csv", "kind,side,quantity,entry_price,margin\nlinear,long,1,60000,6000\n")
    let answer = try Program.run(["perpetuals", file, "--venue", "binance-btcusdt"], folder: folder.path)
    #expect(answer.status == 0 && answer.output.hasSuffix("\n1,54221.10552764,54000,ok,\n"), "\(answer.errors)")
    let without = try Program.run(["perpetuals", file])
    #expect(without.status == 65 && without.errors.contains("maintenance_rate"))
  }
}
