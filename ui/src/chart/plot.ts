import type uPlot from 'uplot';

import { clockTime, dayTime, shortTime } from '../shared/time';
import type { Columns } from './curve';
import type { Scale } from './scale';
import { follow } from './gestures';
import { type Range, shifted, wheelFactor, zoomed } from './windows';

/** Where in its element the curve is drawn, in pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What the plot tells. */
export interface Heard {
  box(box: Box): void;
  /** The pointer is over this point. */
  point(index: number | undefined): void;
  /** Another part of the time is to be shown. */
  look(range: Range): void;
  /** Whether the wheel is for the chart; else it scrolls what this stands in, but for two fingers on a touchpad. */
  wheel: boolean;
  back(): void;
}

export interface Shown {
  columns: Columns;
  range: Range;
  scale: Scale;
  /** Times to shade. */
  gaps: Range[];
}

const DAY = 24 * 60 * 60_000;

/** The library, fetched when the first chart is drawn. */
async function load(): Promise<typeof uPlot> {
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    // It asks for this format at once, and under LANG=C the webview names a language that there is not.
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
  const [library] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
  return library.default;
}

/** A curve on a canvas. */
export class Plot {
  #plot: uPlot;
  #element: HTMLElement;
  #shown: Shown;
  #locale: string;
  #ends: (() => void)[];

  /** Begins one in an element that has a size. */
  static async begin(element: HTMLElement, shown: Shown, locale: string, heard: Heard): Promise<Plot> {
    return new Plot(await load(), element, shown, locale, heard);
  }

  private constructor(library: typeof uPlot, element: HTMLElement, shown: Shown, locale: string, heard: Heard) {
    this.#element = element;
    this.#shown = shown;
    this.#locale = locale;
    this.#plot = new library(this.#options(heard), shown.columns as uPlot.AlignedData, element);
    const { over } = this.#plot;
    const wheel = (event: WheelEvent) => this.#turn(event, heard);
    over.addEventListener('wheel', wheel, { passive: false });
    this.#ends = [
      () => over.removeEventListener('wheel', wheel),
      follow(over, { shown: () => this.#shown.range, look: heard.look }),
    ];
    this.show(shown);
  }

  show(shown: Shown): void {
    this.#shown = shown;
    const { columns, range, scale } = shown;
    this.#plot.batch(() => {
      this.#plot.setData(columns as uPlot.AlignedData, false);
      this.#plot.setScale('x', { min: range.since, max: range.until });
      this.#plot.setScale('y', scale);
    });
  }

  size(width: number, height: number): void {
    if (width !== this.#plot.width || height !== this.#plot.height) this.#plot.setSize({ width, height });
  }

  /** Colours and numbers are read anew. */
  redraw(locale: string): void {
    this.#locale = locale;
    this.#plot.redraw(true, true);
  }

  end(): void {
    for (const end of this.#ends) end();
    this.#plot.destroy();
  }

  /** Zooms about the pointer; sideways it moves the time. */
  #turn(event: WheelEvent, heard: Heard): void {
    if (!heard.wheel && !event.ctrlKey) return;
    event.preventDefault();
    const { range } = this.#shown;
    const { left, width } = this.#plot.over.getBoundingClientRect();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) heard.look(shifted(range, event.deltaX / width));
    else heard.look(zoomed(range, this.#plot.posToVal(event.clientX - left, 'x'), wheelFactor(event)));
  }

  #colour(token: string): string {
    return getComputedStyle(this.#element).getPropertyValue(token);
  }

  #options(heard: Heard): uPlot.Options {
    const as = (min: number, max: number): [number, number] => [min, max];
    const letters = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const font = `${11 * letters}px ${this.#colour('--font')}`;
    const axis = {
      font,
      stroke: () => this.#colour('--ink-3'),
      grid: { stroke: () => this.#colour('--line'), width: 1 },
      ticks: { show: false },
    };
    const hidden = { stroke: 'transparent', width: 0, points: { show: false } };
    return {
      width: this.#element.clientWidth,
      height: this.#element.clientHeight,
      ms: 1,
      padding: [8, 0, 0, 4],
      legend: { show: false },
      scales: {
        x: { time: true, auto: false, range: (_, min, max) => as(min, max) },
        y: { auto: false, range: (_, min, max) => as(min, max) },
      },
      axes: [
        {
          ...axis,
          size: 26 * letters,
          space: 90 * letters,
          values: (_, splits, __, ___, step) => splits.map((at) => this.#time(at, step)),
        },
        {
          ...axis,
          side: 1,
          size: (_, values) => 18 + 6.4 * letters * Math.max(4, ...(values ?? []).map((value) => value.length)),
          values: (_, splits, __, ___, step) => this.#numbers(splits, step),
        },
      ],
      series: [
        {},
        {
          stroke: () => this.#colour('--chart'),
          fill: () => this.#colour('--chart-fill'),
          width: 1.6,
          points: { size: 4, fill: () => this.#colour('--chart'), filter: alone },
        },
        hidden,
        hidden,
      ],
      // Between the lowest and the highest of each part of the time.
      bands: [{ series: [3, 2], fill: () => this.#colour('--chart-fill') }],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        bind: {
          dblclick: () => () => (heard.back(), null),
          // With Shift a drag moves the time.
          mousedown: (_, __, choose) => (event: MouseEvent) => (event.shiftKey || choose(event), null),
        },
      },
      hooks: {
        drawClear: [(plot) => this.#shade(plot)],
        draw: [({ bbox }) => heard.box(inPixels(bbox))],
        setCursor: [({ cursor }) => heard.point(cursor.idx ?? undefined)],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width === 0) return;
            heard.look({ since: plot.posToVal(left, 'x'), until: plot.posToVal(left + width, 'x') });
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    };
  }

  #shade({ ctx, bbox, valToPos }: uPlot): void {
    ctx.save();
    ctx.fillStyle = this.#colour('--line');
    ctx.globalAlpha = 0.6;
    for (const { since, until } of this.#shown.gaps) {
      const left = Math.max(valToPos(since, 'x', true), bbox.left);
      const right = Math.min(valToPos(until, 'x', true), bbox.left + bbox.width);
      if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
    ctx.restore();
  }

  #time(at: number, step: number): string {
    if (step < 60_000) return clockTime(at, this.#locale);
    const midnight = new Date(at).getHours() === 0 && new Date(at).getMinutes() === 0;
    return step >= DAY || midnight ? dayTime(at, this.#shown.range.until, this.#locale) : shortTime(at, this.#locale);
  }

  #numbers(splits: number[], step: number): string[] {
    const digits = Math.min(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), 20);
    const format = new Intl.NumberFormat(this.#locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return splits.map((split) => format.format(split));
  }
}

/** Of points that are too many to be drawn as such: those without neighbours, which no line shows. */
function alone(plot: uPlot, series: number, shown: boolean): number[] | null {
  if (shown) return null;
  const values = plot.data[series] ?? [];
  const is = (index: number) => typeof values[index] === 'number';
  return [...values.keys()].filter((index) => is(index) && !is(index - 1) && !is(index + 1));
}

function inPixels({ left, top, width, height }: uPlot.BBox): Box {
  const ratio = devicePixelRatio || 1;
  return { left: left / ratio, top: top / ratio, width: width / ratio, height: height / ratio };
}
