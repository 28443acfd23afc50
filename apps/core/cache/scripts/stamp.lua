-- Stands before find and keep: what stands for the state of everything that is named, making missing tokens.
local function stamp_of(prefix, names, fresh)
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
  return table.concat({ life, unpack(tokens) }, '.')
end

