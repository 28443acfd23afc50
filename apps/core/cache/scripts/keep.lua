-- Keeps an answer under the stamp of what it shows, as it was before its query, and ends the flight.
-- prefix, release, entry, about, guarded names, shown names, stamp, etag, bytes, milliseconds, flight's id, how many
-- answers are kept, a fresh token
local prefix, release, entry, about, guarded, shown, stamp, etag, bytes, life, flight, most, fresh = unpack(ARGV)

if redis.call('GET', prefix .. 'flight:' .. entry) == flight then
  redis.call('DEL', prefix .. 'flight:' .. entry)
end

-- The query itself told what the answer shows. Collections were read before it: while none of them was touched,
-- no member was, and the members' tokens of now are those of then.
if guarded ~= '' then
  redis.call('SET', prefix .. 'names:' .. about, shown, 'EX', 86400)
  if stamp_of(prefix, guarded, fresh) ~= stamp then
    return
  end
  stamp = stamp_of(prefix, shown, fresh .. 'm')
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
