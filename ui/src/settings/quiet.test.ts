import { afterEach, describe, expect, it } from 'vitest';

import type { QuietHours } from '../bindings/QuietHours';
import { overwriteGetLocale } from '../paraglide/runtime';
import { flawOf, NIGHTS, saysQuiet, tidyTime, WEEK } from './quiet';

const CASES: [Partial<QuietHours>, en: string, zh: string][] = [
  [{}, 'Mon–Fri 22:00–07:00 the next day', '周一至周五 22:00–次日 07:00'],
  [{ days: [...WEEK], from: '12:00', to: '13:30' }, 'Every day 12:00–13:30', '每天 12:00–13:30'],
  [
    { days: ['sunday', 'saturday'], from: '00:00', to: '00:00', except: 'critical' },
    'Sat, Sun 00:00–00:00 the next day, but not what is critical',
    '周六、周日 00:00–次日 00:00，紧急除外',
  ],
  [
    { days: ['monday', 'wednesday', 'thursday', 'friday', 'sunday'], from: '01:00', except: 'normal' },
    'Mon, Wed–Fri, Sun 01:00–07:00, but not what is normal or critical',
    '周一、周三至周五、周日 01:00–07:00，普通与紧急除外',
  ],
  [
    { days: ['tuesday'], except: 'low' },
    'Tue 22:00–07:00 the next day, but everything is let through',
    '周二 22:00–次日 07:00，但全部放行',
  ],
];

describe('quiet hours', () => {
  afterEach(() => overwriteGetLocale(() => 'en'));

  it.each(CASES)('%j in words', (hours, en, zh) => {
    expect(saysQuiet({ ...NIGHTS, ...hours }, 'en')).toBe(en);
    overwriteGetLocale(() => 'zh');
    expect(saysQuiet({ ...NIGHTS, ...hours }, 'zh')).toBe(zh);
  });

  it.each([
    [{}, undefined],
    [{ from: '00:00', to: '23:59' }, undefined],
    [{ days: [] }, 'days'],
    [{ from: '' }, 'from'],
    [{ from: '24:00' }, 'from'],
    [{ to: '7' }, 'to'],
    [{ to: '07:60' }, 'to'],
  ] satisfies [Partial<QuietHours>, string | undefined][])('%j has its flaw at %s', (hours, place) => {
    expect(flawOf({ ...NIGHTS, ...hours })?.place).toBe(place);
  });

  it.each([
    [' 7:30 ', '07:30'],
    ['22：00', '22:00'],
    ['22:00', '22:00'],
    ['7', '7'],
    ['99:99', '99:99'],
  ])('%j is %s', (text, tidy) => {
    expect(tidyTime(text)).toBe(tidy);
  });
});
