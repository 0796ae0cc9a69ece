"""Drives the page in a browser and compares what it shows with what the program prints.

Wants Playwright and Debian's chromium; Scripts/test-page sets both up. BULKHEAD_SCREENSHOTS=folder keeps pictures.
"""

import decimal
import os
import pathlib
import re
import unittest

from playwright.sync_api import sync_playwright

from page import BITCOIN, GOOGLE, PLOTLY, Server, facts, printed, program

# The program's own grid of a single strategy.
GRID = ["--spot-shift", "-30:30:61", "--vol-shift", "-20:40:13"]
STRIKES = [80000, 85000, 100000, 105000]
CONDOR = "market=" + BITCOIN + "&structure=iron-condor&expiry=2025-12-26&strikes=80000,85000,100000,105000"


def condor(strikes=STRIKES, quantity="1", name="Iron condor", structure="iron-condor", settlement="quote"):
    return {"settlement": settlement, "name": name, "structure": structure, "underlying": "BTC", "quantity": quantity, "expiries": ["2025-12-26"],
            "strikes": [str(strike) for strike in strikes]}


def up(text, decimals):
    """An exact amount as losses and costs are written."""
    return str(decimal.Decimal(text).quantize(decimal.Decimal(1).scaleb(-decimals), decimal.ROUND_CEILING))


def down(text, decimals=2):
    """As profits are written, with their sign."""
    return f"{decimal.Decimal(text).quantize(decimal.Decimal(1).scaleb(-decimals), decimal.ROUND_FLOOR):+}"


def near(text, decimals=2):
    return str(decimal.Decimal(text).quantize(decimal.Decimal(1).scaleb(-decimals), decimal.ROUND_HALF_UP))


# What a browser without a graphics card says about its own speed, as warnings, and no fault of the page: that plotly reads a
# canvas back to measure text, and that its renderer in software had to wait.
HINTS = ("willReadFrequently", "GL Driver Message")


def is_problem(line):
    """Every error of the console, and every warning that is no such hint; the hints come now and then, whatever is done."""
    return line.type == "error" or line.type == "warning" and not any(hint in line.text for hint in HINTS)


class PageTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(
            executable_path=os.environ.get("BULKHEAD_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"])

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.playwright.stop()
        cls.server.close()

    def open(self, fragment=CONDOR, **options):
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "accept_downloads": True, **options})
        self.addCleanup(context.close)
        page = context.new_page()
        self.problems, self.requests = [], []
        page.on("console", lambda line: self.problems.append(line.text) if is_problem(line) else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(f"{self.server.address}#{fragment}")
        self.settle(page)
        return page

    def settle(self, page):
        page.wait_for_selector('body[data-ready="1"][data-settled="1"]', timeout=20_000)

    def tearDown(self):
        self.assertEqual(self.problems, [])
        for url in self.requests:
            self.assertTrue(url.startswith((self.server.address, "data:", "blob:")), url)

    def until(self, page, is_so):
        """Asks from here: the page's policy lets nobody evaluate a text in it again and again."""
        for _ in range(500):
            if is_so():
                return
            page.wait_for_timeout(20)
        self.fail("found no change within 10 seconds")

    def figure(self, page, key):
        return page.locator(f'[data-figure="{key}"]').first.text_content()

    def value(self, page, key):
        return float(page.locator(f'[data-figure="{key}"]').first.get_attribute("data-value"))

    def picture(self, page, name):
        folder = os.environ.get("BULKHEAD_SCREENSHOTS")
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def assert_analysis(self, page, answer):
        unit = answer["currency"]
        decimals = 8 if unit == "BTC" else 2
        loss = answer["maximum_loss"]
        self.assertEqual(self.figure(page, "max_loss"), f"{up(loss['amount'], decimals)} {unit}" if loss["amount"] else loss["status"])
        margin = answer["margin"]["margin"]
        self.assertEqual(self.figure(page, "margin"), f"{margin} {unit}" if margin else "n/a")
        self.assertEqual(self.figure(page, "entry_cost"), f"{up(answer['value']['entry_cost'], decimals)} {unit}")
        self.assertEqual(self.value(page, "value"), answer["greeks"]["value"])
        self.assertEqual(self.value(page, "pnl"), answer["value"]["pnl"])
        for key in ["delta", "gamma", "vega_per_vol_point", "theta_per_day"]:
            self.assertEqual(self.value(page, key), answer["greeks"][key], key)
        evens = page.locator('[data-figure="break_evens"]').get_attribute("data-value")
        shown = [even["low"] if even["low"] == even["high"] else f"{even['low'] or '…'} to {even['high'] or '…'}" for even in answer["break_evens"]]
        self.assertEqual(evens, ",".join(shown))
        if answer["outlook"]:
            self.assertEqual(self.value(page, "probability_of_profit"), answer["outlook"]["probability_of_profit"])

    def test_figures_are_the_programs(self):
        page = self.open()
        self.assert_analysis(page, program("analyze", condor(), "--fill", "worst"))
        self.assertIn("Iron condor", page.locator("#name").text_content())
        self.picture(page, "light")

    def test_a_strike_is_dragged(self):
        page = self.open()
        grip = page.locator('[data-strike="3"] .grip').bounding_box()
        x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, 9):
            page.mouse.move(x + 8 * step, y, steps=2)
        page.mouse.up()
        self.settle(page)
        strike = page.locator('[data-strike="3"]').get_attribute("aria-valuenow")
        self.assertGreater(float(strike), 105000)
        self.assert_analysis(page, program("analyze", condor([*STRIKES[:3], strike])))
        self.assertIn(strike, page.url)
        self.assertEqual(page.locator('[data-strike-select="3"]').input_value(), strike)
        # A link is an exercise: the same address shows the same.
        again = self.open(page.url.split("#")[1])
        self.assertEqual(self.figure(again, "margin"), self.figure(page, "margin"))

    def test_a_strike_moves_with_the_keyboard(self):
        page = self.open()
        page.locator('[data-strike="0"]').focus()
        page.keyboard.press("ArrowLeft")
        self.until(page, lambda: page.locator('[data-strike="0"]').get_attribute("aria-valuenow") != "80000")
        self.settle(page)
        strike = page.locator('[data-strike="0"]').get_attribute("aria-valuenow")
        self.assertLess(float(strike), 80000)
        self.assert_analysis(page, program("analyze", condor([strike, *STRIKES[1:]])))
        # A strike does not pass its neighbour.
        page.keyboard.press("End")
        self.settle(page)
        self.assertLess(float(page.locator('[data-strike="0"]').get_attribute("aria-valuenow")), 85000)

    def test_sliders_ask_for_their_scenario(self):
        page = self.open()
        for name, value in [("days", "7"), ("spot", "-4.5"), ("vol", "12")]:
            page.locator(f"#{name}").fill(value)
        self.settle(page)
        answer = program("stress", condor(), "--quiet", "--spot-shift", "-4.5", "--vol-shift", "12", "--days", "7")["scenarios"]
        for key in ["value", "pnl", "delta", "gamma", "vega_per_vol_point", "theta_per_day"]:
            self.assertEqual(self.value(page, key), answer[key][1], key)
        self.assertTrue(page.locator("path.scenario").is_visible())
        self.assertIn("days=7", page.url)
        page.locator("#reset").click()
        self.settle(page)
        self.assertFalse(page.locator("path.scenario").is_visible())
        self.assert_analysis(page, program("analyze", condor()))
        self.assertEqual(self.value(page, "rho_per_point"), program("analyze", condor())["greeks"]["rho_per_point"])

    def test_a_slider_asks_once_a_move_and_for_nothing_that_is_known(self):
        page = self.open()
        self.requests.clear()
        for value in ["1", "2", "3"]:
            page.locator("#spot").fill(value)
            self.until(page, lambda: value in page.locator("#figures .group").last.text_content())
        asked = [url.split("/v1/")[1] for url in self.requests]
        self.assertEqual(asked.count("analyze"), 0)
        # One a move, and once the grid when the hand rests.
        self.assertEqual(asked[:1], ["stress"])
        self.assertLessEqual(asked.count("stress"), 4)

    def test_a_move_during_the_simulation_keeps_what_is_known(self):
        page = self.open()
        held = []
        page.route("**/v1/liquidation", lambda route: (
            held.append(route) if '"probability"' in route.request.post_data else route.continue_()))
        known = {key: self.figure(page, key) for key in ["safe_prices", "likelihood_of_liquidation"]}
        page.locator("#vol").fill("3")
        self.until(page, lambda: held)
        page.locator("#vol").fill("4")
        self.until(page, lambda: len(held) > 1)
        self.assertEqual({key: self.figure(page, key) for key in known}, known)
        self.assertIn("stale", page.locator('[data-figure="likelihood_of_liquidation"]').get_attribute("class"))
        held[-1].continue_()
        self.settle(page)
        self.assertNotIn("stale", page.locator('[data-figure="likelihood_of_liquidation"]').get_attribute("class"))

    def test_a_server_that_is_gone_for_a_moment_is_told_and_found_again(self):
        page = self.open()
        page.route("**/v1/*", lambda route: route.abort("connectionrefused"))
        page.locator("#spot").fill("2")
        self.until(page, lambda: "does not answer" in page.locator("#problem").text_content())
        page.unroute("**/v1/*")
        page.locator("#spot").fill("3")
        self.settle(page)
        self.assertTrue(page.locator("#problem").is_hidden())
        self.assertEqual(page.locator("#rules .stale").count(), 0)
        # What the browser itself says of a refused connection.
        self.problems = [line for line in self.problems if "ERR_CONNECTION_REFUSED" not in line]

    def test_a_figure_without_a_value_keeps_none_of_another_strategy(self):
        page = self.open()
        self.assertGreater(self.value(page, "probability_of_profit"), 0)
        page.locator("#structure").select_option("long-call-calendar")
        self.settle(page)
        self.assertEqual(page.locator('[data-figure="probability_of_profit"]').get_attribute("data-value"), "")

    def test_what_an_address_asks_for_in_vain_is_told(self):
        page = self.open(CONDOR.replace("80000", "80001"))
        self.assertIn("strikes 80001,85000,100000,105000", page.locator("#notice").text_content())
        self.assertTrue(page.locator("#notice").is_visible())
        page.locator("#structure").select_option("iron-butterfly")
        self.settle(page)
        self.assertTrue(page.locator("#notice").is_hidden())
        self.assertTrue(self.open().locator("#notice").is_hidden())

    def test_the_first_page_is_the_readmes_market(self):
        page = self.open("")
        self.assertEqual(page.locator("#market").input_value(), BITCOIN)
        self.assertTrue(page.locator("#notice").is_hidden())

    def test_american_options_are_told_of_early_assignment(self):
        page = self.open("market=" + GOOGLE + "&structure=iron-condor")
        self.assertIn("early assignment", page.locator('[data-figure="why-early"]').text_content())
        self.assertEqual(self.open().locator('[data-figure="why-early"]').count(), 0)

    def test_break_evens_are_read_as_decimals(self):
        page = self.open(CONDOR + "&settlement=coin")
        self.assertNotIn("/", self.figure(page, "break_evens"))
        page = self.open("market=" + BITCOIN + "&structure=long-call-calendar")
        self.assertEqual(self.figure(page, "break_evens"), "depend on volatility")

    def test_quantity_scales(self):
        page = self.open()
        page.locator("#quantity").fill("3")
        self.settle(page)
        self.assert_analysis(page, program("analyze", condor(quantity="3")))

    def test_heat_map_cells_are_the_programs(self):
        page = self.open()
        page.locator("#heatmap canvas").focus()
        for key in ["ArrowRight", "ArrowUp", "ArrowUp"]:
            page.keyboard.press(key)
        shown = float(page.locator("#heatmap-cell").get_attribute("data-value"))
        grid = program("stress", condor(), "--quiet", *GRID)["scenarios"]
        self.assertEqual(shown, grid["pnl"][1 + (6 + 2) * 61 + 30 + 1])
        self.assertIn("No cell loses more than the margin", page.locator("#heatmap-text").text_content())

    def test_rules_side_by_side(self):
        page = self.open()
        answer = program("compare", condor(), "--quiet")
        for rule in answer["rules"]:
            shown = self.figure(page, f"rule-{rule['rule']}")
            self.assertEqual(shown, rule["own_money"] or "-", rule["rule"])
        self.assertEqual(self.figure(page, "rule-maximum-loss"), answer["maximum_loss"]["margin"])
        row = page.locator('tr:has([data-figure="rule-maximum-loss"]) td')
        self.assertEqual(row.nth(1).inner_text(), "always")

    def test_liquidation_and_its_probability(self):
        page = self.open()
        page.locator("#maintenance").select_option("spot=7.5%+mark")
        page.locator("#deposit").fill("6500")
        page.locator("#deposit").blur()
        self.settle(page)
        options = ["--maintenance", "spot=7.5%+mark", "--deposit", "6500"]
        day = program("liquidation", condor(), *options)["days"][0]
        corridor = page.locator('[data-figure="corridor"]')
        self.assertEqual(corridor.get_attribute("data-status"), day["status"])
        for side in ["lower", "upper"]:
            shown = corridor.get_attribute(f"data-{side}")
            self.assertEqual(float(shown) if shown else None, day[side])
        answer = program("liquidation", condor(), *options, "--probability", "--paths", "16384")["probability"]
        last = answer["probabilities"][0]["horizons"][-1]
        self.assertTrue(last["is_expiry"])
        self.assertEqual(self.figure(page, "probability-of-liquidation"), f"{last['probability'] * 100:.3f} %")
        # Both stand among the figures, too.
        self.assertEqual(self.value(page, "likelihood_of_liquidation"), last["probability"])
        self.assertEqual(self.figure(page, "safe_prices"), "none: outside already" if day["status"] == "already_outside" else None)
        self.picture(page, "liquidation")

    def test_the_corridor_stands_among_the_figures_and_on_the_chart(self):
        page = self.open(CONDOR + "&maintenance=margin%3D50%25&deposit=3700")
        day = program("liquidation", condor(), "--maintenance", "margin=50%", "--deposit", "3700")["days"][0]
        shown = [float(text) for text in self.figure(page, "safe_prices").split(" to ")]
        self.assertEqual(shown, [round(day["lower"], 2), round(day["upper"], 2)])
        self.assertEqual(page.locator("[data-band]").count(), len(day["bands"]))
        # Without a maintenance requirement no price liquidates a box that holds the maximum loss.
        page.locator("#maintenance").select_option("none")
        self.settle(page)
        self.assertEqual(self.figure(page, "safe_prices"), "all")
        self.assertEqual(self.value(page, "likelihood_of_liquidation"), 0)
        self.assertEqual(page.locator("[data-band]").count(), 0)

    def refusals_only(self):
        """The browser itself notes that an answer was a refusal; nothing else may stand there."""
        self.assertEqual([line for line in self.problems if "422" not in line], [])
        self.problems.clear()

    def test_a_bad_field_is_told_beside_itself_and_the_rest_stays(self):
        opened = CONDOR + "&open=twins,roll&rollTo=2026-01-30"
        whole = self.open(opened)
        known = {key: self.figure(whole, key) for key in ["max_loss", "margin", "max_profit", "safe_prices", "likelihood_of_liquidation", "pnl"]}
        below = {name: whole.locator(name).text_content() for name in ["#rules", "#twins", "#roll-result"]}
        self.assertIn("saves", below["#twins"])
        self.assertIn("The trades cost", below["#roll-result"])
        self.problems.clear()
        page = self.open(opened + "&fees=abc&budget=10%25&deposit=much")
        for name, words in [("fees", "Found 'abc', wanted entry and exit totals"), ("budget", "wanted a portfolio"),
                            ("deposit", "Found 'much', wanted a plain decimal number")]:
            field = page.locator(f"#{name}")
            self.assertEqual(field.get_attribute("aria-invalid"), "true", name)
            line = page.locator(f"#{field.get_attribute('aria-describedby')}")
            self.assertTrue(line.is_visible())
            self.assertIn(words, line.text_content())
            self.assertTrue(line.text_content().endswith("Left out of what is shown."), line.text_content())
        # All that needs none of the three is shown, and nothing of it as old.
        self.assertTrue(page.locator("#problem").is_hidden())
        self.assertEqual({key: self.figure(page, key) for key in known}, known)
        self.assertEqual({name: page.locator(name).text_content() for name in below}, below)
        self.assertEqual(page.locator(".stale").count(), 0)
        self.assertIn("left out", page.locator('[data-note="fees"]').text_content())
        self.assertIn("the budget is left out", self.figure(page, "lots"))
        self.picture(page, "bad-fields")
        # A slider asks without them at once.
        self.requests.clear()
        page.locator("#spot").fill("3")
        self.settle(page)
        self.assertEqual([url.split("/v1/")[1] for url in self.requests].count("analyze"), 0)
        # What was missing beside a percentage, and good values.
        page.locator("#portfolio").fill("100000")
        page.locator("#portfolio").blur()
        self.settle(page)
        answer = program("analyze", condor(), "--budget", "10%", "--portfolio", "100000")
        self.assertEqual(self.figure(page, "lots"), str(answer["size"]["lots"]))
        page.locator("#fees").fill("12.40,6.20")
        page.locator("#fees").blur()
        page.locator("#deposit").fill("4000")
        page.locator("#deposit").blur()
        self.settle(page)
        self.assertEqual(page.locator("[aria-invalid]").count(), 0)
        self.assertEqual(page.locator(".field-problem").count(), 0)
        page.locator("#reset").click()
        self.settle(page)
        self.assert_analysis(page, program("analyze", condor(), "--fees", "12.40,6.20"))
        self.assertIn("portfolio=100000", page.url)
        self.refusals_only()

    def test_fees_of_another_currency_are_told_at_the_fees(self):
        page = self.open(CONDOR + "&settlement=coin&fees=us-per-contract")
        self.assertIn("wanted one currency", page.locator("#fees-problem").text_content())
        self.assert_analysis(page, program("analyze", condor(settlement="coin")))
        page.locator("#settlement").select_option("quote")
        self.settle(page)
        self.assertEqual(page.locator("#fees-problem").count(), 0)
        self.assert_analysis(page, program("analyze", condor(), "--fees", "us-per-contract"))
        self.refusals_only()

    def test_a_quantity_of_nothing_is_told_and_the_last_stays(self):
        page = self.open()
        page.locator("#quantity").fill("2")
        self.settle(page)
        before = self.figure(page, "margin")
        for text in ["0", ""]:
            page.locator("#quantity").fill(text)
            self.assertIn("wanted a number other than 0. Shown is 2.", page.locator("#quantity-problem").text_content())
            self.assertEqual(page.locator("#quantity").get_attribute("aria-invalid"), "true")
        self.assertEqual(self.figure(page, "margin"), before)
        page.locator("#quantity").fill("3")
        self.settle(page)
        self.assertEqual(page.locator("#quantity-problem").count(), 0)
        self.assert_analysis(page, program("analyze", condor(quantity="3")))
        page = self.open(CONDOR + "&quantity=0&spot=up")
        self.assertIn("quantity 0; spot up", page.locator("#notice").text_content())
        self.assert_analysis(page, program("analyze", condor()))

    def test_a_slider_of_an_address_is_a_plain_number_within_its_ends(self):
        for found, shown in [("days=-5", "0"), ("days=0x10", "0"), ("days=1e1", "0"), ("days=900", "21"),
                             ("spot=-200", "-30"), ("spot=.", "0"), ("vol=50.5", "50"), ("vol=%20", "0")]:
            key, text = found.split("=")
            page = self.open(f"{CONDOR}&{found}")
            self.assertIn(f"{key} {text.replace('%20', ' ')}", page.locator("#notice").text_content(), found)
            self.assertEqual(page.locator(f"#{key}").input_value(), shown, found)
            self.assertTrue(page.locator("#problem").is_hidden(), found)
            self.assertEqual(page.locator(".stale").count(), 0, found)
        # The ends themselves are good, and so is a number between two steps.
        for found in ["days=21", "spot=-30", "vol=50", "spot=0.25"]:
            page = self.open(f"{CONDOR}&{found}")
            self.assertTrue(page.locator("#notice").is_hidden(), found)
            self.assertTrue(page.locator("#problem").is_hidden(), found)
            self.assertIn(found, page.url)
        # A nearer expiry that is chosen by hand has fewer days, which is nothing to be told.
        page = self.open(CONDOR.replace("2025-12-26", "2026-01-30") + "&days=40")
        self.assertEqual(page.locator("#days").input_value(), "40")
        page.locator("#expiry").select_option("2025-12-26")
        self.until(page, lambda: "expiry=2025-12-26" in page.url)
        self.settle(page)
        self.assertEqual([page.locator("#days").get_attribute("max"), page.locator("#days").input_value()], ["21", "21"])
        self.assertIn("days=21", page.url)
        self.assertTrue(page.locator("#notice").is_hidden())

    def test_a_hedge_of_nothing_is_told(self):
        page = self.open()
        page.locator("#structure").select_option("hedged-short-straddle")
        self.settle(page)
        self.assertTrue(page.locator("#hedge").is_visible())
        page.locator("#hedge").fill("none")
        page.locator("#hedge").blur()
        self.assertIn("Found none, wanted a number other than 0", page.locator("#hedge-problem").text_content())
        self.assertTrue(page.locator("#problem").is_hidden())

    def test_bad_legs_are_marked(self):
        page = self.open()
        page.locator("#source-legs").check()
        page.locator("#legs").fill("+1X90000 @26DEC25")
        page.locator("#legs").blur()
        page.wait_for_selector("#problem:not([hidden])")
        self.assertEqual(page.locator("#legs").get_attribute("aria-describedby"), "problem")
        page.locator("#legs").fill("+1C90000 @26DEC25")
        page.locator("#legs").blur()
        self.settle(page)
        self.assertIsNone(page.locator("#legs").get_attribute("aria-invalid"))
        self.refusals_only()

    def test_figures_have_the_digits_of_the_terminal(self):
        for settlement in ["quote", "coin"]:
            page = self.open(CONDOR + f"&settlement={settlement}")
            table = facts(printed("analyze", condor(settlement=settlement)))
            for key, label in [("max_loss", "Maximum loss"), ("max_profit", "Maximum profit"), ("return_on_margin", "Return on margin"),
                               ("probability_of_profit", "Probability of profit"), ("entry_cost", "Entry credit"), ("fees", "Fees"),
                               ("value", "Value"), ("pnl", "P&L on entry")]:
                self.assertEqual(self.figure(page, key), table[label], f"{settlement} {key}")
            total = next(line for line in printed("analyze", condor(settlement=settlement)).split("GREEKS")[1].splitlines() if "Total" in line).split()
            self.assertEqual([self.figure(page, key) for key in ["vega_per_vol_point", "theta_per_day", "rho_per_point"]], total[-3:])
            self.assertEqual([self.figure(page, key) for key in ["delta", "gamma"]], total[-5:-3])
            legs = [line.split()[1] for line in printed("analyze", condor(settlement=settlement)).split("GREEKS")[1].splitlines()[3:7]]
            self.assertEqual(page.locator("#legs-table tbody tr td:nth-child(8)").all_text_contents(), legs)
            # One way to write a minus, and no number with more decimals than its unit has.
            text = page.locator("body").text_content()
            self.assertNotIn("\u2212", text)
            for section in ["#figures", "#lots", "#heatmap-text", "#liquidation", "#rules", "#legs-table"]:
                for number in re.findall(r"\d+\.(\d+)", page.locator(section).inner_text()):
                    self.assertLessEqual(len(number), 8, f"{section}: {number}")

    def test_heat_map_has_a_scale_and_zero_on_its_axes(self):
        for width in [1280, 600, 390]:
            page = self.open(viewport={"width": width, "height": 900})
            scale = page.locator("#heatmap .heat-scale")
            texts = scale.locator("text").all_text_contents()
            self.assertIn("0", texts)
            self.assertIn("P&L, USD", texts)
            marks = [float(text) for text in texts if re.fullmatch(r"[+-]?\d+(\.\d+)?", text)]
            self.assertGreaterEqual(len(marks), 3)
            self.assertEqual(marks, sorted(marks))
            summary = program("stress", condor(), "--quiet", *GRID)["summary"]
            self.assertIn(f"from {summary['worst_pnl']:+.2f}", scale.get_attribute("aria-label"))
            # Losses of the scale are hatched, as those of the map.
            self.assertEqual(scale.locator("rect.hatched").count(), 1)
            boxes = [item.bounding_box() for item in scale.locator("text").all()]
            for index, first in enumerate(boxes):
                for second in boxes[index + 1:]:
                    apart = first["x"] + first["width"] <= second["x"] or second["x"] + second["width"] <= first["x"] or abs(first["y"] - second["y"]) > 8
                    self.assertTrue(apart, f"{width}: {texts}")
            marks = page.evaluate("({...document.querySelector('#heatmap canvas').dataset})")
            self.assertIn("0", marks["acrossMarks"].split(","))
            self.assertIn("0", marks["upMarks"].split(","))
            self.picture(page, f"heatmap-{width}")

    def test_lots_for_a_budget(self):
        page = self.open()
        page.locator("#budget").fill("10000")
        page.locator("#budget").blur()
        self.settle(page)
        answer = program("analyze", condor(), "--budget", "10000")["size"]
        self.assertEqual(self.figure(page, "lots"), str(answer["lots"]))
        self.assertIn(up(answer["next_would_use"], 2), page.locator("#lots").text_content())

    def test_why_it_is_defined_risk(self):
        page = self.open()
        answer = program("analyze", condor())
        words = page.locator("#why").text_content()
        self.assertEqual(page.locator("#why-title").text_content(), "Why is this defined risk?")
        self.assertIn(near(answer["maximum_loss"]["amount"], 8), words)
        self.assertIn("slope 0", words)
        self.assertIn("the worst is a price of", words)

    def test_a_naked_straddle_has_no_bound(self):
        page = self.open(f"market={BITCOIN}&structure=short-straddle&expiry=2025-12-26&strikes=92000")
        self.assertEqual(self.figure(page, "max_loss"), "unbounded")
        self.assertEqual(page.locator("#why-title").text_content(), "Why is this not defined risk?")
        self.assertIn("loses without end", page.locator("#why").text_content())
        wing = program("analyze", condor([92000], name="Short straddle", structure="short-straddle"))["maximum_loss"]["cheapest_wing"]
        self.assertIn(wing["instrument"], page.locator("#why").text_content())

    def test_a_refused_deposit_where_there_is_no_margin_to_post(self):
        straddle = f"market={BITCOIN}&structure=short-straddle&expiry=2025-12-26&strikes=92000"
        page = self.open(straddle)
        words = page.locator("#liquidation").text_content()
        self.assertIn("There is no margin to post", words)
        page = self.open(straddle + "&deposit=much")
        self.assertIn("Found 'much', wanted a plain decimal number", page.locator("#deposit-problem").text_content())
        self.assertEqual(page.locator("#liquidation").text_content(), words)
        # Nor is it asked again, now that it is known to be refused.
        self.requests.clear()
        page.locator("#vol").fill("3")
        self.settle(page)
        self.assertEqual([url for url in self.requests if "liquidation" in url], [])
        self.assertEqual(page.locator("#liquidation").text_content(), words)
        page.locator("#deposit").fill("50000")
        page.locator("#deposit").blur()
        self.settle(page)
        self.assertEqual(page.locator("#deposit-problem").count(), 0)
        day = program("liquidation", condor([92000], name="Short straddle", structure="short-straddle"), "--deposit", "50000")["days"][0]
        corridor = page.locator('[data-figure="corridor"]')
        self.assertEqual(corridor.get_attribute("data-status"), day["status"])
        for side in ["lower", "upper"]:
            shown = corridor.get_attribute(f"data-{side}")
            self.assertEqual(float(shown) if shown else None, day[side])
        self.refusals_only()

    def test_coin_settlement_of_the_same_legs(self):
        page = self.open()
        page.locator("#settlement").select_option("coin")
        self.settle(page)
        self.assert_analysis(page, program("analyze", condor(settlement="coin")))
        self.assertEqual(self.figure(page, "max_loss"), "unbounded")

    def test_free_legs_find_their_name(self):
        page = self.open()
        page.locator("#source-legs").check()
        self.settle(page)
        self.assertIn("C100000@26DEC25", page.locator("#legs").input_value())
        legs = "+1P80000 -1P85000 -1C100000 +1C105000 @26DEC25"
        page.locator("#legs").fill(legs)
        page.locator("#legs").blur()
        self.settle(page)
        answer = program("analyze", legs, "--settlement", "quote")
        self.assert_analysis(page, answer)
        self.assertEqual(page.locator("#name").get_attribute("data-structure"), answer["structure"])

    def test_a_refusal_is_shown_and_passes(self):
        page = self.open()
        page.locator("#source-legs").check()
        page.locator("#legs").fill("+1X90000 @26DEC25")
        page.locator("#legs").blur()
        page.wait_for_selector("#problem:not([hidden])")
        self.assertIn("wanted C, P, U or F", page.locator("#problem").text_content())
        self.assertIn("stale", page.locator("#figures").get_attribute("class"))
        page.locator("#legs").fill("+1C90000 @26DEC25")
        page.locator("#legs").blur()
        page.wait_for_selector("#problem", state="hidden")
        # The browser itself notes that an answer was a refusal; nothing else may stand there.
        self.assertTrue(self.problems)
        self.assertEqual([line for line in self.problems if "422" not in line], [])
        self.problems.clear()

    def test_a_calendar_names_its_policy(self):
        page = self.open(f"market={BITCOIN}&structure=long-call-calendar&expiry=2025-12-26&strikes=95000")
        self.assertEqual(page.locator("#policy").input_value(), "close-first")
        strategy = {"settlement": "quote", "name": "Long call calendar", "structure": "long-call-calendar", "underlying": "BTC", "quantity": "1",
                    "expiries": ["2025-12-26", page.locator("#far").input_value()], "strikes": ["95000"]}
        for policy in ["close-first", "hold-each"]:
            page.locator("#policy").select_option(policy)
            self.settle(page)
            self.assert_analysis(page, program("analyze", strategy, "--policy", policy))
            # In the words of the terminal: what the profit and the return are, and what proves the loss.
            table = " ".join(printed("analyze", strategy, "--policy", policy).split())
            for key in ["max_profit", "return_on_margin"]:
                self.assertIn(page.locator(f'[data-note="{key}"]').text_content(), table)
            why = page.locator("#why")
            self.assertEqual(page.locator('[data-figure="why-idea"]').count(), 0)
            self.assertNotIn("Such a line", why.text_content())
            keys = ["why-policy", "why-proof"] + (["why-rates", "why-stage"] if policy == "close-first" else [])
            for key in keys:
                for text in page.locator(f'[data-figure="{key}"]').all_text_contents():
                    label, words = text.rstrip(".").split(": ", 1)
                    self.assertIn(words, table, key)
                    self.assertIn(label, table, key)
        page.locator("#policy").select_option("")
        self.settle(page)
        self.assertEqual(self.figure(page, "max_profit"), facts(printed("analyze", strategy))["Maximum profit"])
        self.assertEqual(self.figure(page, "max_loss"), facts(printed("analyze", strategy))["Maximum loss"])

    def test_a_roll_without_a_policy_says_why_it_is_not_decided(self):
        page = self.open(f"market={BITCOIN}&structure=long-call-calendar&expiry=2025-12-26&strikes=95000")
        page.locator("#policy").select_option("")
        page.locator("#roll-strikes").fill("1000")
        page.locator("#roll").click()
        self.settle(page)
        for stage in ["before", "after"]:
            words = page.locator(f'[data-figure="roll-why-{stage}"]').all_text_contents()
            self.assertTrue(any("depends on what is done at the first" in text for text in words), words)
        self.assertIn("depend on volatility", page.locator("#roll-result").text_content())
        self.assertIn("at the first expiry", page.locator("#legend").text_content())
        self.refusals_only()

    def test_a_chart_without_a_curve_says_so(self):
        page = self.open()
        def answer(route):
            response = route.fetch()
            body = response.json()
            body["curve"] = None
            route.fulfill(response=response, json=body)
        page.route("**/v1/analyze", answer)
        page.locator("#quantity").fill("2")
        self.until(page, lambda: "No chart" in page.locator("#chart").text_content())
        self.assertIn("several underlyings", page.locator("#chart svg").get_attribute("aria-label"))
        page.unroute("**/v1/analyze")
        page.locator("#quantity").fill("3")
        self.until(page, lambda: "P&L over price from" in page.locator("#chart svg").get_attribute("aria-label"))
        label = page.locator("#chart svg").get_attribute("aria-label")
        self.assertEqual(max(len(digits) for digits in re.findall(r"\.(\d+)", label)), 2, label)

    def test_another_market(self):
        page = self.open()
        page.locator("#market").select_option(GOOGLE)
        self.until(page, lambda: GOOGLE in page.url)
        self.settle(page)
        strikes = [page.locator(f'[data-strike="{index}"]').get_attribute("aria-valuenow") for index in range(4)]
        strategy = {"settlement": "quote", "name": "Iron condor", "structure": "iron-condor", "underlying": "GOOG", "quantity": "1",
                    "expiries": [page.locator("#expiry").input_value()], "strikes": strikes}
        self.assert_analysis(page, program("analyze", strategy, market=GOOGLE))

    def test_every_structure_of_the_catalogue_is_drawn(self):
        page = self.open()
        names = page.locator("#structure option").evaluate_all("list => list.map(option => option.value)")
        self.assertGreater(len(names), 60)
        refused = []
        for name in names:
            page.evaluate("delete document.body.dataset.settled")
            page.locator("#structure").select_option(name)
            self.settle(page)
            if page.locator("#problem").is_visible():
                refused.append((name, page.locator("#problem").text_content()))
        # A market may lack what a structure wants; it then says so, and these are known.
        for name, words in refused:
            self.assertRegex(words, "no quote|no bid|no ask|coin", f"{name}: {words}")
        self.problems = [line for line in self.problems if "422" not in line]
        self.assertLess(len(refused), 8, refused)

    def test_the_twins_of_a_condor(self):
        page = self.open()
        page.locator("#show-twins").click()
        self.settle(page)
        answer = program("twins", condor())
        self.assertGreater(len(answer["twins"]), 0)
        for twin in answer["twins"]:
            row = page.locator(f'[data-figure="twin-{twin["form"]}"]').first.locator("xpath=..").text_content()
            self.assertIn(near(twin["cash_at_expiry"]) if twin["cash_at_expiry"] else "-", row)
            self.assertIn(near(str(twin["cost"])), row)
        again = self.open(page.url.split("#")[1])
        self.assertEqual(again.locator("#twins").text_content(), page.locator("#twins").text_content())

    def test_a_roll_and_what_it_costs(self):
        page = self.open()
        page.locator("#maintenance").select_option("margin=50%")
        page.locator("#roll-to").select_option("2026-01-30")
        page.locator("#roll").click()
        self.settle(page)
        answer = program("roll", condor(), "--to", "2026-01-30", "--maintenance", "margin=50%")
        self.assertIn(f"cost {up(answer['trades']['cost'], 2)} USD", self.figure(page, "roll-cost"))
        words = page.locator("#roll-result").text_content()
        for stage in ["before", "after"]:
            for text in [answer[stage]["margin"], up(answer[stage]["maximum_loss"], 2), ", ".join(map(near, answer[stage]["break_evens"]))]:
                self.assertIn(text, words)
            self.assertIn(answer[stage]["liquidation"]["reason"], self.figure(page, f"roll-reason-{stage}"))
            shown = self.figure(page, f"roll-liquidation-{stage}")
            found = answer[stage]["liquidation"]
            self.assertEqual(shown, f"below {found['below']:.2f}, above {found['above']:.2f}")
        self.assertIn(f"{answer['since_entry']['top_up'].lstrip('-')} USD come free", words)
        # A link holds it, and it follows what is chosen.
        again = self.open(page.url.split("#")[1])
        self.assertEqual(self.figure(again, "roll-cost"), self.figure(page, "roll-cost"))
        again.locator("#quantity").fill("2")
        self.settle(again)
        twice = program("roll", condor(quantity="2"), "--to", "2026-01-30", "--maintenance", "margin=50%")
        self.assertIn(f"cost {up(twice['trades']['cost'], 2)} USD", self.figure(again, "roll-cost"))

    def test_an_adjustment_stated_in_full(self):
        page = self.open()
        held = "+1P80000 -1P85000 @26DEC25"
        page.locator("#roll-legs").fill(held)
        page.locator("#roll").click()
        self.settle(page)
        answer = program("roll", condor(), "--to-legs", held)
        self.assertIn(f"cost {up(answer['trades']['cost'], 2)} USD", self.figure(page, "roll-cost"))
        self.assertIn(answer["after"]["structure"], page.locator("#roll-result").text_content())
        self.assertIn(answer["after"]["margin"], page.locator("#roll-result").text_content())

    def test_the_link_to_the_chart_keeps_what_was_chosen(self):
        page = self.open()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        self.assertEqual(page.evaluate("document.activeElement.id"), "chart-section")
        self.assertIn("strikes=80000", page.url.replace("%2C", ","))
        self.assertEqual(page.locator('[data-strike="0"]').get_attribute("aria-valuenow"), "80000")

    def test_files_to_take_along(self):
        page = self.open()
        found = {}
        for name in ["csv", "svg", "html"]:
            with page.expect_download() as download:
                page.locator(f"#download-{name}").click()
            found[download.value.suggested_filename.split(".")[-1]] = pathlib.Path(download.value.path()).read_text()
        self.assertEqual(found["csv"], printed("stress", condor(), "--format", "csv", "--quiet", *GRID))
        heads = found["csv"].splitlines()[0].split(",")
        for name in ["margin", "equity", "loss_share_of_margin"]:
            self.assertTrue(found["csv"].splitlines()[-1].split(",")[heads.index(name)], name)
        self.assertTrue("<svg" in found["svg"][:200] and found["svg"].rstrip().endswith("</svg>"))
        self.assertIn(self.figure(page, "margin").split()[0], found["html"])

    def test_phone_dark_and_labels(self):
        for name, options in [("phone", {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}),
                              ("dark", {"color_scheme": "dark"}), ("phone-dark", {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"})]:
            page = self.open(CONDOR + "&days=7&spot=-4&vol=10&maintenance=spot%3D7.5%25%2Bmark&deposit=6500&budget=10000", **options)
            self.picture(page, name)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            self.assertLessEqual(wide, 0, f"{name} scrolls sideways")
        nameless = page.evaluate("""() => [...document.querySelectorAll('input, select, textarea, button, [role=slider], canvas')]
            .filter(node => !(node.getAttribute('aria-label') || node.labels?.length || node.textContent.trim())).map(node => node.id || node.outerHTML)""")
        self.assertEqual(nameless, [])

    def test_paper_is_white_and_no_picture_is_cut(self):
        ground = "node => getComputedStyle(node).backgroundColor"
        cut = "node => getComputedStyle(node).breakInside"
        page = self.open(color_scheme="dark")
        self.assertNotEqual(page.locator("body").evaluate(ground), "rgb(255, 255, 255)")
        page.emulate_media(media="print", color_scheme="dark")
        self.assertEqual(page.locator("body").evaluate(ground), "rgb(255, 255, 255)")
        self.assertEqual(page.locator("#stress-section").evaluate(ground), "rgb(255, 255, 255)")
        for name in ["#chart-section", "#stress-section"]:
            self.assertEqual(page.locator(name).evaluate(cut), "avoid")
        self.assertFalse(page.locator("form").is_visible())
        self.assertFalse(page.locator("#roll").is_visible())
        page.emulate_media(media="screen")
        with page.expect_download() as download:
            page.locator("#download-html").click()
        file = pathlib.Path(download.value.path())
        self.assertLess(file.stat().st_size, 300_000)
        report = page.context.new_page()
        report.set_content(file.read_text())
        report.emulate_media(media="print", color_scheme="dark")
        self.assertEqual(report.locator("body").evaluate(ground), "rgba(0, 0, 0, 0)")
        figures = report.locator("figure")
        self.assertGreater(figures.count(), 1)
        for index in range(figures.count()):
            self.assertEqual(figures.nth(index).evaluate(cut), "avoid")
            self.assertEqual(figures.nth(index).evaluate(ground), "rgb(255, 255, 255)")
            self.assertEqual(figures.nth(index).locator("a[download$='.csv']").count(), 1)

    def test_no_table_of_a_report_is_cut(self):
        page = self.open(viewport={"width": 1000, "height": 900})
        report = page.context.new_page()
        for command in ["analyze", "compare", "stress", "liquidation"]:
            report.set_content(printed(command, condor(), "--format", "html", *(["--quiet"] if command in ("compare", "stress") else [])))
            cut = report.locator(".scroll").evaluate_all("nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1).map(node => node.innerText.slice(0, 80))")
            self.assertEqual(cut, [], command)
            self.assertNotIn("`", report.locator("body").inner_text())
            wide = report.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            self.assertLessEqual(wide, 0, command)

    def test_surface_in_three_dimensions(self):
        page = self.open()
        page.locator("#open-surface").click()
        if PLOTLY.exists():
            page.wait_for_selector("#surface .plot-container", timeout=20_000)
            drawn = page.evaluate("[...document.getElementById('surface').data[0].z[6]]")
            grid = program("stress", condor(), "--quiet", *GRID)["scenarios"]
            self.assertEqual(drawn, grid["pnl"][1 + 6 * 61:1 + 7 * 61])
            page.wait_for_timeout(500)
            self.picture(page, "surface")
        else:
            self.until(page, lambda: "no plotly" in page.locator("#surface").text_content())
            # The browser notes that there is no such file, and that what was answered instead is no script.
            self.problems = [line for line in self.problems if "404" not in line and "plotly.min.js" not in line]


if __name__ == "__main__":
    unittest.main(verbosity=2)
