// A chat, with nothing but Node: it says something on a timer, and passes on what others say.
//
//     GET  /sse       the latest messages, and each from then on
//     POST /message   {"username": "mia", "message": "hello"}

import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({ options: { port: { type: 'string', default: '7705' } } });

const EVERY = 6_000;
const KEEP_ALIVE = 15_000;
const REMEMBERED = 100;
const WELCOME = 5;
const MAX_BODY = 4096;
// A listener who has so many bytes to read yet is cut; it comes back and is told what it missed.
const MAX_UNREAD = 64 * 1024;

const LINES = [
  ['mia', 'deploy is through, watching the error rate'],
  ['jun', '看起来一切正常 👍'],
  ['bot', 'p99 back under 200 ms'],
  ['ana', 'closing the incident then, notes go into the wiki tonight'],
  ['bot', 'nightly build: all green'],
  ['leo', 'that was quick'],
];

// An id of an earlier run is no place in this one.
const run = Date.now().toString(36);
const messages = [];
const listeners = new Set();
let number = 0;

function say(username, message) {
  const text = `id: ${run}-${++number}\ndata: ${JSON.stringify({ username, message })}\n\n`;
  messages.push({ number, text });
  if (messages.length > REMEMBERED) messages.shift();
  send(text);
}

function send(text) {
  for (const listener of listeners) {
    if (listener.writableLength > MAX_UNREAD) listener.destroy();
    else listener.write(text);
  }
}

function listen(request, response) {
  const [name, last] = (request.headers['last-event-id'] ?? '').split('-');
  const known = name === run ? Number(last) : number - WELCOME;
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
    // So that the server can end as soon as its streams have.
    Connection: 'close',
  });
  const missed = messages.filter((message) => message.number > known);
  response.write(['retry: 2000\n\n', ...missed.map((message) => message.text)].join(''));
  listeners.add(response);
  response.on('close', () => listeners.delete(response));
}

async function post(request, response) {
  const answer = (status, body) => {
    const text = JSON.stringify(body);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    response.writeHead(status, headers).end(text);
  };
  // A web page of another origin can not send this type without being asked for leave.
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return answer(415, { error: 'Content-Type is application/json' });
  }
  let body = '';
  // What is too much is read to its end and not kept, so that the answer arrives.
  for await (const chunk of request.setEncoding('utf8')) if (body.length <= MAX_BODY) body += chunk;
  if (body.length > MAX_BODY) return answer(413, { error: `a message takes less than ${MAX_BODY} bytes` });
  try {
    const { username, message } = JSON.parse(body);
    if (![username, message].every((text) => typeof text === 'string' && text.trim())) throw new TypeError();
    say(username, message);
    answer(200, { username, message });
  } catch {
    answer(400, { error: 'a message is told so: {"username": "mia", "message": "hello"}' });
  }
}

const ROUTES = { 'GET /sse': listen, 'POST /message': post };

const server = createServer(async (request, response) => {
  const route = ROUTES[`${request.method} ${request.url.split('?')[0]}`];
  if (!route) return response.writeHead(404).end();
  try {
    await route(request, response);
  } catch {
    // The other side went in the middle of its request.
    response.destroy();
  }
});

let line = 0;
setInterval(() => say(...LINES[line++ % LINES.length]), EVERY);
setInterval(() => send(': keep-alive\n\n'), KEEP_ALIVE);

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    for (const listener of listeners) listener.end();
    server.close(() => process.exit(0));
  });
}

server.listen(Number(options.port), '127.0.0.1');
