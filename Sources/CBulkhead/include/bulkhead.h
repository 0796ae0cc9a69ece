#pragma once
// The C interface of Bulkhead: options and strategies as flat arrays and counts, for Python and any other language.
//
// Rules of every function:
//  * It keeps nothing: there are no handles, no state and no threads of its own between calls, and any number of threads
//    may call at once as long as their outputs are their own.
//  * Pointers are of naturally aligned memory. A null pointer, a negative count, a count whose bytes exceed the address
//    space, an output that overlaps an input or another output: BULKHEAD_BAD_ARGUMENT, and nothing is written but the
//    message. That an array really has the length stated is the caller's word.
//  * No input stops the program. What is wrong with one row is that row's status; the other rows are answered.
//  * Exact numbers are whole counts of 10^-8 (prices, strikes, quantities) or text in plain decimals.
//
// Text comes as rows that each end with the byte 0x1E, of cells with 0x1F between them; the first row names the cells.
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Grows whenever a caller of the version before could be misunderstood.
#define BULKHEAD_ABI_VERSION 2

// What a function returns.
enum {
  // Every row is answered.
  BULKHEAD_OK = 0,
  // Done, but some rows have no answer: their statuses say which, the message why the first of them has none.
  BULKHEAD_ROWS = 1,
  // The call itself is wrong; nothing is written but the message.
  BULKHEAD_BAD_ARGUMENT = 2,
  // The input as a whole cannot be used (a market without a spot, a grid without a node); the message says why.
  BULKHEAD_REFUSED = 3,
  // A buffer is too small: the lengths and counts that are needed are written, the message too, and nothing else counts.
  BULKHEAD_TOO_SMALL = 4
};

// Text from the caller, UTF-8, not ended by a zero; no bytes may be null.
typedef struct {
  const char *bytes;
  int64_t length;
} bulkhead_bytes;

// Text to the caller: `length` receives the length of all of it; what is longer than `capacity` is cut in a message, and
// elsewhere BULKHEAD_TOO_SMALL. A null pointer to one is a text that is not wanted.
typedef struct {
  char *bytes;
  int64_t capacity;
  int64_t length;
} bulkhead_text;

// The version of the library, to be compared with BULKHEAD_ABI_VERSION.
int32_t bulkhead_abi_version(void);

// ---------------------------------------------------------------------------------------------------------- Options

// A column of numbers: one for each row (stride 1), or one for all rows (stride 0).
typedef struct {
  const double *values;
  int64_t stride;
} bulkhead_column;

// Unrelated options, one a row. Units: years to expiry, rates continuously compounded a year.
typedef struct {
  int64_t count;
  // 1 for a call, -1 for a put.
  bulkhead_column sign;
  bulkhead_column spot;
  bulkhead_column strike;
  bulkhead_column years;
  // The volatility, a fraction a year (infinity is allowed), or the price, where that is given.
  bulkhead_column given;
  bulkhead_column rate;
  bulkhead_column dividend_yield;
} bulkhead_options;

// A row's status of bulkhead_price.
enum {
  BULKHEAD_PRICED = 0,
  // Some derivative is infinite or undefined there: infinity or not-a-number in its place.
  BULKHEAD_LIMIT = 1,
  // An input is no number, infinite where that has no meaning, or negative; or, American, no boundary was reached.
  BULKHEAD_INVALID = 2
};

// Values and raw partial derivatives: value, delta, gamma, vega, theta, rho, epsilon, vanna, volga, charm, veta, speed,
// zomma, color, ultima, dual_delta, dual_gamma.
//
//  columns    1 for the value, 6 up to rho, 17 for all.
//  tolerance  0 for European exercise; from 1e-12 to 1e-2 for American, the error allowed as a share of the greater of spot
//             and strike. Where early exercise can pay, vanna to ultima are not known and not-a-number.
//  out        [columns, count], row-major; not-a-number in rows that are invalid.
//  status     [count], or null.
//  boundary   [count], the spot at which an American option is exercised today, not-a-number for none; or null.
int32_t bulkhead_price(const bulkhead_options *options, int32_t columns, double tolerance, double *out, uint8_t *status,
                       double *boundary, bulkhead_text *message);

// A row's status of bulkhead_implied_volatility.
enum {
  BULKHEAD_SOLVED = 0,
  BULKHEAD_BELOW_INTRINSIC = 1,
  // At the lower bound the volatility is 0; at the upper there is none.
  BULKHEAD_AT_BOUND = 2,
  BULKHEAD_ABOVE_MAXIMUM = 3,
  BULKHEAD_UNREADABLE = 4
};

// Volatilities from prices, a fraction a year; not-a-number where there is none. out and status: [count].
int32_t bulkhead_implied_volatility(const bulkhead_options *options, double tolerance, double *out, uint8_t *status,
                                    bulkhead_text *message);

// ------------------------------------------------------------------------------------------------ Legs and markets

enum {
  BULKHEAD_CALL = 0,
  BULKHEAD_PUT = 1,
  BULKHEAD_DIGITAL_CALL = 2,
  BULKHEAD_DIGITAL_PUT = 3,
  BULKHEAD_UNDERLYING = 4,
  BULKHEAD_FUTURE = 5,
  BULKHEAD_PERPETUAL = 6
};

// Flags of a contract: without any it is settled in quote currency, European and in cash.
enum { BULKHEAD_COIN = 1, BULKHEAD_AMERICAN = 2, BULKHEAD_PHYSICAL = 4 };

// The moment of the day of an expiry: a second of the day in UTC, or one of these.
enum {
  BULKHEAD_AT_DERIBIT = -1,         // 08:00 UTC
  BULKHEAD_AT_NEW_YORK_CLOSE = -2,
  BULKHEAD_AT_NEW_YORK_OPEN = -3,
  BULKHEAD_AT_VENUE = -4            // what the market has
};

// In the place of a price, a quote or a count of 10^-8: there is none.
#define BULKHEAD_NONE INT64_MIN

// A leg. What its kind does not have is 0.
typedef struct {
  int32_t kind;
  // Places in the symbols of the book; a quote currency of -1 is USD.
  int32_t underlying;
  int32_t quote_currency;
  int32_t flags;
  // Days since 1970-01-01.
  int32_t expiry_day;
  int32_t expiry_time;
  // Counts of 10^-8. The payout is a digital's, above 0; the multiplier above 0.
  int64_t strike;
  int64_t payout;
  int64_t multiplier;
  // Signed, plus is long; never 0.
  int64_t quantity;
  // Options: the premium for one unit in settlement currency; others: the entry price in quote currency. BULKHEAD_NONE is
  // filled from the market.
  int64_t price;
  // Entry and reserved exit fees of the leg, settlement currency, 0 or more.
  int64_t fee;
} bulkhead_leg;

// How one strategy is accounted. Fees are totals of the strategy beside those of its legs, settlement currency.
typedef struct {
  int32_t settlement;  // 0 quote, 1 coin, -1 the instruments' own
  int32_t fill;        // 0 buy at the ask and sell at the bid, 1 the mid, 2 the mark
  int32_t currency;    // place in the symbols; -1 the legs' own
  int32_t name;        // place in the symbols; -1 none
  int64_t entry_fee;
  int64_t exit_fee;
} bulkhead_account;

// A quoted option. Prices in the unit of the chain, BULKHEAD_NONE for none; not-a-number for no volatility.
typedef struct {
  int32_t kind;
  int32_t flags;
  int32_t expiry_day;
  int32_t expiry_time;
  int64_t strike;
  int64_t multiplier;
  int64_t bid;
  int64_t ask;
  int64_t mark;
  double implied_volatility;
} bulkhead_quote;

// A price on a day: a stated forward, or a cash dividend.
typedef struct {
  int32_t day;
  int32_t reserved;
  int64_t amount;
} bulkhead_dated;

// The market of one underlying at one moment.
typedef struct {
  // Seconds since 1970-01-01T00:00:00Z.
  int64_t as_of;
  bulkhead_bytes symbol;
  // Of spot and strikes, such as USD.
  bulkhead_bytes quote_currency;
  // Counts of 10^-8; a tick size of 0 is none.
  int64_t spot;
  int64_t tick_size;
  // Units of the underlying in an option whose name does not say.
  int64_t option_multiplier;
  // 0: the chain is quoted in quote currency; 1: in coin.
  int32_t quoted_in;
  int32_t reserved;
  double rate;
  // Not-a-number where dividends are stated.
  double dividend_yield;
  double coin_rate;
  const bulkhead_dated *forwards;
  int64_t forward_count;
  const bulkhead_dated *dividends;
  int64_t dividend_count;
  const bulkhead_quote *quotes;
  int64_t quote_count;
} bulkhead_market;

// Strategies: the legs of strategy i are those from starts[i] to starts[i + 1].
typedef struct {
  const bulkhead_leg *legs;
  int64_t leg_count;
  const int64_t *starts;
  const bulkhead_account *accounts;
  int64_t strategy_count;
  // Names, a line feed between.
  bulkhead_bytes symbols;
  // What fills and values the legs; null where every price is stated and none is asked for.
  const bulkhead_market *market;
} bulkhead_book;

// What is done with several expiries; null is nothing, which leaves them without an answer.
typedef struct {
  int32_t kind;     // 1 each leg held to its own, 2 all closed at the first, 3 the same at volatilities within a band
  int32_t sharing;  // of the band: 0 each leg at its worst, 1 one volatility for all
  double low;
  double high;
  // A share of 10^-8 by which the ratio of two forwards may be wider than the market's.
  int64_t forward_band;
} bulkhead_policy;

// ----------------------------------------------------------------------------------------------------- Strategies

// A status of a strategy: ok, unbounded, several_expiries, unsupported, not_applicable, overflow, invalid.
enum {
  BULKHEAD_MARGIN_OK = 0,
  BULKHEAD_MARGIN_UNBOUNDED = 1,
  BULKHEAD_MARGIN_SEVERAL_EXPIRIES = 2,
  BULKHEAD_MARGIN_UNSUPPORTED = 3,
  BULKHEAD_MARGIN_NOT_APPLICABLE = 4,
  BULKHEAD_MARGIN_OVERFLOW = 5,
  BULKHEAD_MARGIN_INVALID = 6
};

// The maximum loss and the margin of every strategy, exact.
//
//  status, margin, requirement  [strategies], or null; the last two in minor units, BULKHEAD_NONE where there is none.
//  rows                         a row a strategy: the columns of `bulkhead margin` behind its name.
int32_t bulkhead_margin(const bulkhead_book *book, const bulkhead_policy *policy, uint8_t *status, int64_t *margin,
                        int64_t *requirement, bulkhead_text *rows, bulkhead_text *message);

// What a rule of a venue or regulator asks for every strategy on its market: the cash that must stand in the account once the
// premium has changed hands.
//
//  rulebook  the rule's numbers, as a file of Data/Rulebooks/margin has them: rows of kind, key and value. The kinds `record`
//            and `list` open a part, `end` closes the one opened last (key and value empty), `value` is a text or number; keys
//            within a list are empty. Refused is what the program refuses in a file.
//  rows      a row for each term of the initial and of the maintenance requirement, and their TOTAL, as `bulkhead compare`
//            writes them, the strategy by its place; one row with a status and detail for a strategy without an answer.
int32_t bulkhead_requirements(const bulkhead_book *book, const bulkhead_policy *policy, bulkhead_bytes rulebook,
                              bulkhead_text *rows, bulkhead_text *message);

// The proofs of the maximum losses: a row for each underlying (and each expiry that has its own) of each strategy, amounts as
// decimals or fractions a/b, vertices as `position left value right` with `-` for what there is not and `;` between them.
int32_t bulkhead_proofs(const bulkhead_book *book, const bulkhead_policy *policy, bulkhead_text *rows,
                        bulkhead_text *message);

// The P&L at expiry of one strategy on one underlying, fees and entry cost subtracted, at prices of 0 or more (coin: above 0).
int32_t bulkhead_payoff(const bulkhead_book *book, const double *prices, int64_t count, double *out,
                        bulkhead_text *message);

// A grid: days slowest, spot fastest, and scenario 0, the unshocked point, before it.
typedef struct {
  const double *spot_shifts;  // relative, above -1
  int64_t spot_count;
  const double *volatility_shifts;
  int64_t volatility_count;
  const double *days;  // calendar days forward
  int64_t day_count;
  double skew_shift;
  double curvature_shift;
  int32_t is_volatility_relative;
  int32_t is_sticky_delta;
} bulkhead_grid;

// A scenario's flags.
enum { BULKHEAD_EXPIRED_LEGS = 1, BULKHEAD_VOLATILITY_FLOORED = 2, BULKHEAD_NO_NUMBER = 4 };

// Every strategy under every scenario of a grid, in settlement currency.
//
//  out     [strategies, 6, nodes + 1]: value, pnl, delta, gamma, vega, theta, the Greeks raw.
//  flags   [strategies, nodes + 1], or null.
//  rows    a row a strategy: status,margin,currency,spot,detail; or null.
int32_t bulkhead_stress(const bulkhead_book *book, const bulkhead_policy *policy, const bulkhead_grid *grid, double *out,
                        uint8_t *flags, bulkhead_text *rows, bulkhead_text *message);

// What every strategy is worth on its market: value, delta, gamma, vega, theta, rho, raw, in settlement currency and behind
// that in quote currency.
//
//  out   [strategies, 2, 6]; not-a-number for a strategy that cannot be valued.
//  legs  [legs, 2, 6], each leg's part of that; or null.
int32_t bulkhead_value(const bulkhead_book *book, double *out, double *legs, bulkhead_text *message);

// A rate, in 10^-8, from a notional of so many 10^-8 on.
typedef struct {
  int64_t notional;
  int64_t rate;
} bulkhead_tier;

// The requirement that keeps a position open.
typedef struct {
  int32_t kind;           // 0 none, 1 a share of the deposit, 2 of the underlying for each short option, 3 tiers of notionals
  int32_t has_marks;      // of kind 2: the option's mark on top
  int32_t is_of_cash;     // of kind 2: compared with cash, not with equity
  int32_t has_options;    // of kind 3: short options have a notional too
  int64_t share;          // of 10^-8
  const bulkhead_tier *tiers;
  int64_t tier_count;
} bulkhead_maintenance;

// A stretch of prices at which a position is liquidated, its ends not included.
typedef struct {
  int64_t day;   // which of the days asked for
  double lower;  // 0 where there is no end below
  double upper;  // infinity where there is none above
} bulkhead_band;

// What one day answers.
typedef struct {
  int32_t status;       // 0 ok, 1 no price liquidates, 2 the present spot does already
  int32_t certificate;  // 0 cash_rule, 1 no_sign_change, 2 expiry, 3 root_count, 4 inflections, 5 walked, 6 uncertified
  double lower;         // the ends of the safe corridor around spot; 0 and infinity where there is none
  double upper;
} bulkhead_liquidation_day;

// At which prices one strategy is liquidated before expiry.
//
//  deposit     a decimal, settlement currency; empty for the margin.
//  volatility  one for all options; not-a-number for each one's own.
//  answers     [days].
//  bands       up to `capacity`; `band_count` receives how many there are.
//  rows        one row: deposit,cash,maintenance,currency,spot.
int32_t bulkhead_liquidation(const bulkhead_book *book, const bulkhead_policy *policy,
                             const bulkhead_maintenance *maintenance, bulkhead_bytes deposit, double volatility,
                             const double *days, int64_t day_count, bulkhead_liquidation_day *answers,
                             bulkhead_band *bands, int64_t capacity, int64_t *band_count, bulkhead_text *rows,
                             bulkhead_text *message);

// How many lots of each strategy fit a budget.
typedef struct {
  bulkhead_bytes budget;     // an amount, or a percentage of the portfolio
  bulkhead_bytes portfolio;  // an amount; empty for none
  // Fees of n lots: min(cap, max(minimum, n x per lot)); all empty for the strategy's own, lot by lot.
  bulkhead_bytes fee_per_lot;
  bulkhead_bytes fee_minimum;
  bulkhead_bytes fee_cap;
  int64_t max_lots;  // -1 for no limit
} bulkhead_budget;

//  lots  [strategies], or null; -1 where there is no answer.
//  rows  a row a strategy: the columns of `bulkhead size` behind its name.
int32_t bulkhead_size(const bulkhead_book *book, const bulkhead_policy *policy, const bulkhead_budget *budget,
                      int64_t *lots, bulkhead_text *rows, bulkhead_text *message);

// ---------------------------------------------------------------------------------------------------- Words and names

// What a short text leaves out: the contracts of an underlying.
typedef struct {
  bulkhead_bytes symbol;
  bulkhead_bytes quote_currency;
  int64_t multiplier;
  int32_t flags;
  int32_t expiry_time;
} bulkhead_terms;

// Reads `-1C92000 -1P92000 @26DEC25`; contracts are those of the market where there is one, else of the terms. An option that
// states no price and that the market's chain does not list is refused, here and in bulkhead_build_structure.
//
//  legs     up to `capacity`; `count` receives how many there are.
//  symbols  the names that the legs' places count, a line feed between.
int32_t bulkhead_parse_legs(const bulkhead_market *market, const bulkhead_terms *terms, bulkhead_bytes text,
                            bulkhead_leg *legs, int64_t capacity, int64_t *count, bulkhead_text *symbols,
                            bulkhead_text *message);

// Names of instruments, a line feed between, as contracts: one leg a name, of quantity 1 and without a price.
//
//  legs    [names]; status [names]: 0, or 1 where the name is none.
//  rows    a row a name that is none: place,reason.
int32_t bulkhead_parse_instruments(bulkhead_bytes names, bulkhead_leg *legs, int64_t capacity, int64_t *count,
                                   uint8_t *status, bulkhead_text *symbols, bulkhead_text *rows,
                                   bulkhead_text *message);

// A structure of the catalogue: strikes, or a centre and widths, or deltas.
typedef struct {
  bulkhead_bytes name;
  // Days and moments of the expiries, near to far.
  const int32_t *expiry_days;
  const int32_t *expiry_times;
  int64_t expiry_count;
  // Counts of 10^-8: strikes, or widths where there is a centre.
  const int64_t *places;
  int64_t place_count;
  int64_t center;  // BULKHEAD_NONE: the places are strikes
  // Target deltas, one a strike; they need a market.
  const double *deltas;
  int64_t delta_count;
  int64_t quantity;
  int64_t hedge;       // BULKHEAD_NONE for none
  int32_t settlement;  // 0 quote, 1 coin, -1 the market's or the terms' own
  int32_t reserved;
} bulkhead_structure;

int32_t bulkhead_build_structure(const bulkhead_market *market, const bulkhead_terms *terms,
                                 const bulkhead_structure *structure, bulkhead_leg *legs, int64_t capacity,
                                 int64_t *count, bulkhead_text *symbols, bulkhead_text *message);

// What a book's legs are called: a row for the strategy's shape (cells strategy,leg,name; leg empty) and one for each leg.
int32_t bulkhead_names(const bulkhead_book *book, bulkhead_text *rows, bulkhead_text *message);

// The catalogue: id,name,family,legs,summary.
int32_t bulkhead_catalogue(bulkhead_text *rows, bulkhead_text *message);

// Reads expiries such as 26DEC25 or 2025-12-26, a line feed between; days and times receive [capacity].
int32_t bulkhead_parse_expiries(bulkhead_bytes text, int32_t *days, int32_t *times, int64_t capacity, int64_t *count,
                                bulkhead_text *message);

// Reads a moment such as 2025-12-05T01:10:52Z as seconds since 1970.
int32_t bulkhead_parse_instant(bulkhead_bytes text, int64_t *seconds, bulkhead_text *message);

// An expiry of a chain and what its options are priced with: value = price(spot, strike, years, volatility, rate, yield).
typedef struct {
  int32_t day;
  int32_t time;
  double years;
  double forward;
  double rate;
  double dividend_yield;
} bulkhead_expiry;

//  expiries  up to `capacity`, ascending; `count` receives how many there are.
//  rows      a row for each quote that is set aside: quote,instrument,reason, quotes counted from 0.
int32_t bulkhead_chain(const bulkhead_market *market, bulkhead_expiry *expiries, int64_t capacity, int64_t *count,
                       bulkhead_text *rows, bulkhead_text *message);

// Volatilities of strikes at one expiry, read off the chain's quotes; not-a-number where nothing is quoted.
int32_t bulkhead_smile(const bulkhead_market *market, int32_t expiry_day, int32_t expiry_time, const double *strikes,
                       int64_t count, double *out, bulkhead_text *message);

#ifdef __cplusplus
}
#endif
