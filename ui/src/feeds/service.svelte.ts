import type { Backend } from '../backend';
import type { Feed } from '../bindings/Feed';
import type { Preset } from '../bindings/Preset';
import type { PresetUse } from '../bindings/PresetUse';
import type { RuleDraft } from '../bindings/RuleDraft';
import { type FeedForm, formOf, refill } from './draft';

/** The service whose feed a form describes: what it asks, what is answered, and what the form has of that. */
export class Service {
  preset: Preset | undefined = $state.raw();
  answers: PresetUse['answers'] = $state({});
  /** Rules that it proposes. */
  rules: RuleDraft[] = $state.raw([]);
  /** The answers make a feed. */
  ready = $state(false);

  #backend: Backend;
  #form: FeedForm;
  #feed: Feed | undefined;
  /** The form without a preset, and as it was filled last. */
  #plain: FeedForm | undefined;
  #filled: FeedForm | undefined;
  #asked = '';
  #turn = 0;

  /** `feed`: the one that is edited. */
  constructor(backend: Backend, form: FeedForm, feed?: Feed) {
    this.#backend = backend;
    this.#form = form;
    this.#feed = feed;
  }

  /** Whether a secret has been answered, or is in the key ring. */
  get hasSecrets(): boolean {
    return this.kept || (this.preset?.ask ?? []).some(({ kind, name }) => kind === 'secret' && this.answers[name]);
  }

  /** Its secrets are in the key ring. */
  get kept(): boolean {
    return !!this.#feed?.auth || Object.keys(this.#feed?.headers ?? {}).length > 0;
  }

  /** Asks its questions in the place of an address. */
  choose(preset: Preset, answers: PresetUse['answers'] = {}): void {
    this.preset = preset;
    this.answers = Object.fromEntries(
      preset.ask.map(({ name, default: first = '' }) => [name, answers[name] ?? first]),
    );
    this.rules = [];
    this.ready = false;
    this.#asked = '';
    this.#plain = $state.snapshot(this.#form) as FeedForm;
    this.#filled = this.#plain;
  }

  /** As {@link choose}, of the feed that is edited: what it has is as it was filled, but for what the user changed. */
  async resume(preset: Preset, { answers }: PresetUse): Promise<void> {
    this.choose(preset, answers);
    this.ready = true;
    const asked = this.#question();
    const { draft } = await this.#backend.fillPreset(JSON.parse(asked) as PresetUse, this.#feed?.id ?? null);
    this.#filled = formOf(draft, this.#feed);
    this.#asked = asked;
  }

  /**
   * Fills in the form, if the answers are others than before. Whether they make a feed.
   *
   * @throws when one of them makes no sense.
   */
  async fill(): Promise<boolean> {
    const asked = this.#question();
    if (!this.preset || asked === this.#asked) return this.ready;
    const turn = (this.#turn += 1);
    try {
      const { draft, rules } = await this.#backend.fillPreset(JSON.parse(asked) as PresetUse, this.#feed?.id ?? null);
      if (turn !== this.#turn) return false;
      this.#become(formOf(draft, this.#feed));
      this.rules = rules;
      this.#asked = asked;
      this.ready = true;
      return true;
    } catch (thrown) {
      if (turn !== this.#turn) return false;
      this.#asked = '';
      this.ready = false;
      throw thrown;
    }
  }

  /** Goes back to an address: this one, with nothing of what was filled in. */
  leave(url: string): void {
    if (this.#plain) this.#become({ ...this.#plain, url });
    this.drop();
  }

  /** Goes on with an address, and everything as it is. */
  drop(): void {
    this.#turn += 1;
    this.#form.preset = undefined;
    this.preset = undefined;
    this.rules = [];
    this.ready = false;
  }

  #question(): string {
    return JSON.stringify({ id: this.preset?.id ?? '', answers: this.answers });
  }

  #become(after: FeedForm): void {
    refill(this.#form, this.#filled ?? after, after);
    this.#filled = after;
  }
}
