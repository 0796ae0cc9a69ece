// What the reader chose, in the address behind #, so that a link shows the same.

import { isDecimal, isQuantity } from "./fields.js";

const fields = {
  market: "", structure: "iron-condor", expiry: "", far: "", strikes: "", hedge: "", legs: "", underlying: "", quantity: "1",
  settlement: "quote", fill: "worst", fees: "", policy: "", days: "0", spot: "0", vol: "0", maintenance: "none", deposit: "",
  budget: "", portfolio: "", open: "", rollTo: "", rollStrikes: "", rollMove: "all", rollSize: "", rollLegs: "",
};

export function read() {
  const chosen = new URLSearchParams(location.hash.slice(1));
  const state = Object.fromEntries(Object.entries(fields).map(([key, usual]) => [key, chosen.get(key) ?? usual]));
  state.source = chosen.has("legs") ? "legs" : "structure";
  return state;
}

export function link(state) {
  const chosen = new URLSearchParams();
  for (const [key, usual] of Object.entries(fields)) {
    if (key === "legs" ? state.source !== "legs" : state.source === "legs" && ["structure", "strikes", "expiry", "far", "hedge", "quantity"].includes(key)) continue;
    if (state[key] !== usual || key === "market" || key === "legs" || key === "structure") chosen.set(key, state[key]);
  }
  return `#${chosen}`;
}

/** What must be a number, and what it is where the address has none. */
const numbers = { quantity: "1", days: "0", spot: "0", vol: "0" };

/**
 * Replaces what an address has in the place of a number; returns what that was, for the reader.
 * @param ends The least and the greatest that each slider can have: what lies beyond becomes the nearer of them.
 */
export function mendNumbers(state, ends) {
  return Object.entries(numbers).flatMap(([key, usual]) => {
    const text = state[key];
    const isNumber = key === "quantity" ? isQuantity(text) : isDecimal(text);
    const mended = isNumber ? within(text, ends[key]) : usual;
    if (mended === text) return [];
    state[key] = mended;
    return [`${key} ${text}`];
  });
}

const within = (text, [least, greatest] = [-Infinity, Infinity]) =>
  Number(text) < least ? String(least) : Number(text) > greatest ? String(greatest) : text;

/** Without an entry in the history for every step of a slider. */
export const write = (state) => history.replaceState(null, "", link(state));

/** The strategy and its account as a request names them. */
export function strategyBody(state, definition) {
  const body = { market: state.market, fill: state.fill };
  if (state.settlement) body.settlement = state.settlement;
  if (state.fees.trim()) body.fees = state.fees.trim();
  if (state.source === "legs") {
    body.legs = state.legs;
    if (state.underlying) body.underlying = state.underlying;
    return body;
  }
  body.strategy = { name: definition?.name ?? state.structure, structure: state.structure, underlying: state.underlying, quantity: state.quantity };
  const expiries = [state.expiry, state.far].slice(0, Math.max(definition?.expiries ?? 1, 0));
  if (expiries.length) body.strategy.expiries = expiries;
  if (definition?.strikes) body.strategy.strikes = strikes(state);
  if (definition?.needs_hedge && state.hedge) body.strategy.hedge = state.hedge;
  return body;
}

/** What was asked for beside the figures: twins, roll, surface. */
export const isOpen = (state, part) => state.open.split(",").includes(part);

export function setOpen(state, part, isWanted) {
  const parts = state.open.split(",").filter((name) => name && name !== part);
  state.open = (isWanted ? [...parts, part] : parts).join(",");
}

/** Where the position is to be rolled; null where nothing was said. A position stated in full leaves nothing to move. */
export function rollBody(state) {
  const keys = state.rollLegs ? { to_legs: "rollLegs" } : { to: "rollTo", strikes: "rollStrikes", size: "rollSize" };
  const asked = Object.entries(keys).filter(([, key]) => state[key] !== "").map(([name, key]) => [name, state[key]]);
  if (!asked.length) return null;
  const move = state.rollLegs || state.rollMove === "all" ? {} : { move: state.rollMove };
  return { ...Object.fromEntries(asked), ...move, maintenance: state.maintenance };
}

/** The box whose liquidation is asked for. */
export const boxBody = (state) => ({ maintenance: state.maintenance, ...(state.deposit.trim() ? { deposit: state.deposit.trim() } : {}) });

/** How many lots are asked for. */
export function sizeBody(state) {
  const asked = ["budget", "portfolio"].map((key) => [key, state[key].trim()]).filter(([, text]) => text !== "");
  return Object.fromEntries(asked);
}

/** The grid of the heat map, which is the program's own for one strategy: `bulkhead analyze`, and `stress` as a picture. */
export const gridBody = (state) => ({ spot_shift: "-30:30:61", vol_shift: "-20:40:13", days: state.days });

/** True where the sliders stand elsewhere than now. */
export const isShifted = (state) => ["days", "spot", "vol"].some((key) => Number(state[key]) !== 0);

/** Places n listed strikes around the spot; on those with a price on both sides, which any structure can be filled at. */
export function firstStrikes(expiry, spot, count) {
  if (!expiry || count === 0) return [];
  const isQuoted = (index) => [expiry.calls, expiry.puts].every((side) => side.bid[index] !== null && side.ask[index] !== null && Number(side.ask[index]) > 0);
  let list = expiry.strikes.filter((_, index) => isQuoted(index));
  if (list.length < count) list = expiry.strikes;
  const nearest = list.reduce((best, strike, index) => (Math.abs(Number(strike) - spot) < Math.abs(Number(list[best]) - spot) ? index : best), 0);
  const step = Math.max(1, Math.min(Math.floor(list.length / 12), Math.floor((list.length - 1) / Math.max(1, count - 1))));
  const start = Math.max(0, Math.min(list.length - 1 - step * (count - 1), nearest - Math.round((step * (count - 1)) / 2)));
  return Array.from({ length: count }, (_, index) => list[start + index * step]).filter(Boolean);
}

export const strikes = (state) => (state.strikes ? state.strikes.split(",") : []);

/** What else an operation is asked with. */
export const withPolicy = (body, state) => (state.policy ? { ...body, policy: state.policy } : body);

/** The legs that are shown, as one line. */
export function legsLine(analysis) {
  return analysis.legs.map((leg) => {
    const found = leg.instrument.match(/-(\d+[A-Z]{3}\d+)-([\d.d]+)-([CP])$/);
    if (found) return `${leg.quantity}${found[3]}${found[2].replace("d", ".")}@${found[1]}`;
    const listed = leg.instrument.match(/(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/);
    if (listed) return `${leg.quantity}${listed[4]}${Number(listed[5]) / 1000}@20${listed[1]}-${listed[2]}-${listed[3]}`;
    return `${leg.quantity}U`;
  }).join(" ");
}
