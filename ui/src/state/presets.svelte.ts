import { type Backend, refusal } from '../backend';
import type { Phrase } from '../bindings/Phrase';
import type { Preset } from '../bindings/Preset';

/** The services that are known, asked for when they are first wanted. */
export class Presets {
  /** The user's own last; nothing while they have not come. */
  list: Preset[] | undefined = $state.raw();
  /** Why they could not be had. */
  failure: string | undefined = $state();

  #backend: () => Backend;
  #asked: Promise<void> | undefined;

  constructor(backend: () => Backend) {
    this.#backend = backend;
  }

  find(id: string | undefined): Preset | undefined {
    return this.list?.find((preset) => preset.id === id);
  }

  /** Asks for them if nobody has. */
  want(): Promise<void> {
    return this.#asked ?? this.load();
  }

  /** Asks for them anew. */
  load(): Promise<void> {
    this.#asked = this.#ask();
    return this.#asked;
  }

  /** What a preset knows to do about what goes wrong with its feeds; `quiet`: nothing comes. */
  help(id: string | undefined, code: string): Phrase | undefined {
    return this.find(id)?.help?.[code];
  }

  async #ask(): Promise<void> {
    try {
      this.list = await this.#backend().presets();
      this.failure = undefined;
    } catch (thrown) {
      this.#asked = undefined;
      this.failure = refusal(thrown).message;
    }
  }
}
