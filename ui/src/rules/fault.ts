import { refusal } from '../backend';
import type { RuleForm } from './draft';

/** The fields of what holds alerts back, as the engine calls them. */
const GATES = ['gates.cool_down', 'gates.at_most.count', 'gates.at_most.per'] as const;

/** Where in the form: a row of the condition by its number, or a field of the rule; `form`: none of them. */
export type Place = number | 'until' | 'for' | 'feeds' | (typeof GATES)[number] | 'form';

/** What is wrong with one text of the form. */
export class Flaw {
  readonly reason: string;
  /** Not wrong, but not filled in yet. */
  readonly missing: boolean;

  constructor(reason: string, missing = false) {
    this.reason = reason;
    this.missing = missing;
  }
}

/** Why a form is no rule, and where. */
export class Fault extends Flaw {
  readonly place: Place;

  constructor(place: Place, { reason, missing }: Flaw) {
    super(reason, missing);
    this.place = place;
  }
}

/** Runs what makes a part of the draft; a flaw found in it is one of this place. */
export function at<T>(place: Place, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    throw thrown instanceof Flaw ? new Fault(place, thrown) : thrown;
  }
}

/** Finds the place of whatever was thrown: the engine says `when.any[1].text.words: Give …`. */
export function faultOf(thrown: unknown, form: RuleForm): Fault {
  if (thrown instanceof Fault) return thrown;
  const { message } = refusal(thrown);
  if (typeof thrown === 'string') return new Fault(unreadable(form), new Flaw(message));
  const [, path = '', reason = ''] = /^([\w.[\]]+): (.+)$/s.exec(message) ?? [];
  const [, rest = path] = /^when\.(?:all|any)\[\d+\]\.?(.*)$/.exec(path) ?? [];
  const place = placeOf(path, form);
  // Inside JSON text the way to the place is worth telling.
  const row = typeof place === 'number' ? form.rows[place] : place === 'until' ? form.until : undefined;
  const told = place === 'form' ? message : row?.kind === 'json' && rest ? `${rest}: ${reason}` : reason;
  return new Fault(place, new Flaw(told));
}

/** What can not even be read comes without a place: JSON text is free to be that wrong. */
function unreadable({ rows, until }: RuleForm): Place {
  const places = rows.flatMap<Place>(({ kind }, index) => (kind === 'json' ? index : []));
  if (until?.kind === 'json') places.push('until');
  const [only = 'form'] = places;
  return places.length === 1 ? only : 'form';
}

function placeOf(path: string, form: RuleForm): Place {
  const [, name = '', index] = /^(\w+)(?:\.(?:all|any)\[(\d+)\])?/.exec(path) ?? [];
  switch (name) {
    case 'when': {
      const row = form.rows.length === 1 ? 0 : Number(index ?? NaN);
      return row in form.rows ? row : 'form';
    }
    case 'until':
      return form.until ? 'until' : 'form';
    case 'for':
      return 'for';
    case 'feed':
    case 'feeds':
    case 'group':
      return 'feeds';
    case 'gates':
      return GATES.find((gate) => gate.startsWith(path)) ?? 'form';
    default:
      return 'form';
  }
}
