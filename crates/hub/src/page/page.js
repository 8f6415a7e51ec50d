// The hub's page: which topics there are, one of them live, and publishing. What comes is untrusted: text, never markup.

/** Events shown of a topic; older ones leave. */
const SHOWN = 200;
/** How often the list of topics is asked for, in milliseconds. */
const LIST_EVERY = 3000;

const words = JSON.parse(document.getElementById('words').textContent);
const language = document.documentElement.lang;
const $ = (id) => document.getElementById(id);

/** An element with attributes, texts and other elements in it. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A text with a number in it. */
const counted = (key, n) => words[key].replace('{n}', n.toLocaleString(language));

// --- the list of topics

const ago = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });

function since(seconds) {
  const passed = Math.max(0, Math.round(Date.now() / 1000 - seconds));
  if (passed < 60) return ago.format(-passed, 'second');
  if (passed < 3600) return ago.format(-Math.floor(passed / 60), 'minute');
  if (passed < 86400) return ago.format(-Math.floor(passed / 3600), 'hour');
  return ago.format(-Math.floor(passed / 86400), 'day');
}

function entry(href, name, details) {
  const link = element('a', { href }, element('b', {}, name));
  if (details) link.append(element('small', {}, details));
  if (href === place()) link.setAttribute('aria-current', 'page');
  return element('li', {}, link);
}

/** Replaces what a list holds, if that is something else; the keyboard stays where it is. */
function fill(list, entries) {
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  const next = element('ul', {}, ...entries);
  if (next.innerHTML === list.innerHTML) return;
  list.replaceChildren(...next.childNodes);
  if (focused) list.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

async function list() {
  let known;
  try {
    const answer = await fetch('/topics');
    known = await answer.json();
    trouble(answer.ok ? '' : known.error);
    if (!answer.ok) return;
  } catch {
    trouble(words.unreachable);
    return;
  }
  const topics = known.topics.map(({ topic, events, time, subscribers }) => {
    const details = [counted(events === 1 ? 'events_1' : 'events_n', events)];
    if (time) details.unshift(since(time));
    if (subscribers > 0) details.push(counted('listeners', subscribers));
    return entry(`/${topic}`, topic, details.join(' · '));
  });
  fill($('topics'), topics);
  fill(
    $('demos'),
    known.demos.map((name) => entry(`/#demo/${name}`, name)),
  );
  $('no-topics').hidden = topics.length > 0;
  $('demos-part').hidden = known.demos.length === 0;
}

function trouble(text) {
  $('trouble').hidden = !text;
  if ($('trouble').textContent !== text) $('trouble').textContent = text;
}

// --- the live topic

let source = null;
let waiting = [];
let shown = null;

/** Which demo feed the page's address names, if any; other parts of an address are places on the page. */
const demoOf = ({ hash }) => (hash.startsWith('#demo/') ? hash.slice('#demo/'.length) : '');
/** The page's own address of what is shown. */
const place = () => location.pathname + (demoOf(location) && location.hash);

function show() {
  if (shown === place()) return;
  shown = place();
  const demo = demoOf(location);
  const topic = location.pathname.slice(1);
  source?.close();
  source = null;
  waiting = [];
  $('events').replaceChildren();
  $('live-title').textContent = demo || topic || words.live;
  state('');
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === place()) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  $('hint').hidden = false;
  $('hint').textContent = demo || topic ? words.quiet : words.choose;
  if (topic) $('topic').value = topic;
  commands();
  if (demo || topic) listen(demo ? `/demo/${demo}?untyped=1` : `/${topic}/sse?since=all&untyped=1`);
}

function listen(url) {
  state('connecting');
  const opened = new EventSource(url);
  let newest = '';
  source = opened;
  opened.onopen = () => {
    state('open');
    void list();
  };
  opened.onerror = () => state(opened.readyState === EventSource.CLOSED ? 'refused' : 'waiting');
  opened.onmessage = ({ data, lastEventId }) => {
    if (waiting.length === 0) requestAnimationFrame(draw);
    // What has no id of its own is said by the hub, whoever may have published something that looks like it.
    waiting.push({ data, id: lastEventId === newest ? '' : lastEventId });
    newest = lastEventId;
    // What would not be shown anyway is let go, however much comes while the page is out of sight.
    if (waiting.length > 2 * SHOWN) waiting.splice(1, waiting.length - SHOWN);
  };
}

function state(name) {
  $('state').dataset.state = name;
  $('state').textContent = words[name] ?? '';
}

function draw() {
  const events = waiting.slice(-SHOWN).reverse();
  waiting = [];
  if (events.length === 0) return;
  $('hint').hidden = true;
  $('events').prepend(...events.map(drawn));
  while ($('events').childElementCount > SHOWN) $('events').lastElementChild.remove();
}

function drawn({ data, id }) {
  if (!id) return element('li', { class: 'gap' }, words.gap);
  const said = parsed(data);
  const line = element('div', { class: 'line' });
  const item = element('li', {}, line);
  const own = said?.id === id ? said.event : null;
  if (own === 'message') {
    if (said.title) line.append(element('span', { class: 'text title', dir: 'auto' }, said.title));
    const message = element('div', { class: 'text', dir: 'auto' }, said.message);
    if (said.title) item.append(message);
    else line.append(message);
    const chips = chipsOf(said);
    if (chips.length > 0) item.append(element('div', { class: 'chips' }, ...chips));
  } else if (own) {
    const what = own === 'message_delete' ? words.deleted : words.cleared;
    line.append(element('span', { class: 'text gone' }, what.replace('{id}', said.sequence_id)));
  } else {
    line.append(element('span', { class: 'text data' }, data));
  }
  const time = new Date(Number(id.split('-')[0]));
  line.append(element('time', { datetime: time.toISOString() }, told(time)));
  return item;
}

const hours = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' });
const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });

/** A time, with its day unless that is today. */
function told(time) {
  const day = days.format(time);
  return day === days.format(new Date()) ? hours.format(time) : `${day} ${hours.format(time)}`;
}

function chipsOf({ priority, tags, click, attachment }) {
  const chips = [];
  if (priority && priority !== 3) {
    const loud = priority === 5 ? 'urgent' : priority === 4 ? 'high' : 'low';
    chips.push(element('span', { class: loud }, words[`priority_${priority}`] ?? String(priority)));
  }
  for (const tag of tags ?? []) chips.push(element('span', { dir: 'auto' }, tag));
  if (isWeb(click)) chips.push(link(click, words.link));
  if (isWeb(attachment?.url)) chips.push(link(attachment.url, `${words.attachment}: ${attachment.name}`));
  return chips;
}

const link = (href, text) => element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text);
const isWeb = (url) => /^https?:\/\//i.test(url ?? '');

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

// --- publishing

const form = $('form');

/** What the form says, as headers. */
function headers() {
  const said = [
    ['Title', form.elements.title.value],
    ['Priority', form.elements.priority.value],
    ['Tags', form.elements.tags.value],
  ];
  return said.map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
}

async function publish(event) {
  event.preventDefault();
  const topic = form.elements.topic.value;
  const query = new URLSearchParams(headers().map(([name, value]) => [name.toLowerCase(), value]));
  const sent = $('sent');
  try {
    const answer = await fetch(`/${topic}?${query}`, {
      method: 'POST',
      body: form.elements.message.value,
    });
    sent.dataset.state = answer.ok ? 'good' : 'bad';
    sent.textContent = answer.ok ? words.sent : (await answer.json()).error;
    if (!answer.ok) return;
    form.elements.message.value = '';
    commands();
    if (place() !== `/${topic}`) go(`/${topic}`);
    void list();
  } catch {
    sent.dataset.state = 'bad';
    sent.textContent = words.unreachable;
  }
}

/** A text as a shell takes it. */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

function commands() {
  const topic = form.elements.topic.value || 'backups';
  const message = form.elements.message.value || 'done';
  const said = headers().map(([name, value]) => `-H ${quoted(`${name}: ${value}`)} `);
  $('publish-command').textContent = `curl ${said.join('')}-d ${quoted(message)} ${location.origin}/${topic}`;
  $('subscribe-command').textContent = `curl -N ${location.origin}/${topic}/sse`;
}

async function copy(button) {
  await navigator.clipboard.writeText($(button.dataset.copy).textContent);
  // As long as somebody is at it; not every browser says so by itself.
  button.textContent = words.copied;
  button.focus();
  button.addEventListener('blur', () => (button.textContent = words.copy), { once: true });
}

// --- all of it

function go(href) {
  history.pushState(null, '', href);
  show();
}

document.querySelector('nav').addEventListener('click', (event) => {
  const chosen = event.target.closest('a');
  if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(chosen.getAttribute('href'));
});
addEventListener('popstate', show);
form.addEventListener('submit', publish);
form.addEventListener('input', () => {
  $('sent').textContent = '';
  commands();
});
for (const button of document.querySelectorAll('[data-copy]')) button.addEventListener('click', () => copy(button));

$('address').textContent = location.host;
await list();
show();
setInterval(() => document.hidden || list(), LIST_EVERY);
document.addEventListener('visibilitychange', () => document.hidden || list());
