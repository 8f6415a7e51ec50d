import { describe, expect, it } from 'vitest';

import { MemoryBackend } from '../backend/memory/memory';
import { recordingAt } from '../backend/memory/replay';
import { Replay } from './replay.svelte';
import { areaOf, placeOf } from './timeline';

const NOW = 1_769_860_800_000;
const overview = recordingAt(NOW, null);
const { started, ended } = overview;

function opened(): { backend: MemoryBackend; replay: Replay } {
  const backend = new MemoryBackend('full', () => NOW);
  return { backend, replay: new Replay(backend, overview, null) };
}

describe('a recording that is played', () => {
  it('goes on where it stands, and begins anew once it is over', async () => {
    const { backend, replay } = opened();
    replay.seek(started + 5000);
    await replay.play();
    backend.played({ type: 'moved', at: started + 9000, events: [], skipped: 0 });
    expect([replay.phase, replay.at]).toEqual(['playing', started + 9000]);
    replay.pause();
    expect(backend.done.at(-1)).toEqual(['stop_playing', true]);
    backend.played({ type: 'moved', at: started + 10_000, events: [], skipped: 0 });
    expect([replay.phase, replay.at]).toEqual(['paused', started + 9000]);
    replay.speed = 10;
    await replay.play();
    expect(backend.done.at(-1)).toEqual(['play_recording', { feed: null, from: started + 9000, speed: 10 }]);
    backend.played({ type: 'over' });
    expect([replay.phase, replay.at]).toEqual(['over', ended]);
    await replay.play();
    expect(backend.done.at(-1)).toEqual(['play_recording', { feed: null, from: started, speed: 10 }]);
  });

  it('plays on from where it is led, and not beyond its ends', async () => {
    const { backend, replay } = opened();
    await replay.play();
    replay.seek(ended + 1);
    expect(backend.done.at(-1)).toEqual(['play_recording', { feed: null, from: ended, speed: 1 }]);
    replay.seek(started - 1);
    expect(replay.at).toBe(started);
  });

  it('keeps the last events only', async () => {
    const { backend, replay } = opened();
    await replay.play();
    const event = (seq: number) => ({
      seq,
      feed: '',
      at: NOW,
      event: 'message',
      id: '',
      data: '',
      bytes: 0,
      readings: [],
    });
    for (const first of [0, 40, 80]) {
      const events = Array.from({ length: 40 }, (_, index) => event(first + index));
      backend.played({ type: 'moved', at: NOW, events, skipped: first });
    }
    expect(replay.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => 70 + index));
    expect(replay.skipped).toBe(80);
  });

  it('tells why it cannot go on', async () => {
    const { backend, replay } = opened();
    await replay.play();
    backend.played({ type: 'failed', reason: { code: 'bad_recording', message: 'Line 3 is not understood.' } });
    expect([replay.phase, replay.failure]).toEqual(['paused', 'Line 3 is not understood.']);
    await replay.playAs('nothing');
    expect(replay.failure).toContain('nothing');
  });
});

describe('the time line', () => {
  it('places moments between its ends', () => {
    expect([started, (started + ended) / 2, ended, ended + 1].map((at) => placeOf(overview, at))).toEqual([
      0, 0.5, 1, 1,
    ]);
    expect(placeOf({ ...overview, ended: started }, started)).toBe(0);
  });

  it('is as high as events are dense', () => {
    const area = areaOf({ ...overview, density: [1, 4, 0], piece: 250, started: 0, ended: 1000 });
    expect(area).toBe('M0 100L0.0 75.0L250.0 75.0L250.0 0.0L500.0 0.0L500.0 100.0L750.0 100.0L750.0 100Z');
  });
});
