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

const fileName = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "strategy";

/**
 * @param report The text of the analysis in a format; `stress` the rows of its grid; `refuse` shows a problem.
 */
export function bindDownloads({ report, stress, name, refuse }) {
  const kinds = [["csv", "text/csv", stress, "-stress"], ["svg", "image/svg+xml", report, ""], ["html", "text/html", report, ""]];
  for (const [format, type, text, part] of kinds) {
    byId(`download-${format}`).addEventListener("click", async () => {
      try { save(`${fileName(name() ?? "strategy")}${part}.${format}`, await text(format), type); } catch (problem) { refuse(problem); }
    });
  }
}
