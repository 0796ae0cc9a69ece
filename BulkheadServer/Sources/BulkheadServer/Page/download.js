// Files made on this machine: by the server, or from what it has answered.

import { byId, element } from "./dom.js";

function save(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const anchor = element("a", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The columns of a stress answer as rows, numbers as they were written. */
function stressCSV(stress) {
  const names = Object.keys(stress.scenarios);
  const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = (value) => (value === null ? "" : quoted(String(value)));
  const count = stress.scenarios.scenario.length;
  const lines = [["strategy", ...names, "currency"].join(",")];
  for (let index = 0; index < count; index += 1) {
    lines.push([quoted(stress.strategy), ...names.map((name) => cell(stress.scenarios[name][index])), stress.currency].join(","));
  }
  return `${lines.join("\n")}\n`;
}

const fileName = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "strategy";

/**
 * @param report The text of the analysis in a format; `stress` the grid that is shown, if one is; `refuse` shows a problem.
 */
export function bindDownloads({ report, name, stress, refuse }) {
  byId("download-csv").addEventListener("click", () => {
    const grid = stress();
    if (grid) save(`${fileName(grid.strategy)}-stress.csv`, stressCSV(grid), "text/csv");
  });
  for (const [format, type] of [["svg", "image/svg+xml"], ["html", "text/html"]]) {
    byId(`download-${format}`).addEventListener("click", async () => {
      try { save(`${fileName(name() ?? "strategy")}.${format}`, await report(format), type); } catch (problem) { refuse(problem); }
    });
  }
}
