// What else the position could be: the same payoff made of other options, or the position rolled.

import { element, table } from "./dom.js";
import { figure, missing } from "./format.js";

export const MOVES = ["all", "calls", "puts", "short", "long"];

const legsText = (legs) => legs.map((leg) => `${leg.quantity} ${leg.instrument}`).join(", ") || "cash alone";

export function twinsTable(answer) {
  const rows = [
    [answer.structure ?? "as it is", { text: legsText(answer.legs), class: "words" }, "", figure(answer.cost), "", answer.margin.margin ?? answer.margin.status],
    ...answer.twins.map((twin) => [
      element("td", { "data-figure": `twin-${twin.form}` }, twin.structure ?? twin.form.replaceAll("_", " ")),
      { text: twin.problem ?? legsText(twin.legs), class: "words" }, twin.cash_at_expiry ?? missing, figure(twin.cost),
      figure(twin.saving, { sign: true }), twin.margin ? twin.margin.margin ?? twin.margin.status : missing,
    ]),
  ];
  return [
    table(["made of", { text: "legs", class: "words" }, "and cash at expiry", "cost", "saves", "margin"], rows, "twins"),
    element("p", { class: "note" }, `Amounts in ${answer.currency}; the cost counts the cash at its value today.`),
  ];
}

export function rollWords(answer) {
  const { trades, before, after, since_entry: since, currency } = answer;
  const row = (term, read) => [term, read(before), read(after)];
  return [
    element("p", { "data-figure": "roll-cost" }, `Close ${legsText(trades.close)}; open ${legsText(trades.open)}. The trades cost ${trades.cost} ${currency}, of which fees ${trades.fees}; ${trades.realised} is realised.`),
    table(["", "before", "after"], [
      row("name", (stage) => stage.structure ?? missing), row("maximum loss", (stage) => stage.maximum_loss ?? stage.status),
      row("margin", (stage) => stage.margin ?? missing), row("maximum profit", (stage) => stage.maximum_profit ?? missing),
      row("break-evens", (stage) => stage.break_evens.join(", ") || "none"),
      ["liquidated", { text: liquidation(before.liquidation), figure: "roll-liquidation-before" }, { text: liquidation(after.liquidation), figure: "roll-liquidation-after" }],
      row("delta", (stage) => figure(stage.delta)), row("vega, a point", (stage) => figure(stage.vega_per_vol_point)), row("theta, a day", (stage) => figure(stage.theta_per_day)),
    ], "before and after the roll"),
    element("p", { class: "note" }, `Counting everything since entry: maximum loss ${since.maximum_loss ?? "none"}, maximum profit ${since.maximum_profit ?? "none"}, break-evens ${since.break_evens.join(", ") || "none"}${topUp(since.top_up, currency)}.`),
  ];
}

const topUp = (amount, currency) =>
  amount === null ? "" : amount.startsWith("-") ? `; ${amount.slice(1)} ${currency} come free` : `; ${amount} ${currency} more to bring`;

function liquidation(found) {
  if (!found) return missing;
  const bounds = [found.below === null ? null : `below ${figure(found.below)}`, found.above === null ? null : `above ${figure(found.above)}`].filter(Boolean);
  return bounds.join(", ") || (found.status === "none" ? "never" : found.status.replaceAll("_", " "));
}
