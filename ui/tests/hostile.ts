/** Texts that want to be something else than text, or that are hard to draw. None may do anything but be read. */
export const HOSTILE: Record<string, string> = {
  markup:
    '<script>window.pwned=1</script><img class=pwned src=x onerror="window.pwned=1"><svg class=pwned onload="window.pwned=1">',
  frame:
    '</span></div><iframe class=pwned srcdoc="<script>parent.pwned=1</script>"></iframe><style>*{display:none}</style>',
  link: '<a class=pwned href="javascript:window.pwned=1">click</a> javascript:window.pwned=1',
  template: '{@html pwned} {{7*7}} ${pwned} <%= pwned %> {#if}{/if} $1 $& %s %n \\u0041 &lt;b&gt;',
  quotes: `"' onmouseover="window.pwned=1" x='`,
  override: '\u202Efdp.exe\u202E\u202E evil',
  isolates: '\u2067\u2066\u2068 never closed \u2069\u2069\u2069\u2069\u2069 closed too often',
  invisible: '\u200B\u200C\u200D\u2060\uFEFF\u00AD',
  towers: `Z${'\u0310\u0322\u0334\u0315\u0489'.repeat(60)}algo${'\u0e49'.repeat(80)}`,
  emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇨🇳 👍🏽 ❤️ 1️⃣',
  arabic: 'مرحبا بالعالم! (123) 50%',
  hebrew: 'שלום עולם, 3:2 — בְּרֵאשִׁ֖ית',
  chinese: '看起来一切正常，今晚的部署已经完成。服务器的错误率降到百分之零点一以下',
  control: 'a\u0000b\u0007c\u001b[31mred\u001b[0m\u0008\u007f\r\n\u2028\u2029\u0085\u000b\u000c end',
  number: '1e400',
  minus: '-0',
  digits: `3.${'14159'.repeat(400)}`,
  long: 'x'.repeat(1_000_000),
  lines: Array.from({ length: 10_000 }, (_, line) => `line ${line}`).join('\n'),
  deep: `${'['.repeat(5000)}1${']'.repeat(5000)}`,
  wide: JSON.stringify(Array.from({ length: 100_000 }, (_, index) => index)),
  object: JSON.stringify({
    '<b class=pwned>key</b>': '<img class=pwned src=x onerror="window.pwned=1">',
    __proto__: null,
    constructor: 1e308,
    '\u202Eyek': { '': [null, true, -0, 1e-7, { a: { b: { c: { d: ['x'.repeat(5000)] } } } }] },
  }),
};

/** The same where the engine lets only short texts through: in names, keys and types. */
export const SHORT: Record<string, string> = Object.fromEntries(
  Object.entries(HOSTILE).map(([name, text]) => [name, text.slice(0, 500)]),
);
