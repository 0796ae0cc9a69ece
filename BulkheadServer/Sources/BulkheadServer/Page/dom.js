// Makes and fills elements; text is always text and never markup.

const svgSpace = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== undefined && child !== null) node.append(child);
  }
  return node;
}

export const element = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const shape = (tag, attributes, ...children) => fill(document.createElementNS(svgSpace, tag), attributes, children);

export const byId = (id) => document.getElementById(id);

/** Writes a text only where it is another, so that nothing is laid out for nothing; true where it was. */
export function setText(node, text) {
  if (node.textContent === text) return false;
  node.textContent = text;
  return true;
}

export function options(select, items, chosen) {
  select.replaceChildren(...items.map(({ value, text, group }) => {
    const option = element("option", { value }, text);
    option.dataset.group = group ?? "";
    return option;
  }));
  const groups = [...new Set(items.map((item) => item.group).filter(Boolean))];
  for (const name of groups) {
    const group = element("optgroup", { label: name });
    group.append(...[...select.querySelectorAll("option")].filter((option) => option.dataset.group === name));
    select.append(group);
  }
  if (items.some((item) => item.value === chosen)) select.value = chosen;
}

/**
 * The roles are said, since a narrow page lays rows out as grids, and some browsers take them for no table then.
 * @param name What it is a table of, for who hears it.
 */
export function table(head, rows, name) {
  return element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": name },
    element("table", { role: "table" },
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, head.map((cell) =>
        element("th", { role: "columnheader", scope: "col", class: cell.class }, cell.text ?? cell)))),
      element("tbody", { role: "rowgroup" }, rows.map((row) => element("tr", { role: "row" }, row.map((cell) => {
        const node = cell instanceof Node ? cell
          : element("td", { class: cell?.class, "data-figure": cell?.figure }, String(cell?.text ?? cell ?? ""));
        node.setAttribute("role", "cell");
        return node;
      }))))));
}
