-- Ends a flight that kept nothing: for a moment nobody waits for this entry.
-- prefix, entry, flight's id, milliseconds
local prefix, entry, flight, moment = unpack(ARGV)
if redis.call('GET', prefix .. 'flight:' .. entry) == flight then
  redis.call('SET', prefix .. 'flight:' .. entry, 'pass', 'PX', moment)
end
