-- Keeps an answer under the stamp that was read before its query, and ends the flight.
-- prefix, release, entry, about, names, stamp, etag, bytes, milliseconds, flight's id, how many answers are kept
local prefix, release, entry, about, names, stamp, etag, bytes, life, flight, most = unpack(ARGV)

if about ~= '' and names ~= '' then
  redis.call('SET', prefix .. 'names:' .. about, names, 'EX', 86400)
end

local body = prefix .. 'body:' .. release .. ':' .. stamp .. ':' .. entry
redis.call('HSET', body, 'etag', etag, 'bytes', bytes)
redis.call('PEXPIRE', body, life)

-- Anybody may ask for any query, so the oldest answers make room. One list for all releases.
local time = redis.call('TIME')
redis.call('ZADD', prefix .. 'bodies', time[1] * 1000000 + time[2], body)
local over = redis.call('ZCARD', prefix .. 'bodies') - most
if over > 0 then
  local popped = redis.call('ZPOPMIN', prefix .. 'bodies', over)
  for i = 1, #popped, 2 do
    redis.call('UNLINK', popped[i])
  end
end

if redis.call('GET', prefix .. 'flight:' .. entry) == flight then
  redis.call('DEL', prefix .. 'flight:' .. entry)
end
