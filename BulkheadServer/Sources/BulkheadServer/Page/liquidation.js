// The corridor of prices in which the box stays open, and how likely it is left.

import { element, table } from "./dom.js";
import { amount, figure, fixed, none, percent, price } from "./format.js";

/** The corridor in few words. */
export function corridorText(answer) {
  const day = answer.days[0];
  if (day.status === "none") return "all";
  if (day.status === "already_outside") return "none: outside already";
  const at = (end) => price(end, answer.spot);
  return `${day.lower === null ? "0" : at(day.lower)} to ${day.upper === null ? "any" : at(day.upper)}`;
}

export function corridorWords(answer) {
  const day = answer.days[0];
  const { currency, spot } = answer;
  const at = (end, style) => price(end, spot, style);
  const bound = (end) => (end === null ? "no bound" : at(end));
  const parts = [element("p", { "data-figure": "corridor", "data-status": day.status, "data-lower": day.lower ?? "", "data-upper": day.upper ?? "" },
    day.status === "none" ? "No price liquidates the box now."
      : day.status === "already_outside" ? "The box is outside already: it would be liquidated at this price."
        : `Safe now from ${bound(day.lower)} to ${bound(day.upper)}; spot ${at(spot)}.`)];
  parts.push(element("p", { class: "note" },
    `Deposit ${amount(answer.deposit, currency)} ${currency}, cash ${amount(answer.cash, currency, { rule: "down" })}; rule: ${answer.maintenance_text}. Certainty: ${proofWords(day)}.`));
  if (answer.top_up_for_none !== null) {
    parts.push(element("p", {}, `${answer.top_up_for_none} ${currency} more would make every price safe.`));
  }
  const bounds = day.bands.flatMap((band) => [
    band.lower && { ...band.lower, side: "liquidated above" }, band.upper && { ...band.upper, side: "liquidated below" },
  ]).filter(Boolean);
  if (bounds.length) {
    parts.push(table(["bound", "", "from spot", "deviations", "moves per unit deposited", "per volatility point", "per day"],
      bounds.map((bound) => [at(bound.price), bound.side, percent(bound.distance, 1, { sign: true }), fixed(bound.deviations, 2, { sign: true }),
        figure(bound.per_top_up, { sign: true }), at(bound.per_vol_point, { sign: true }), at(bound.per_day, { sign: true })]), "bounds"));
  }
  for (const note of day.notes) parts.push(element("p", { class: "note" }, note));
  return parts;
}

/** The probabilities of an answer, law by law and horizon by horizon. */
export function probabilityWords(section) {
  const rows = section.probabilities.flatMap((law) => law.horizons.map((horizon) => [
    `${law.measure.replaceAll("_", "-")}, ${law.method.replaceAll("_", " ")}`,
    `${figure(horizon.days, { digits: 1 })}${horizon.is_expiry ? " (expiry)" : ""}`,
    { text: percent(horizon.probability, 3), figure: horizon.is_expiry ? "probability-of-liquidation" : null },
    horizon.standard_error === null ? none : percent(horizon.standard_error, 3),
  ]));
  return [
    table(["law", "days", "probability of liquidation", "standard error"], rows, "probability of liquidation"),
    ...section.notes.map((note) => element("p", { class: "note" }, note)),
  ];
}

/** The probability that the box is liquidated before the legs expire together, under the first law; undefined without one. */
export const probabilityOf = (section) => section?.probabilities[0]?.horizons.find((horizon) => horizon.is_expiry)?.probability;

/** How strongly the bounds are known, and by what argument where that says more. */
function proofWords(day) {
  const [strength, proof] = [day.certificate, day.proof].map((word) => word.replaceAll("_", " "));
  return strength === proof ? strength : `${strength} (${proof})`;
}
