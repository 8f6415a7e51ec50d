import { type Range, shifted, stretched } from './windows';

interface Time {
  shown(): Range;
  look(range: Range): void;
}

/**
 * Moves the time of a plot by the middle button, by a drag with Shift or with a finger, and stretches it between two
 * fingers. A plain drag is the plot's own: it chooses a part. Returns what ends that.
 */
export function follow(over: HTMLElement, time: Time): () => void {
  /** Where the pointers are that move it, in parts of the width: when the hold began, and now. */
  const places = new Map<number, { from: number; to: number }>();
  let begin = time.shown();

  const placeOf = ({ clientX }: PointerEvent) => {
    const { left, width } = over.getBoundingClientRect();
    return (clientX - left) / width;
  };

  /** Another pointer, another hold. */
  function hold() {
    begin = time.shown();
    for (const [id, { to }] of places) places.set(id, { from: to, to });
    over.style.cursor = places.size > 0 ? 'grabbing' : '';
  }

  function down(event: PointerEvent) {
    const touches = event.pointerType === 'touch';
    if (!touches && event.button !== 1 && !(event.button === 0 && event.shiftKey)) return;
    event.preventDefault();
    over.setPointerCapture(event.pointerId);
    places.set(event.pointerId, { from: 0, to: placeOf(event) });
    hold();
  }

  function move(event: PointerEvent) {
    const place = places.get(event.pointerId);
    if (!place) return;
    places.set(event.pointerId, { ...place, to: placeOf(event) });
    const [one, other] = [...places.values()];
    if (one && other) time.look(stretched(begin, [one.from, other.from], [one.to, other.to]));
    else if (one) time.look(shifted(begin, one.from - one.to));
  }

  function up(event: PointerEvent) {
    if (places.delete(event.pointerId)) hold();
  }

  const heard = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up };
  const all = Object.entries(heard) as [keyof typeof heard, (event: PointerEvent) => void][];
  for (const [name, handler] of all) over.addEventListener(name, handler);
  // Up and down the page is scrolled.
  over.style.touchAction = 'pan-y';
  return () => {
    for (const [name, handler] of all) over.removeEventListener(name, handler);
  };
}
