import type { Page } from '@playwright/test';

/** More steps than any page has: who has not come round by then is caught. */
const MOST = 400;

/** What Tab came to. */
interface Stop {
  /** A number that the element was given; the same again: it has come round. */
  mark: string;
  name: string;
  /** What is wrong with having the focus there. */
  wrong: string[];
}

/** Walks from the first to the last and back again by Tab, and tells what is wrong with that. */
export async function walk(page: Page): Promise<string[]> {
  await page.evaluate(begin);
  const there = await steps(page, 'Tab');
  const back = await steps(page, 'Shift+Tab');
  const reached = new Set(there.map(({ mark }) => mark));
  const missed = await page.evaluate(missing, [...reached]);
  const wrong = [...there, ...back].flatMap(({ wrong }) => wrong);
  // Whole rounds: the way back ends where the way there begins.
  const [first, last] = [there.map(({ mark }) => mark), back.map(({ mark }) => mark).reverse()];
  const turned =
    first.filter((mark) => last.includes(mark)).join() === last.filter((mark) => first.includes(mark)).join();
  if (!turned) wrong.push('the way back is another');
  if (there.length >= MOST) wrong.push('Tab does not come round');
  return [...new Set([...wrong, ...missed])];
}

async function steps(page: Page, key: string): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (let step = 0; step < MOST; step += 1) {
    await page.keyboard.press(key);
    // Lists draw what comes into sight in the next frame.
    await page.clock.runFor(20);
    const stop = await page.evaluate(standing, key);
    if (!stop || stops.some(({ mark }) => mark === stop.mark)) break;
    stops.push(stop);
  }
  return stops;
}

/** In the page: nothing has the focus, and nothing was walked to. */
function begin(): void {
  const dialog = document.querySelector<HTMLElement>('[role=dialog], [role=alertdialog], .filter-panel');
  for (const element of document.querySelectorAll('[data-walked]')) element.removeAttribute('data-walked');
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  if (!dialog) {
    // The next Tab begins with the first of the page.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  } else dialog.focus();
  document.body.dataset.walks = '0';
}

/** In the page: what has the focus now, and what is wrong with it. */
function standing(key: string): Stop | undefined {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return undefined;
  const { dataset } = document.body;
  if (!element.dataset.walked) {
    dataset.walks = String(Number(dataset.walks) + 1);
    element.dataset.walked = dataset.walks;
  }
  const name = `${element.tagName.toLowerCase()} ${element.dataset.testid ?? element.className.split(' ')[0]} “${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 30)}”`;
  const wrong: string[] = [];

  const drawn = [element, element.closest('.card'), element.closest('form[role=search]')];
  const isMarked = drawn.some((each) => {
    if (!each) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
  });
  if (!isMarked) wrong.push(`${name} has the focus, and nothing shows it`);

  const rect = element.getBoundingClientRect();
  const inside = {
    left: Math.max(rect.left, 0),
    right: Math.min(rect.right, innerWidth),
    top: Math.max(rect.top, 0),
    bottom: Math.min(rect.bottom, innerHeight),
  };
  // A large one may be seen in part; of no one everything may be covered.
  const spots = [0.5, 0.1, 0.9].flatMap((across) =>
    [0.5, 0.15, 0.85].map((down) => [
      inside.left + (inside.right - inside.left) * across,
      inside.top + (inside.bottom - inside.top) * down,
    ]),
  );
  const isSeen =
    inside.right > inside.left &&
    inside.bottom > inside.top &&
    spots.some(([x = 0, y = 0]) => {
      const hit = document.elementFromPoint(x, y);
      return hit !== null && (element.contains(hit) || hit.contains(element));
    });
  if (!isSeen) wrong.push(`${name} has the focus, and is out of sight or covered`);

  // The order is that of the drawing: down or to the right, never only up.
  const before = document.querySelector('[data-last-walked]');
  if (before instanceof HTMLElement && key === 'Tab') {
    const last = before.getBoundingClientRect();
    const isUp = rect.bottom <= last.top + 1 && rect.left <= last.left && last.height > 0;
    // A level keeps its place in the order wherever it is dragged to.
    if (isUp && !element.matches('[role=slider]'))
      wrong.push(
        `${name} is above ${before.dataset.testid ?? before.textContent.trim().slice(0, 30)}, which is before it`,
      );
  }
  before?.removeAttribute('data-last-walked');
  element.setAttribute('data-last-walked', '');
  return { mark: element.dataset.walked ?? '', name, wrong };
}

/** In the page: what can be used and was not come to. */
function missing(reached: string[]): string[] {
  const layer =
    [...document.querySelectorAll('[role=dialog], [role=alertdialog], .filter-panel')].at(-1) ?? document.body;
  const usable = layer.querySelectorAll<HTMLElement>(
    'a[href], button, input, select, textarea, summary, [tabindex], [role=slider]',
  );
  return [...usable].flatMap((element) => {
    if (element.tabIndex < 0 || element.matches(':disabled, [type=hidden], [hidden], [inert] *')) return [];
    if (element.getClientRects().length === 0 || getComputedStyle(element).visibility === 'hidden') return [];
    // Of several choices, the chosen one; what a trap puts around a dialog is none.
    if (element.matches('input[type=radio]:not(:checked), [data-focus-guard], [data-bits-focus-guard]')) return [];
    if (reached.includes(element.dataset.walked ?? '')) return [];
    return [`${element.tagName.toLowerCase()} ${element.dataset.testid ?? element.className} was not come to`];
  });
}
