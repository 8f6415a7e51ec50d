import type { RulePreview } from '../bindings/RulePreview';

/** How long the form must rest before the engine is asked. */
const REST_MS = 400;

/** What a rule would have done, asked for again as its form changes. */
export class Preview {
  /** The last answer; it stays until the next one, so that nothing flickers. */
  found: RulePreview | undefined = $state.raw();
  asking = $state(false);

  #ask: () => Promise<RulePreview>;
  #told: (thrown?: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  /** `ask` throws while the form is no rule; `told` hears how it went, with what was thrown if anything was. */
  constructor(ask: () => Promise<RulePreview>, told: (thrown?: unknown) => void) {
    this.#ask = ask;
    this.#told = told;
  }

  /** The form has changed: what is asked already is of yesterday. */
  changed(): void {
    this.stop();
    this.#timer = setTimeout(() => void this.#run(this.#turn), REST_MS);
  }

  /** Waits for nothing any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.asking = false;
  }

  async #run(turn: number): Promise<void> {
    let found: RulePreview | undefined;
    let thrown: unknown;
    this.asking = true;
    try {
      found = await this.#ask();
    } catch (caught) {
      thrown = caught;
    }
    if (turn !== this.#turn) return;
    this.asking = false;
    this.found = found;
    this.#told(thrown);
  }
}
