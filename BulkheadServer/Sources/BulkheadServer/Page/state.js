// What the reader chose, in the address behind #, so that a link shows the same.

const fields = {
  market: "", structure: "iron-condor", expiry: "", far: "", strikes: "", hedge: "", legs: "", underlying: "", quantity: "1",
  settlement: "quote", fill: "worst", fees: "", policy: "", days: "0", spot: "0", vol: "0", maintenance: "none", deposit: "",
  budget: "",
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

export const strikes = (state) => (state.strikes ? state.strikes.split(",") : []);

/** What else an operation is asked with. */
export const withPolicy = (body, state) => (state.policy ? { ...body, policy: state.policy } : body);
