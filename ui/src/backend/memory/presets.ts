import { parse } from 'smol-toml';

import type { Feed } from '../../bindings/Feed';
import type { FeedDraft } from '../../bindings/FeedDraft';
import type { Filled } from '../../bindings/Filled';
import type { Phrase } from '../../bindings/Phrase';
import type { Preset } from '../../bindings/Preset';
import type { PresetUse } from '../../bindings/PresetUse';
import type { Question } from '../../bindings/Question';
import type { RuleDraft } from '../../bindings/RuleDraft';
import type { Refusal } from '../backend';

function refuse(code: string, message: string): never {
  const refusal: Refusal = { code, message };
  throw refusal;
}

const FILES = import.meta.glob<string>('../../../../presets/*.toml', { query: '?raw', import: 'default', eager: true });

/** Those that every program has, from their files. */
const BUILT_IN: Preset[] = Object.entries(FILES)
  .map(([path, text]) => ({ ...read(text), id: /([\w-]+)\.toml$/.exec(path)?.[1] ?? path }))
  .sort((a, b) => a.place - b.place);

function read(text: string): Preset {
  const { place = 0, icon = 'radio', ask = [], feed, ...preset } = parse(text) as unknown as Preset;
  const whole = { ...feed, map: feed.map ?? {}, headers: feed.headers ?? {}, limits: feed.limits ?? {} };
  return { ...preset, place, icon, ask, feed: { ...whole, name: feed.name ?? '', notify: feed.notify ?? 'rules' } };
}

const said = (phrase: Phrase) => (typeof phrase === 'string' ? phrase : phrase.en);

/** The preset of an address, and what of it is an answer. */
export function recognise(url: string): PresetUse | null {
  for (const { id = '', recognise = [] } of BUILT_IN) {
    const found = recognise.map((pattern) => new RegExp(pattern).exec(url)).find((match) => match !== null);
    if (found) return { id, answers: JSON.parse(JSON.stringify(found.groups ?? {})) as PresetUse['answers'] };
  }
  return null;
}

/** Known services, and the user's own, filled in by a little of what the engine knows. */
export class Presets {
  #own: Preset[] = [];

  all(): Preset[] {
    return structuredClone([...BUILT_IN, ...this.#own]);
  }

  /** `keeps`: the feed that is changed has secrets. */
  fill({ id, answers }: PresetUse, keeps: boolean): Filled {
    const preset = this.find(id);
    const values = new Map(preset.ask.map((question) => [question.name, valueOf(question, answers, keeps)]));
    const draft = filled(preset.feed, values) as FeedDraft;
    const known = preset.ask.filter(({ name, kind }) => kind !== 'secret' && name in answers);
    draft.preset = { id, answers: Object.fromEntries(known.map(({ name }) => [name, answers[name] ?? ''])) };
    draft.headers ??= {};
    const rules = (preset.rules ?? []).flatMap(({ name, notify = { urgency: 'normal' }, ...rule }) => {
      const made = filled({ ...rule, notify, name: said(name), feeds: [] }, values) as RuleDraft;
      return 'when' in made ? [made] : [];
    });
    return { draft, rules };
  }

  /** A feed's settings under a name. */
  keep({ url, view, map = {}, notify }: Feed, name: string): Preset {
    if (!name.trim()) refuse('invalid', 'name: Choose a name of at most 120 bytes.');
    const address: Question = { name: 'address', kind: 'text', label: 'Address', default: url };
    const feed = { name, url: '${address}', map, notify, headers: {}, limits: {}, ...(view ? { view } : {}) };
    return this.#add({ version: 1, place: 0, icon: 'radio', name, description: url, ask: [address], feed });
  }

  take(text: string): Preset {
    try {
      return this.#add(read(text));
    } catch {
      return refuse('bad_document', 'This is no preset that Streambell can read. Choose another file.');
    }
  }

  remove(id: string): void {
    this.#own = this.#own.filter((preset) => preset.id !== id);
  }

  find(id: string): Preset {
    return this.all().find((preset) => preset.id === id) ?? refuse('no_such_preset', `There is no preset ${id}.`);
  }

  #add(preset: Preset): Preset {
    const added = { ...preset, id: `own-${this.#own.length + 1}`, own: true };
    this.#own.push(added);
    return structuredClone(added);
  }
}

function valueOf(question: Question, answers: PresetUse['answers'], keeps: boolean): string {
  const { name, kind, label, pattern, wrong, optional } = question;
  const answer = (answers[name] ?? question.default ?? '').trim();
  const place = `answers.${name}`;
  if (answer === '' && !optional && !(keeps && kind === 'secret'))
    refuse('invalid', `${place}: Fill in '${said(label)}'.`);
  const unfit = (kind === 'list' ? answer.split(/[\s,]+/) : [answer]).find(
    (item) => item && pattern && !new RegExp(`^(?:${pattern})$`, 'u').test(item),
  );
  if (unfit) refuse('invalid', `${place}: '${unfit}' does not fit here. ${wrong ? said(wrong) : ''}`);
  if (kind !== 'server' || answer === '') return answer;
  return (answer.includes('://') ? answer : `http://${answer}`).replace(/\/+$/, '');
}

/** Puts answers into texts; what stays empty is left out. */
function filled(part: unknown, values: Map<string, string>): unknown {
  if (typeof part === 'string') {
    if (!part.includes('${')) return part;
    const text = part.replaceAll(/\$\{\s*(\w+)[^}]*\}/g, (_, name: string) => values.get(name) ?? '');
    return text.trim() === '' ? undefined : text;
  }
  if (Array.isArray(part)) {
    const items = part.map((item) => filled(item, values)).filter((item) => item !== undefined);
    return items.length > 0 || part.length === 0 ? items : undefined;
  }
  if (typeof part !== 'object' || part === null) return part;
  const fields = Object.entries(part).map(([name, field]) => [name, filled(field, values)] as const);
  const kept = fields.filter(([, field]) => field !== undefined);
  const isLogin = 'type' in part && kept.length < fields.length;
  return (kept.length > 0 || fields.length === 0) && !isLogin ? Object.fromEntries(kept) : undefined;
}
