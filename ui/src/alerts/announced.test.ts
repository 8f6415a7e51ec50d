import { afterEach, describe, expect, it } from 'vitest';

import type { Alert } from '../bindings/Alert';
import { overwriteGetLocale } from '../paraglide/runtime';
import { saysAnnounced } from './announced';

type Told = Pick<Alert, 'announced' | 'answer' | 'snoozed_until'>;
const RUNG: Told = { announced: { how: 'rung' }, answer: null, snoozed_until: null };

const CASES: [Partial<Told>, en: string[], zh: string[]][] = [
  [{}, [], []],
  [{ answer: 'dismissed' }, ['notification dismissed'], ['通知已关闭']],
  [{ answer: 'No service.' }, ['notification failed: No service.'], ['通知失败：No service.']],
  [
    { announced: { how: 'held', gate: 'quiet_hours', until: 7 } },
    ['held back by quiet hours until <7>'],
    ['因免打扰时段暂缓至 <7>'],
  ],
  [
    { announced: { how: 'digest', gate: 'storm' }, answer: 'shown' },
    ['told in a digest (a storm of alerts)', 'notification shown'],
    ['已在摘要中告知（提醒过多）', '通知已显示'],
  ],
  [{ announced: { how: 'silent', gate: 'duplicate' } }, ['not announced: a duplicate'], ['未通知：重复内容']],
  [{ snoozed_until: 9 }, ['snoozed until <9>'], ['已推迟至 <9>']],
];

describe('how an alert was announced', () => {
  afterEach(() => overwriteGetLocale(() => 'en'));

  it.each(CASES)('%j', (told, en, zh) => {
    const words = () => saysAnnounced({ ...RUNG, ...told }, (at) => `<${at}>`);
    expect(words()).toEqual(en);
    overwriteGetLocale(() => 'zh');
    expect(words()).toEqual(zh);
  });
});
