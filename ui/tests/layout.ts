import type { Page } from '@playwright/test';

import { drawn } from './window';

/**
 * What is wrong with how the page is laid out: it scrolls sideways, a text is cut off without a sign of it, or texts lie
 * on each other. Of what is open above the page only that is looked at.
 */
export async function flaws(page: Page): Promise<string[]> {
  await drawn(page);
  return page.evaluate(look);
}

/** Runs in the page. */
function look(): string[] {
  const found: string[] = [];
  const name = (element: Element | null): string => {
    if (!element) return '';
    const own = element instanceof HTMLElement ? (element.dataset.testid ?? element.className.split(' ')[0]) : '';
    return `${element.tagName.toLowerCase()}${own ? `.${own}` : ''}`;
  };
  const way = (element: Element): string =>
    [element.parentElement?.parentElement, element.parentElement, element]
      .map((each) => name(each ?? null))
      .join(' > ');
  const top =
    [...document.querySelectorAll<HTMLElement>('[role=menu], [role=dialog], [role=alertdialog], .filter-panel')]
      .filter((layer) => layer.getClientRects().length > 0)
      .at(-1) ?? document.body;

  for (const element of [
    document.documentElement,
    document.body,
    ...document.querySelectorAll<HTMLElement>('body *'),
  ]) {
    const { overflowX } = getComputedStyle(element);
    // What a person writes into scrolls as it likes.
    if (element.matches('textarea, input, select, pre')) continue;
    const scrolls = overflowX === 'auto' || overflowX === 'scroll';
    const page = element === document.documentElement || element === document.body || element.matches('main');
    if ((scrolls || page) && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
      found.push(`scrolls sideways: ${way(element)} (${element.scrollWidth} in ${element.clientWidth})`);
  }

  interface Piece {
    box: { left: number; right: number; top: number; bottom: number };
    text: string;
    parent: Element;
  }
  const pieces: Piece[] = [];
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.nodeValue?.trim() ?? '';
    if (!parent || !text || parent.closest('.sr-only, textarea, option, [hidden], script, style, .toasts')) continue;
    // What is folded has no place.
    if (parent.closest('details:not([open]) > :not(summary)')) continue;
    if (getComputedStyle(parent).visibility !== 'visible') continue;
    range.selectNodeContents(node);
    for (const rect of [...range.getClientRects()].slice(0, 200)) {
      if (rect.width < 2 || rect.height < 2) continue;
      // The middle of the letters: lines may come close to each other.
      const inset = rect.height / 4;
      const box = { left: rect.left, right: rect.right, top: rect.top + inset, bottom: rect.bottom - inset };
      const whole = { ...box };
      let told = false;
      let marked = false;
      for (let each: Element | null = parent; each && !told; each = each.parentElement) {
        const style = getComputedStyle(each);
        if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') marked = true;
        // What is fixed is cut by nothing above it.
        const clips = style.overflowX !== 'visible' || style.overflowY !== 'visible' || style.contain.includes('paint');
        if (clips && style.display !== 'inline') {
          const frame = each.getBoundingClientRect();
          const scrollsX = ['auto', 'scroll'].includes(style.overflowX) && each.scrollWidth > each.clientWidth;
          const scrollsY = ['auto', 'scroll'].includes(style.overflowY);
          const [left, right] = [Math.max(box.left, frame.left), Math.min(box.right, frame.right)];
          const [up, down] = [Math.max(box.top, frame.top), Math.min(box.bottom, frame.bottom)];
          const isSeen = right - left > 1 && down - up > 1;
          if (isSeen && !marked && !scrollsX && right - left < box.right - box.left - 2) {
            found.push(`cut off: ${way(parent)} “${text.slice(0, 40)}” by ${name(each)}`);
            told = true;
          }
          if (isSeen && !scrollsY && down - up < (box.bottom - box.top) * 0.8 - 1) {
            found.push(`cut off below: ${way(parent)} “${text.slice(0, 40)}” by ${name(each)}`);
            told = true;
          }
          Object.assign(box, { left, right, top: up, bottom: down });
          if (!isSeen) break;
        }
        if (style.position === 'fixed') break;
      }
      if (told || box.right - box.left <= 1 || box.bottom - box.top <= 1) continue;
      if (whole.right > innerWidth + 1 && box.right > innerWidth + 1)
        found.push(`beyond the window: ${way(parent)} “${text.slice(0, 40)}”`);
      pieces.push({ box, text, parent });
    }
  }

  pieces.forEach((one, index) => {
    for (const other of pieces.slice(index + 1)) {
      if (one.parent === other.parent) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > 2 && down > 2)
        found.push(
          `on each other: ${way(one.parent)} “${one.text.slice(0, 30)}” and ${way(other.parent)} “${other.text.slice(0, 30)}”`,
        );
    }
  });

  // A control that holds text is not smaller than it, and lies in the window where nothing scrolls to it.
  for (const control of top.querySelectorAll<HTMLElement>('button, a[href], select, input, [role=tab]')) {
    const rect = control.getBoundingClientRect();
    if (rect.width < 1 || control.closest('.sr-only, .toasts, details:not([open]) > :not(summary)')) continue;
    // Of a link among words the words are looked at.
    if (getComputedStyle(control).display === 'inline') continue;
    for (let each = control.parentElement; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.position === 'fixed') break;
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const frame = each.getBoundingClientRect();
      if (['auto', 'scroll'].includes(style.overflowY)) break;
      if (rect.right > frame.right + 1 || rect.left < frame.left - 1) {
        found.push(`control cut off: ${way(control)} “${control.textContent.trim().slice(0, 30)}” by ${name(each)}`);
        break;
      }
    }
    if (rect.left >= innerWidth - 1 || rect.right > innerWidth + 1)
      found.push(`control beyond the window: ${way(control)}`);
  }
  return [...new Set(found)].slice(0, 30);
}
