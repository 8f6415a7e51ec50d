// Reads a stream with the package `eventsource`, and prints a line of JSON for each message: its id and data.
import { EventSource } from 'eventsource';

const source = new EventSource(process.argv[2]);
for (const type of ['message', 'price']) {
  source.addEventListener(type, ({ lastEventId, data }) => console.log(JSON.stringify([type, lastEventId, data])));
}
