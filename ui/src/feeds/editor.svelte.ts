import type { Feed } from '../bindings/Feed';
import type { Offer } from '../bindings/Offer';
import type { Pasted } from '../bindings/Pasted';
import type { Preset } from '../bindings/Preset';
import type { RuleDraft } from '../bindings/RuleDraft';
import { m } from '../paraglide/messages';
import { saysRule } from '../rules/says';
import { formatDecimal } from '../shared/decimal';
import type { App } from '../state/app.svelte';
import { draftOf, type FeedForm, fill, formOf, formOfOffer, hasSecrets, isAddress, isComplete } from './draft';
import { type Fault, faultOf, flawOf } from './fault';
import { Probe } from './probe.svelte';
import { samplesOf } from './samples';
import { Service } from './service.svelte';

/** What is being typed is tried when it has rested for so long. */
const REST_MS = 800;

/** A feed that is added or edited: the form, what comes of it, and when that is tried out. */
export class FeedEditor {
  readonly form: FeedForm;
  readonly probe: Probe;
  readonly service: Service;
  fault: Fault | undefined = $state.raw();
  /** A whole command was pasted. */
  pasted: Pasted | undefined = $state.raw();
  /** The address by which the service was recognised. */
  recognised = $state('');
  /** Rules that are added with the feed. */
  rules: RuleDraft[] = $state.raw([]);
  /** Which sample fields are chosen in. */
  picked: number | undefined = $state();
  /** The presets have not come yet, of which this feed is one. */
  waiting = $state(false);

  #app: App;
  #feed: Feed | undefined;
  /** A link filled in the form, and the user has not said yet that its server may be asked. */
  #unasked: boolean;
  #tried = '';
  /** The user has looked at the rules and chosen. */
  #chose = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(app: App, feed?: Feed, offer?: Offer) {
    const form = $state(offer ? formOfOffer(offer) : formOf(feed));
    this.form = form;
    this.#app = app;
    this.#feed = feed;
    this.#unasked = offer !== undefined;
    this.service = new Service(app.backend, form, feed);
    const samples = feed && samplesOf(app.store.feed(feed.id));
    this.probe = new Probe(app.backend, feed?.id, feed && this.draft(), samples);
    this.waiting = !!feed?.preset && app.presets.list === undefined;
  }

  /** The form asks for something else than what was tried last. */
  get isOld(): boolean {
    return this.probe.isOld(draftOf(this.form, this.#feed));
  }

  /** There is something to try out. */
  get isReady(): boolean {
    return this.service.preset ? this.service.ready : isAddress(this.form.url);
  }

  /** Rules that make sense: the service's before those of what came. */
  get proposed(): RuleDraft[] {
    const known = new Set(this.service.rules.map(({ when }) => JSON.stringify(when)));
    const others = this.probe.understanding?.rules ?? [];
    return [...this.service.rules, ...others.filter(({ when }) => !known.has(JSON.stringify(when)))];
  }

  draft() {
    return draftOf($state.snapshot(this.form) as FeedForm, this.#feed);
  }

  /** Begins with the service that the edited feed is of, or with an address that is known. */
  async start(url?: string): Promise<void> {
    const use = this.#feed?.preset;
    if (url) void this.paste(url);
    await this.#app.presets.load();
    const preset = this.#app.presets.find(use?.id);
    this.waiting = false;
    if (!use || !preset) return;
    try {
      await this.service.resume(preset, use);
    } catch (thrown) {
      this.fault = faultOf(thrown);
    }
  }

  /** The form is closed. */
  end(): void {
    clearTimeout(this.#timer);
    this.probe.stop();
  }

  /** Understands what came with the form's mapping. */
  async read(): Promise<void> {
    const { map, dialect } = this.draft();
    try {
      await this.probe.read(map, dialect ?? {});
      if (this.fault?.place.startsWith('map.')) this.fault = undefined;
    } catch (thrown) {
      this.fault = faultOf(thrown);
    }
  }

  /** Tries the form out as it is, if that is another request than the last. */
  async attempt(again = false): Promise<void> {
    clearTimeout(this.#timer);
    if (again) this.#unasked = false;
    if (this.#unasked) return;
    if (this.service.preset && !(await this.#fill(again))) return;
    const asked = this.draft();
    if (!isAddress(asked.url) || flawOf(this.form)) return;
    if (!again && (!isComplete(this.form) || !this.probe.isOld(asked))) return;
    this.picked = undefined;
    this.fault = undefined;
    // A rule that was proposed for another feed makes no sense for this one; the service's do.
    if (asked.url !== this.#tried) this.rules = this.rules.filter(({ name }) => name !== '');
    this.#tried = asked.url;
    try {
      await this.probe.start(asked);
    } catch (thrown) {
      this.fault = faultOf(thrown);
    }
  }

  async paste(text: string): Promise<void> {
    // What the user brought is no longer the link's.
    this.#unasked = false;
    if (await this.#take(text)) await this.attempt();
  }

  /** A key was pressed in the address, or in an answer. */
  typed(): void {
    clearTimeout(this.#timer);
    this.probe.stop();
    if (this.fault?.place === 'url' || this.fault?.place.startsWith('answers.')) this.fault = undefined;
    const { service } = this;
    // A login is not sent to an address that is half typed, nor one that is half typed itself.
    if (service.preset)
      this.#timer = setTimeout(() => void (service.hasSecrets ? this.#fill() : this.attempt()), REST_MS);
    else if (isAddress(this.form.url) && !hasSecrets(this.form))
      this.#timer = setTimeout(() => void this.attempt(), REST_MS);
  }

  /** A field was left after a change. */
  async changed(): Promise<void> {
    const text = this.form.url;
    if (this.service.preset || !text.trim() || isAddress(text) || (await this.#take(text))) await this.attempt();
  }

  async use(url: string): Promise<void> {
    this.form.url = url;
    await this.attempt(true);
  }

  /** Asks the questions of a service. */
  async choose(preset: Preset): Promise<void> {
    this.recognised = '';
    this.#begin(preset);
    await this.attempt();
  }

  /** Goes back from a service to an address: to the one that was pasted, or that the edited feed has. */
  async plain(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#feed) this.service.drop();
    else this.#leave(this.recognised);
    this.fault = undefined;
    await this.attempt();
  }

  /** Which of the proposed rules the user wants. */
  chooseRules(rules: RuleDraft[]): void {
    this.#chose = true;
    this.rules = rules;
  }

  /** Adds the feed, or changes it. Whether it was done; else `fault` says why not. */
  async save(): Promise<boolean> {
    clearTimeout(this.#timer);
    const { form, service } = this;
    // Where the service is not known here, another address is no answer to its questions.
    if (!service.preset && form.url.trim() !== this.#feed?.url) form.preset = undefined;
    this.fault = service.preset || form.url.trim() ? flawOf(form) : { place: 'url', reason: m.form_url_empty() };
    try {
      if (this.fault || !(await this.#complete())) return false;
      if (this.#feed) await this.#app.backend.updateFeed(this.#feed.id, this.draft());
      else await this.#add();
      return true;
    } catch (thrown) {
      this.fault = faultOf(thrown);
      return false;
    }
  }

  async #complete(): Promise<boolean> {
    if (this.service.preset) return this.#fill(true);
    return isAddress(this.form.url) || (await this.#take(this.form.url, false));
  }

  async #add(): Promise<void> {
    const app = this.#app;
    const added = await app.backend.addFeed(this.draft());
    const wanted = this.form.notify === 'none' ? [] : this.rules;
    for (const rule of wanted) {
      const says = saysRule(rule, (level) => formatDecimal(level, app.appearance.intl));
      const name = rule.name || says.charAt(0).toLocaleUpperCase() + says.slice(1);
      await app.run((backend) => backend.addRule({ ...$state.snapshot(rule), name, feeds: [added.id] } as RuleDraft));
    }
  }

  /** Takes what was pasted or typed into the address for what it is. Whether it is an address now. */
  async #take(text: string, recognise = true): Promise<boolean> {
    try {
      const found = await this.#app.backend.readPasted(text);
      fill(this.form, found);
      this.pasted = found.command ? found : undefined;
      this.fault = undefined;
      if (recognise && found.preset && !this.#feed) await this.#recognise(found.preset, found.draft.url);
      return true;
    } catch (thrown) {
      this.form.url = text.trim();
      this.fault = faultOf(thrown);
      return false;
    }
  }

  async #recognise({ id, answers }: NonNullable<Pasted['preset']>, url: string): Promise<void> {
    await this.#app.presets.want();
    const preset = this.#app.presets.find(id);
    if (!preset) return;
    this.recognised = url;
    this.#begin(preset, answers);
  }

  #begin(preset: Preset, answers = {}): void {
    clearTimeout(this.#timer);
    this.probe.stop();
    this.fault = undefined;
    this.pasted = undefined;
    this.rules = [];
    this.#chose = false;
    this.service.choose(preset, answers);
  }

  #leave(url: string): void {
    this.probe.stop();
    this.service.leave(url);
    this.rules = [];
  }

  /** Fills in the form from the answers. `insist`: who has not come to a question yet is told that it needs an answer. */
  async #fill(insist = false): Promise<boolean> {
    try {
      const done = await this.service.fill();
      if (done && !this.#feed) this.rules = this.#carried();
      return done;
    } catch (thrown) {
      const fault = faultOf(thrown);
      const [place, name = ''] = fault.place.split('.');
      this.probe.stop();
      if (insist || place !== 'answers' || this.service.answers[name]) this.fault = fault;
      return false;
    }
  }

  /** The chosen rules, as the service proposes them by now; its best until the user has chosen. */
  #carried(): RuleDraft[] {
    const { rules } = this.service;
    if (!this.#chose) return rules.slice(0, 1);
    return this.rules.map((rule) => (rule.name && rules.find(({ name }) => name === rule.name)) || rule);
  }
}
