"""How long a move of a slider, and a step of a strike, take from the event to the paint that shows its answer: in a row, with a
slider away from now, and at a pace at which each move meets the slow parts of the page at work.

    python3 latency.py [moves]      60 moves by default; wants Playwright and chromium as test_page.py does
"""

import os
import statistics
import sys

from playwright.sync_api import sync_playwright

from page import BITCOIN, Server

# A frame is painted behind its callbacks: what runs after that callback runs after the paint.
SCRIPT = """async (count) => {
  const figure = () => document.querySelector('[data-figure="value"]');
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const changed = (before) => new Promise((done) => {
    const look = () => (figure()?.dataset.value !== before ? done() : undefined);
    const observer = new MutationObserver(() => { if (figure()?.dataset.value !== before) { observer.disconnect(); done(); } });
    observer.observe(document.getElementById('figures'), { childList: true, subtree: true, attributes: true });
    look();
  });
  const rest = (time) => new Promise((done) => setTimeout(done, time));
  const measure = async (move, pause = () => 20) => {
    const times = [];
    for (let index = 0; index < count; index += 1) {
      const before = figure().dataset.value;
      const next = changed(before);
      const start = performance.now();
      move(index);
      await next;
      await painted();
      times.push(performance.now() - start);
      await rest(pause(index));
    }
    return times;
  };
  const spot = document.getElementById('spot');
  const slider = await measure((index) => { spot.value = String(-15 + (index % 60) * 0.5); spot.dispatchEvent(new Event('input')); });
  const grip = document.querySelector('[data-strike="3"]');
  const press = (index) => grip.dispatchEvent(new KeyboardEvent('keydown', { key: index % 2 ? 'ArrowLeft' : 'ArrowRight' }));
  const aside = await measure(press);
  spot.value = '0';
  spot.dispatchEvent(new Event('input'));
  await rest(50);
  const strike = await measure(press);
  // Pauses in which the grid, the corridor and the rules have just begun, so that a move meets each of them.
  const slide = (index) => { spot.value = String(-15 + (index % 60) * 0.5); spot.dispatchEvent(new Event('input')); };
  const met = await measure(slide, (index) => 160 + (index * 7) % 160);
  return { 'slider': slider, 'strike': strike, 'strike, with a slider moved': aside, 'slider, while the slow parts run': met };
}"""


def main():
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    server = Server()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("BULKHEAD_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{server.address}#market={BITCOIN}&structure=iron-condor&expiry=2025-12-26&strikes=80000,85000,100000,105000")
            page.wait_for_selector('body[data-settled="1"]')
            for name, times in page.evaluate(SCRIPT, moves).items():
                times.sort()
                print(f"{name}: {len(times)} moves, event to paint in ms: median {statistics.median(times):.1f}, "
                      f"95th percentile {times[int(0.95 * len(times))]:.1f}, worst {times[-1]:.1f}")
            browser.close()
    finally:
        server.close()


if __name__ == "__main__":
    main()
