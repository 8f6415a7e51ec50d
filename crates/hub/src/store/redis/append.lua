-- Keeps one message, in its topic's stream and on the wire, or says why not. All of it happens, or nothing.
local newest_key, wire, log, latest, topics, dropped, bytes = unpack(KEYS)
local topic, body, key, state, replaces = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local max_events, max_bytes, max_age = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local max_topics, wire_events, wire_bytes = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local row = 48

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function millis(id)
  return tonumber(string.match(id, '^%d+'))
end

-- Room for the topic: those that have nothing left make it.
if redis.call('HEXISTS', topics, topic) == 0 and redis.call('HLEN', topics) >= max_topics then
  local all = redis.call('HGETALL', topics)
  for i = 1, #all, 2 do
    if millis(all[i + 1]) < now - max_age and redis.call('EXISTS', '{streambell}:latest:' .. all[i]) == 0 then
      redis.call('HDEL', topics, all[i])
      redis.call('HDEL', dropped, all[i])
      redis.call('HDEL', bytes, all[i])
    end
  end
  if redis.call('HLEN', topics) >= max_topics then
    return redis.error_reply('TOPICS there are as many as there may be')
  end
end

-- What it replaces must be the newest about the same.
if key ~= '' and replaces ~= '' then
  local held = redis.call('HGET', latest, key)
  local id = held and string.match(held, '^(%S+)') or '0-0'
  if id ~= replaces then
    return redis.error_reply('CHANGED by someone else')
  end
end

-- Ids ascend whatever the clock does.
local newest = redis.call('GET', newest_key) or '0-0'
local ms, seq = string.match(newest, '^(%d+)-(%d+)$')
ms, seq = tonumber(ms), tonumber(seq)
if now > ms then
  ms, seq = now, 0
elseif seq < 1048575 then
  seq = seq + 1
else
  ms, seq = ms + 1, 0
end
local id = string.format('%.0f-%.0f', ms, seq)

-- Lets go of what is over the limits, oldest first, and remembers the newest of that.
local function trim(stream, name, events, size, age)
  local count = redis.call('XLEN', stream)
  local held = tonumber(redis.call('HGET', bytes, name) or 0)
  local gone = nil
  for _ = 1, 64 do
    if count <= 1 then break end
    local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
    if count <= events and held <= size and millis(oldest[1]) >= age then break end
    local fields = oldest[2]
    for i = 1, #fields, 2 do
      if fields[i] == 'body' then held = held - #fields[i + 1] - row end
    end
    redis.call('XTRIM', stream, 'MAXLEN', '=', count - 1)
    count = count - 1
    gone = oldest[1]
  end
  redis.call('HSET', bytes, name, held)
  if gone then redis.call('HSET', dropped, name, gone) end
end

if redis.call('EXISTS', log) == 0 then
  -- All of it was too old.
  redis.call('HSET', bytes, topic, 0)
  local last = redis.call('HGET', topics, topic)
  if last then redis.call('HSET', dropped, topic, last) end
end
redis.call('SET', newest_key, id)
redis.call('HSET', topics, topic, id)
redis.call('XADD', log, id, 'body', body)
redis.call('XADD', wire, id, 'topic', topic, 'body', body)
redis.call('HINCRBY', bytes, topic, #body + row)
redis.call('HINCRBY', bytes, '', #body + row)
trim(log, topic, max_events, max_bytes, now - max_age)
trim(wire, '', wire_events, wire_bytes, 0)
redis.call('PEXPIRE', log, max_age)
if state == 'gone' then
  redis.call('HDEL', latest, key)
elseif state == 'there' then
  redis.call('HSET', latest, key, id .. ' ' .. body)
end
return id
