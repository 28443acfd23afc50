-- Returns the stamp of what an answer shows, making the tokens that are missing.
-- prefix, names, a fresh token
local prefix, names, fresh = unpack(ARGV)
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
local life = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
return table.concat({ life, unpack(tokens) }, '.')
