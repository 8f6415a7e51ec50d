import { afterEach, describe, expect, it } from 'vitest';

import type { Rule } from '../bindings/Rule';
import { overwriteGetLocale } from '../paraglide/runtime';
import { saysRule } from './says';

const CASES: [Pick<Rule, 'when' | 'for' | 'until' | 'per' | 'gates'>, en: string, zh: string][] = [
  [
    { when: { value: { crosses_above: '60000', recovers_below: '59000' } } },
    'value crosses above <60000>, armed again below <59000>',
    '数值向上越过 <60000>，低于 <59000> 后重新生效',
  ],
  [{ when: { value: { crosses_below: 0.1 } } }, 'value crosses below <0.1>', '数值向下越过 <0.1>'],
  [
    { when: { value: { below: '-5', recovers_above: '0' } } },
    'value below <-5>, armed again above <0>',
    '数值低于 <-5>，高于 <0> 后重新生效',
  ],
  [
    { when: { value: { changes_by: '2', within: '1h30m' } } },
    'value changes by <2> or more within 1 h 30 min',
    '数值在 1 小时 30 分钟内变化达到 <2>',
  ],
  [
    { when: { value: { changes_by_percent: 5, within: '90s', direction: 'up' } } },
    'value rises by <5> % or more within 90 s',
    '数值在 90 秒内上升达到 <5>%',
  ],
  [
    { when: { value: { changes_by_percent: 5, within: '2d', direction: 'down' } } },
    'value falls by <5> % or more within 2 d',
    '数值在 2 天内下降达到 <5>%',
  ],
  [{ when: { event: 'alarm' } }, 'event of type alarm', '类型为 alarm 的事件'],
  [{ when: { text: { words: 'disk full' } } }, 'text has the words disk full', '文本包含 disk full'],
  [{ when: { text: { matches: '(?i)a.b' } } }, 'text matches (?i)a.b', '文本匹配 (?i)a.b'],
  [{ when: { field: '$.status', equals: 'done' } }, '$.status is done', '$.status 等于 done'],
  [{ when: { field: '$.n', equals: null } }, '$.n is null', '$.n 等于 null'],
  [{ when: { field: '$.n', differs: '5' } }, '$.n is not "5"', '$.n 不等于 "5"'],
  [{ when: { field: '$.n', matches: '^a' } }, '$.n matches ^a', '$.n 匹配 ^a'],
  [{ when: { field: '$.n', in: ['a', 2] } }, '$.n is one of a, 2', '$.n 是 a, 2 之一'],
  [{ when: { rate: { above: 100, per: '1m' } } }, 'more than <100> events in 1 min', '1 分钟内多于 <100> 个事件'],
  [{ when: { rate: { below: 3, per: '1m' } } }, 'fewer than <3> events in 1 min', '1 分钟内少于 <3> 个事件'],
  [{ when: { silent_for: '2m' } }, 'nothing comes for 2 min', '2 分钟没有事件'],
  [{ when: { progress: { reaches_percent: 100 } } }, 'progress reaches <100> %', '进度达到 <100>%'],
  [{ when: { progress: { stalls_for: '5m' } } }, 'progress stalls for 5 min', '进度停滞 5 分钟'],
  [{ when: { cel: 'value > 5' } }, 'value > 5 is true', 'value > 5 为真'],
  [{ when: { not: { event: 'a' } } }, 'not (event of type a)', '并非（类型为 a 的事件）'],
  [
    { when: { all: [{ event: 'a' }, { any: [{ silent_for: '2m' }, { value: { above: 1, recovers_below: 0 } }] }] } },
    'event of type a and (nothing comes for 2 min or (value above <1>, armed again below <0>))',
    '类型为 a 的事件 且 （2 分钟没有事件 或 （数值高于 <1>，低于 <0> 后重新生效））',
  ],
  [
    { when: { value: { above: 1 } }, for: '5m', until: { event: 'ok' }, per: 'key' },
    'value above <1>, for 5 min, until event of type ok, each key on its own',
    '数值高于 <1>，持续 5 分钟，直到类型为 ok 的事件，每个键分别判断',
  ],
  [
    { when: { event: 'a' }, per: 'feed' },
    'event of type a, each feed on its own',
    '类型为 a 的事件，每个订阅源分别判断',
  ],
  [
    { when: { event: 'a' }, gates: { cool_down: '10m', at_most: { count: 3, per: '1h' } } },
    'event of type a, then quiet for 10 min, at most <3> in 1 h',
    '类型为 a 的事件，之后静默 10 分钟，1 小时内最多 <3> 次',
  ],
  [{ when: { event: 'a' }, per: 'rule' }, 'event of type a, all feeds together', '类型为 a 的事件，所有订阅源合并判断'],
];

describe('a rule in words', () => {
  afterEach(() => overwriteGetLocale(() => 'en'));

  it.each(CASES)('%j', (rule, en, zh) => {
    const words = () => saysRule(rule, (level) => `<${level}>`);
    expect(words()).toBe(en);
    overwriteGetLocale(() => 'zh');
    expect(words()).toBe(zh);
  });
});
