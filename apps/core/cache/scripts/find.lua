-- Says what to do about one answer: hit or same; else miss, or for one who has a flight's id lead, wait or pass.
-- prefix, release, entry, about, names, if-none-match, flight's id, flight's milliseconds, a fresh token
local prefix, release, entry, about, names, held, flight, patience, fresh = unpack(ARGV)
local stamp = ''

if about ~= '' then
  names = redis.call('GET', prefix .. 'names:' .. about) or ''
end

if names ~= '' then
  local keys = {}
  for name in string.gmatch(names, '%S+') do
    keys[#keys + 1] = prefix .. 'token:' .. name
  end
  local tokens = redis.call('MGET', unpack(keys))
  for i, token in ipairs(tokens) do
    if not token then
      tokens[i] = fresh .. i
      redis.call('SET', keys[i], tokens[i], 'EX', 86400)
    end
  end
  -- A server that was restarted or replaced may have come back with old tokens and old bytes.
  local life = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
  stamp = table.concat({ life, unpack(tokens) }, '.')

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
return { 'lead', stamp }
