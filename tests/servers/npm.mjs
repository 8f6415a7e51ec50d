// The four npm packages for Server-Sent Events, each at a path of its own, for tests/matrix: `node npm.mjs PORT`.
// GET /NAME subscribes; GET /NAME/subscribers counts; POST /NAME publishes its body as an event of the type `note`.
import { createServer } from 'node:http';

import { createChannel, createSession } from 'better-sse';
import ExpressSse from 'express-sse';
import SseChannel from 'sse-channel';
import SsePubsub from 'sse-pubsub';

let number = 0;

function betterSse() {
  const channel = createChannel();
  return {
    subscribe: async (request, response) =>
      channel.register(await createSession(request, response, { keepAlive: null })),
    subscribers: () => channel.sessionCount,
    publish: (data) => channel.broadcast(data, 'note'),
  };
}

function expressSse() {
  const sse = new ExpressSse();
  let subscribers = 0;
  return {
    subscribe: (request, response) => {
      subscribers += 1;
      response.on('close', () => (subscribers -= 1));
      sse.init(request, response);
    },
    subscribers: () => subscribers,
    publish: (data) => sse.send(data, 'note'),
  };
}

function sseChannel() {
  const channel = new SseChannel({ historySize: 100 });
  return {
    subscribe: (request, response) => channel.addClient(request, response),
    subscribers: () => channel.getConnectionCount(),
    publish: (data) => channel.send({ id: (number += 1), event: 'note', data }),
  };
}

function ssePubsub() {
  const channel = new SsePubsub({ pingInterval: 1000 });
  return {
    subscribe: (request, response) => channel.subscribe(request, response),
    subscribers: () => channel.getSubscriberCount(),
    publish: (data) => channel.publish(data, 'note'),
  };
}

const servers = {
  'better-sse': betterSse(),
  'express-sse': expressSse(),
  'sse-channel': sseChannel(),
  'sse-pubsub': ssePubsub(),
};

createServer(async (request, response) => {
  const [, name, what] = new URL(request.url, 'http://localhost').pathname.split('/');
  const server = servers[name];
  if (!server) {
    response.writeHead(404).end();
  } else if (request.method === 'POST') {
    request.setEncoding('utf8');
    let body = '';
    for await (const chunk of request) body += chunk;
    server.publish(body);
    response.writeHead(202).end();
  } else if (what === 'subscribers') {
    response.end(String(server.subscribers()));
  } else {
    server.subscribe(request, response);
  }
}).listen(Number(process.argv[2]), '127.0.0.1');
