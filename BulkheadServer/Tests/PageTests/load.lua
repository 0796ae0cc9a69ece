-- For wrk: condors with other strikes and quantities in every request, so that no two neighbours are the same question.
--   wrk -t 1 -c 8 -d 15s --latency -s load.lua http://127.0.0.1:8765/v1/analyze
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local count = 0
function request()
  count = count + 1
  local low = 78000 + 1000 * (count % 3)
  local body = string.format(
    '{"market": "deribit-btc-2025-12-05", "strategy": {"structure": "iron-condor", "expiry": "26DEC25", "settlement": "quote", "quantity": %d, "strikes": [%d, 85000, 100000, 105000]}}',
    count % 97 + 1, low)
  return wrk.format(nil, nil, nil, body)
end
local failed = 0
function response(status) if status ~= 200 then failed = failed + 1 end end
