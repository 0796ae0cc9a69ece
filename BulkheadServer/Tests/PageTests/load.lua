-- For wrk: condors with other strikes and quantities in every request, so that no two neighbours are the same question.
--   wrk -t 1 -c 8 -d 15s --latency -s load.lua http://127.0.0.1:8765/v1/analyze
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local puts = {70000, 75000, 80000, 82000, 84000}
local shorts = {86000, 88000, 90000}
local calls = {96000, 98000, 100000, 102000}
local wings = {105000, 108000, 110000, 115000, 118000}
local count = 0
function request()
  count = count + 1
  local body = string.format(
    '{"market": "deribit-btc-2025-12-05", "strategy": {"structure": "iron-condor", "expiry": "26DEC25", "settlement": "quote", "quantity": %d, "strikes": [%d, %d, %d, %d]}}',
    count % 97 + 1, puts[count % 5 + 1], shorts[count % 3 + 1], calls[count % 4 + 1], wings[math.floor(count / 5) % 5 + 1])
  return wrk.format(nil, nil, nil, body)
end
