// What else the position could be: the same payoff made of other options, or the position rolled.

import { element, table } from "./dom.js";
import { amount, figure, fixed, none, price } from "./format.js";
import { UNDECIDED } from "./words.js";

export const MOVES = ["all", "calls", "puts", "short", "long"];

const legsText = (legs) => legs.map((leg) => `${leg.quantity} ${leg.instrument}`).join(", ") || "cash alone";

export function twinsTable(answer) {
  const { currency } = answer;
  const cost = (value) => amount(value, currency);
  const rows = [
    [answer.structure ?? "as it is", { text: legsText(answer.legs), class: "words" }, "", cost(answer.cost), "", answer.margin.margin ?? words(answer.margin.status)],
    ...answer.twins.map((twin) => [
      element("td", { "data-figure": `twin-${twin.form}` }, twin.structure ?? words(twin.form)),
      { text: twin.problem ?? legsText(twin.legs), class: "words" }, twin.cash_at_expiry === null ? none : cost(twin.cash_at_expiry), cost(twin.cost),
      amount(twin.saving, currency, { sign: true }), twin.margin ? twin.margin.margin ?? words(twin.margin.status) : none,
    ]),
  ];
  return [
    table(["made of", { text: "legs", class: "words" }, "and cash at expiry", "cost", "saves", "margin"], rows, "twins"),
    element("p", { class: "note" }, `Amounts in ${currency}; the cost counts the cash at its value today.`),
  ];
}

const words = (status) => status.replaceAll("_", " ");

/** @param spot Of the underlying: prices are written with its digits. */
export function rollWords(answer, spot) {
  const { trades, before, after, since_entry: since, currency } = answer;
  const row = (term, read) => [term, read(before), read(after)];
  const up = (text) => amount(text, currency, { rule: "up" });
  const profit = (text) => amount(text, currency, { rule: "down", sign: true });
  const evens = (list) => list.map((text) => text.split("..").map((end) => (end ? price(end, spot) : "")).join("..")).join(", ") || "none";
  const isCoin = answer.settlement === "coin";
  const delta = (stage) => (isCoin ? figure(stage.delta) : fixed(stage.delta, 4));
  return [
    element("p", { "data-figure": "roll-cost" }, `Close ${legsText(trades.close)}; open ${legsText(trades.open)}. The trades cost ${up(trades.cost)} ${currency}, of which fees ${up(trades.fees)}; ${profit(trades.realised)} is realised.`),
    table(["", "before", "after"], [
      row("name", (stage) => stage.structure ?? none), row("maximum loss", (stage) => (stage.maximum_loss === null ? words(stage.status) : up(stage.maximum_loss))),
      row("margin", (stage) => stage.margin ?? "none"), row("maximum profit", (stage) => (stage.maximum_profit === null ? unlimited(stage) : profit(stage.maximum_profit))),
      row("break-evens", (stage) => (isOfSeveral(stage) ? "depend on volatility" : evens(stage.break_evens))),
      ["liquidated", { text: liquidation(before.liquidation, spot), figure: "roll-liquidation-before" }, { text: liquidation(after.liquidation, spot), figure: "roll-liquidation-after" }],
      row("delta", delta), row("vega, a point", (stage) => amount(stage.vega_per_vol_point, currency)), row("theta, a day", (stage) => amount(stage.theta_per_day, currency)),
    ], "before and after the roll"),
    element("p", { class: "note" }, `Counting everything since entry: maximum loss ${since.maximum_loss === null ? words(after.status) : up(since.maximum_loss)}, maximum profit ${since.maximum_profit === null ? unlimited(after) : profit(since.maximum_profit)}, break-evens ${isOfSeveral(after) ? "depend on volatility" : evens(since.break_evens)}${topUp(since.top_up, currency)}.`),
    ...[["before", before], ["after", after]].flatMap(([name, stage]) => reasons(name, stage, spot)),
  ];
}

const unlimited = (stage) => (["ok", "unbounded"].includes(stage.status) ? "unlimited" : words(stage.status));

/** True for legs of several expiries: what a later one is worth at the first is no function of the price alone. */
const isOfSeveral = (stage) => stage.status === "several_expiries" || /^(closed_at_first|each_held)/.test(stage.detail);

/** Why one side is as it is said to be. */
function reasons(name, stage, spot) {
  const found = [];
  if (stage.detail) found.push(["why", stage.status === "ok" ? stage.detail : `${words(stage.status)}: ${stage.detail}`]);
  if (stage.status === "several_expiries") found.push(["why", `several expiries: ${UNDECIDED}`]);
  if (stage.liquidation?.reason) found.push(["reason", `liquidated ${liquidation(stage.liquidation, spot)}: ${stage.liquidation.reason}`]);
  return found.map(([key, text]) => element("p", { class: "note", "data-figure": `roll-${key}-${name}` }, `${name}: ${text}`));
}

const topUp = (text, currency) =>
  text === null ? "" : text.startsWith("-") ? `; ${text.slice(1)} ${currency} come free` : `; ${text} ${currency} more to bring`;

function liquidation(found, spot) {
  if (!found) return none;
  const bounds = [["below", found.below], ["above", found.above]].filter(([, end]) => end !== null).map(([side, end]) => `${side} ${price(end, spot)}`);
  return bounds.join(", ") || (found.status === "none" ? "never" : found.status === "already_outside" ? "already" : words(found.status));
}
