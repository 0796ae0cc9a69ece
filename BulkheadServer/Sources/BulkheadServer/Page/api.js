// Talks to the server that gave this page, and to nobody else.

export class Refusal extends Error {
  constructor({ code, message, where }) {
    super(where ? `${message} (${where})` : message);
    this.code = code;
    this.text = message;
    /** The request's key, or a place in its text; null where the whole is meant. */
    this.where = where;
  }
}

async function answer(response) {
  const text = await response.text();
  if (response.ok) return text;
  let error = { code: "own_bug", message: `the server answered ${response.status}`, where: null };
  try { error = JSON.parse(text).error; } catch { /* no answer of ours: the status is all there is */ }
  throw new Refusal(error);
}

/** A server that is gone is a refusal too; what was ended on purpose stays what it is. */
async function reach(path, request) {
  try { return await fetch(path, request); } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Refusal({ code: "unreachable", message: "the server does not answer: is `bulkhead serve` still running?", where: null });
  }
}

export const get = async (path) => JSON.parse(await answer(await reach(path)));

export const postText = async (operation, body, signal) =>
  answer(await reach(`v1/${operation}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal,
  }));

export const post = async (operation, body, signal) => JSON.parse(await postText(operation, body, signal));

/**
 * Runs the newest of many calls: while one is under way, only the last that came is kept.
 */
export function latest(work) {
  let running = null;
  let isWaiting = false;
  async function run() {
    try {
      do {
        isWaiting = false;
        await work();
      } while (isWaiting);
    } finally { running = null; }
  }
  return {
    ask() {
      if (running) isWaiting = true;
      else running = run();
    },
    /** The moment at which nothing is left to do. */
    settled: () => running ?? Promise.resolve(),
  };
}
