import type { PresetUse } from '../bindings/PresetUse';
import type { App } from '../state/app.svelte';

/** What the preset of a feed says about what is wrong with it: the code of a reason, or `quiet` where nothing comes. */
export function helpFor(app: App, use: PresetUse | null | undefined, code: string): string | undefined {
  const phrase = app.presets.help(use?.id, code);
  return phrase && app.appearance.say(phrase);
}
