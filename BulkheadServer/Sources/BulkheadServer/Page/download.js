// Files made on this machine: by the server, or from what it has answered.

import { element } from "./dom.js";

export function save(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const anchor = element("a", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The columns of a stress answer as rows, numbers as they were written. */
export function stressCSV(stress) {
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

export const fileName = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "strategy";
