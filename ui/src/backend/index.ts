import type { Backend } from './backend';
import { tauriBackend } from './tauri';

export type { Backend, Refusal } from './backend';
export { refusal } from './backend';

/** The engine behind the window; in builds that are not shipped, `?backend=memory` plays a story instead. */
export async function connect(): Promise<Backend> {
  if (import.meta.env.MODE !== 'production') {
    const parameters = new URLSearchParams(location.search);
    if (parameters.get('backend') === 'memory') {
      const { playStory } = await import('./memory');
      return playStory(parameters);
    }
  }
  return tauriBackend;
}
