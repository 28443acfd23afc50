-- Says what to do about one answer: hit or same; else miss, or for one who has a flight's id lead, wait or pass.
-- prefix, release, entry, about, names, if-none-match, flight's id, flight's milliseconds, a fresh token
-- What is remembered about an answer says what it shows; else the names do, and the bytes are not looked for.
local prefix, release, entry, about, names, held, flight, patience, fresh = unpack(ARGV)
local known = about == ''

if not known then
  local remembered = redis.call('GET', prefix .. 'names:' .. about)
  if remembered then
    names, known = remembered, true
  end
end

local stamp = stamp_of(prefix, names, fresh)
if known then
  local body = prefix .. 'body:' .. release .. ':' .. stamp .. ':' .. entry
  local etag = redis.call('HGET', body, 'etag')
  if etag then
    if held ~= '' and (held == '*' or string.find(held, etag, 1, true)) then
      return { 'same', etag }
    end
    return { 'hit', etag, redis.call('HGET', body, 'bytes') }
  end
end

if flight == '' then
  return { 'miss' }
end
local leader = redis.call('GET', prefix .. 'flight:' .. entry)
if leader and leader ~= flight then
  return { leader == 'pass' and 'pass' or 'wait' }
end
redis.call('SET', prefix .. 'flight:' .. entry, flight, 'PX', patience)
return { 'lead', stamp, known and '' or names }
