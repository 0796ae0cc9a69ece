// Talks to the server that gave this page, and to nobody else.

export class Refusal extends Error {
  constructor({ code, message, where }) {
    super(where ? `${message} (${where})` : message);
    this.code = code;
  }
}

async function answer(response) {
  const text = await response.text();
  if (response.ok) return text;
  let error = { code: "own_bug", message: `the server answered ${response.status}`, where: null };
  try { error = JSON.parse(text).error; } catch { /* no answer of ours: the status is all there is */ }
  throw new Refusal(error);
}

export const get = async (path) => JSON.parse(await answer(await fetch(path)));

export const postText = async (operation, body, signal) =>
  answer(await fetch(`v1/${operation}`, {
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
    do {
      isWaiting = false;
      await work();
    } while (isWaiting);
    running = null;
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
