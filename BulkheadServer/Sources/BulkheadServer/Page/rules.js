// The same strategy under the rules of venues and regulators.

import { element, table } from "./dom.js";
import { none } from "./format.js";

export function rulesTable(comparison) {
  const amounts = comparison.rules.map((rule) => Number(rule.own_money ?? NaN)).filter(Number.isFinite);
  const most = Math.max(...amounts, 0);
  const bar = (text) => {
    const node = element("div", { class: "bar", "aria-hidden": "true" });
    node.style.width = most > 0 && text !== null ? `${(Number(text) / most) * 100}%` : "0";
    return node;
  };
  const money = (text, figure) => element("td", { "data-figure": figure }, text ?? none, text === null ? null : bar(text));
  const rows = comparison.rules.map((rule) => [
    element("td", { title: rule.source ?? "" }, rule.title ?? rule.rule), since(rule.effective),
    money(rule.own_money, `rule-${rule.rule}`), rule.initial?.total ?? none, rule.maintenance?.total ?? none,
    { text: rule.status === "ok" ? liquidationWords(rule.liquidation) : `${rule.status.replaceAll("_", " ")}: ${rule.detail}`, class: "words" },
  ]);
  return [
    element("p", { class: "note" }, `Own money to bring, initial and maintenance requirement, in ${comparison.currency}.`),
    table(["rule", "since", "own money", "initial", "maintenance", { text: "and would it still liquidate?", class: "words" }], rows, "rules"),
  ];
}

/** The day from which a rule's numbers hold; one that no venue has set is dated with the first day there is. */
function since(day) {
  if (!day) return "";
  return day <= "1970-01-01" ? "always" : day;
}

/** What happens if what the rule asks for is posted, and if the maximum loss is posted. */
function liquidationWords(liquidation) {
  if (!liquidation) return "";
  const asked = `as asked: ${liquidation.posted_as_asked.detail}`;
  const funded = liquidation.posted_to_the_maximum_loss;
  return funded ? `${asked}; with the maximum loss posted: ${funded.detail}` : asked;
}
