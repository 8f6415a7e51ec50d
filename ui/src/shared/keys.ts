/** Whether a key press writes into something, or is one that the control itself answers. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : undefined;
  return !!target?.closest('input, textarea, select, [contenteditable], [role=menu], [role=slider]');
}

/** Whether a key was pressed on its own: not held, and with no other that makes it a command of the system's. */
export function isPlain(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat && !event.isComposing;
}

/** Whether something is open above the page, which then has the keyboard. */
export function isCovered(): boolean {
  return document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null;
}
