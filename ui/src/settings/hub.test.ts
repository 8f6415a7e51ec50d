import { describe, expect, it } from 'vitest';

import { isOfHub, isOfTopic, portOf } from './hub';

const HUB = { url: 'http://127.0.0.1:7788' };

describe('the port of the hub', () => {
  it.each([
    ['7788', 7788],
    [' 1024 ', 1024],
    ['65535', 65_535],
    ['1023', undefined],
    ['65536', undefined],
    ['0x1e6c', undefined],
    ['7e3', undefined],
    ['77.5', undefined],
    ['', undefined],
  ])('%j is %s', (text, port) => expect(portOf(text)).toBe(port));
});

describe('a feed', () => {
  it.each([
    ['http://127.0.0.1:7788/backups/sse', true],
    ['http://localhost:7788/builds,backups/sse?since=all', true],
    ['http://127.0.0.1:7788/backups', false],
    ['http://127.0.0.1:7788/backups/sse/more', false],
    ['http://127.0.0.1:7788/my-backups/sse', false],
    ['http://127.0.0.1:7789/backups/sse', false],
    ['http://hub.example:7788/backups/sse', false],
    ['https://127.0.0.1:7788/backups/sse', false],
    ['no address', false],
  ])('of %s reads the topic: %s', (url, reads) => expect(isOfTopic(url, HUB, 'backups')).toBe(reads));

  it('reads from the hub, whatever it is there', () => {
    expect(isOfHub('http://127.0.0.1:7788/demo/price', 7788)).toBe(true);
    expect(isOfHub('http://127.0.0.1/demo/price', 7788)).toBe(false);
    expect(isOfHub('http://127.0.0.1:7788/demo/price', 7789)).toBe(false);
  });
});
