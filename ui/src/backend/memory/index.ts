import { MemoryBackend } from './memory';

/** How a test reaches into the page. */
declare global {
  interface Window {
    story?: MemoryBackend;
  }
}

/** `story=full` (else) `empty`, `unreachable` or `loading`; `play=1`: goes on by itself each second. */
export function playStory(parameters: URLSearchParams): MemoryBackend {
  const backend = new MemoryBackend(parameters.get('story') ?? 'full');
  window.story = backend;
  if (parameters.has('play')) setInterval(() => backend.next(), 1000);
  return backend;
}
