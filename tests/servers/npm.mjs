// The four SSE servers of npm in one process, for tests/matrix. Each has a topic for each test:
// GET /SERVER/TOPIC subscribes, POST there publishes the body as a `note`, GET /SERVER/TOPIC/subscriptions tells how many
// have ever subscribed.
import { createChannel, createSession } from "better-sse";
import express from "express";
import ExpressSse from "express-sse";
import SseChannel from "sse-channel";
import SsePubsub from "sse-pubsub";

const [host, port] = process.argv[2].split(":");

/** Makes a topic of each kind: what subscribes to it, and what publishes on it. */
const kinds = {
  // Sends JSON.
  "better-sse": () => {
    const channel = createChannel();
    const subscribe = async (request, response) => channel.register(await createSession(request, response));
    return { subscribe, publish: (text) => channel.broadcast(text, "note") };
  },
  // Sends JSON, and its first items anew to all whenever somebody subscribes.
  "express-sse": () => {
    const sse = new ExpressSse(["welcome"]);
    return { subscribe: sse.init, publish: (text) => sse.send(text, "note") };
  },
  "sse-channel": () => {
    const channel = new SseChannel({ retryTimeout: 3000 });
    let id = 0;
    return {
      subscribe: (request, response) => channel.addClient(request, response),
      publish: (text) => channel.send({ id: ++id, event: "note", data: text }),
    };
  },
  "sse-pubsub": () => {
    const channel = new SsePubsub();
    return {
      subscribe: (request, response) => channel.subscribe(request, response),
      publish: (text) => channel.publish(text, "note"),
    };
  },
};

const topics = new Map();
function topicOf({ path, params: { kind, topic } }) {
  const key = `${kind}/${topic}`;
  if (!(kind in kinds)) throw new Error(`no such server: ${path}`);
  if (!topics.has(key)) topics.set(key, { ...kinds[kind](), subscriptions: 0 });
  return topics.get(key);
}

const app = express();
app.get("/:kind/:topic", async (request, response) => {
  const topic = topicOf(request);
  await topic.subscribe(request, response);
  topic.subscriptions += 1;
});
app.post("/:kind/:topic", express.text({ type: () => true }), (request, response) => {
  topicOf(request).publish(request.body);
  response.sendStatus(204);
});
app.get("/:kind/:topic/subscriptions", (request, response) => {
  response.send(String(topicOf(request).subscriptions));
});
app.listen(Number(port), host);
