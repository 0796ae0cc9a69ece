// Holds one build of the kernels to the reference tables and prints the worst errors found:
//
//     check-kernels
//
// Exits with 1 where a figure is outside what the tests allow. Scripts/check-builds runs it for every instruction set.

import Glibc
import TestSupport

let checks = try [
  TableCheck().outcome, GridCheck().outcome, ImpliedVolatilityCheck().outcome,
].flatMap { $0 }
for figure in checks {
  print("\(figure.name): \(figure.worst), allowed \(figure.allowed)\(figure.holds ? "" : "  EXCEEDED")")
}
exit(checks.allSatisfy(\.holds) ? 0 : 1)
