import type { Arranger } from './arranger.svelte';
import { scrollAtEdge, SLACK } from './drag.svelte';

/** What the board knows of where its groups are, from top to bottom. */
export interface GroupGround {
  board: HTMLElement;
  groups(): { group: string; box: DOMRect }[];
}

/** A whole group in the hand, taken by its head. Nothing is arranged before it is let go of. */
export class GroupDrag {
  readonly kind = 'group';
  readonly group: string;
  /** The pointer has left where it was pressed. */
  started = $state(false);
  /** Before which group it would land; none: behind all. */
  before: string | undefined = $state();

  #ground: () => GroupGround;
  #begin: number;
  #last: number;
  #frame = 0;

  constructor(group: string, { clientY }: PointerEvent, ground: () => GroupGround) {
    this.group = group;
    this.#ground = ground;
    this.#begin = this.#last = clientY;
  }

  follow({ clientY }: PointerEvent): void {
    this.#last = clientY;
    if (!this.started) {
      if (Math.abs(clientY - this.#begin) < SLACK) return;
      this.started = true;
      this.#scroll();
    }
    const others = this.#ground()
      .groups()
      .filter(({ group }) => group !== this.group);
    this.before = others.find(({ box }) => clientY < box.top + box.height / 2)?.group;
  }

  async drop(arranger: Arranger): Promise<void> {
    cancelAnimationFrame(this.#frame);
    if (this.started) await arranger.putGroup(this.group, this.before);
  }

  cancel(arranger: Arranger): void {
    cancelAnimationFrame(this.#frame);
    if (this.started) arranger.tellBack(this.group);
  }

  #scroll(): void {
    this.#frame = requestAnimationFrame(() => this.#scroll());
    scrollAtEdge(this.#ground().board, this.#last);
  }
}
