import { MediaQuery } from 'svelte/reactivity';

import type { Phrase } from '../bindings/Phrase';
import type { Preferences } from '../bindings/Preferences';
import { type Locale, locales, overwriteGetLocale } from '../paraglide/runtime';

/** The language to speak: the user's choice, else the system's, else English. */
export function chooseLocale(chosen: string | null, system: readonly string[]): Locale {
  for (const tag of [chosen ?? '', ...system]) {
    const language = tag.toLowerCase().split(/[-_.]/)[0];
    const known = locales.find((locale) => locale === language);
    if (known) return known;
  }
  return 'en';
}

/** A locale that `Intl` accepts: under LANG=C the webview reports one that it does not. */
export function intlLocale(locale: Locale, system: readonly string[]): string {
  const regional = system.find((tag) => tag.toLowerCase().startsWith(`${locale}-`));
  try {
    return Intl.getCanonicalLocales(regional ?? locale)[0] ?? locale;
  } catch {
    return locale;
  }
}

/** Colours and language, as the user's preferences and the system have them. */
export class Appearance {
  #dark = new MediaQuery('prefers-color-scheme: dark');
  #preferences: () => Preferences;

  readonly theme: 'light' | 'dark' = $derived.by(() => {
    const { theme } = this.#preferences();
    if (theme !== 'system') return theme;
    return this.#dark.current ? 'dark' : 'light';
  });
  readonly locale: Locale = $derived.by(() => chooseLocale(this.#preferences().language, navigator.languages));
  /** For numbers and times. */
  readonly intl: string = $derived.by(() => intlLocale(this.locale, navigator.languages));

  constructor(preferences: () => Preferences) {
    this.#preferences = preferences;
    // Messages read the locale from here, so that a change of language redraws them.
    overwriteGetLocale(() => this.locale);
  }
  /** A text that comes in both languages, in the one that is spoken. */
  say(phrase: Phrase): string {
    return typeof phrase === 'string' ? phrase : phrase[this.locale];
  }
}
