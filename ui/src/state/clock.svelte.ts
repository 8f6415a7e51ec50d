import { createSubscriber } from 'svelte/reactivity';

/** The one clock of the window: ticks once a second, only while something that shows time is drawn and visible. */
class Clock {
  #subscribe = createSubscriber((update) => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const follow = () => {
      clearInterval(timer);
      timer = document.hidden ? undefined : setInterval(update, 1000);
      update();
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  });

  #today = $derived(new Date(this.now).setHours(0, 0, 0, 0));

  /** When this day began; what reads it is drawn again each day. */
  get today(): number {
    return this.#today;
  }

  /** Milliseconds since 1970; what reads it is drawn again each second. */
  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const clock = new Clock();
