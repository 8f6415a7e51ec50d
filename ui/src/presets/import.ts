import type { Preset } from '../bindings/Preset';
import { m } from '../paraglide/messages';
import { isolated } from '../shared/text';
import type { App } from '../state/app.svelte';

/** Takes up a preset from a file's text; what is wrong with it is told. */
export async function importPreset(app: App, text: string): Promise<Preset | undefined> {
  let preset: Preset | undefined;
  await app.run(async (backend) => {
    preset = await backend.importPreset(text);
    app.toasts.show('done', m.preset_imported({ name: isolated(app.appearance.say(preset.name)) }));
    await app.presets.load();
  });
  return preset;
}
