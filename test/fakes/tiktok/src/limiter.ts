import type { Knobs } from './knobs.ts';

/** Arrival times within a sliding window; asking costs as much as what fell out of it. */
class SlidingWindow {
  #times: number[] = [];
  #oldest = 0;

  count(now: number, windowMs: number): number {
    while (this.#oldest < this.#times.length && now - (this.#times[this.#oldest] ?? 0) >= windowMs) this.#oldest += 1;
    if (this.#oldest > 1024 && this.#oldest * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#oldest);
      this.#oldest = 0;
    }
    return this.#times.length - this.#oldest;
  }

  add(time: number): void {
    this.#times.push(time);
  }
}

export type LimiterKnobs = Pick<Knobs, 'perMinute' | 'limitPer' | 'perDay' | 'concurrent' | 'windowMs' | 'dayMs'>;

export interface LimitedCall {
  readonly app: string;
  readonly route: string;
  readonly at: number;
  /** Display calls under way, this one included. */
  readonly inFlight: number;
}

/** TikTok's ceilings. The window is half-open: a call exactly windowMs after the first is within the next one. */
export class Limiter {
  readonly #windows = new Map<string, SlidingWindow>();

  /** Whether the call may be answered. A refused call is not counted against what comes after it. */
  admits({ app, route, at, inFlight }: LimitedCall, knobs: LimiterKnobs): boolean {
    const minutes = { app: this.#window(`minute ${app}`), route: this.#window(`minute ${app} ${route}`) };
    const day = this.#window(`day ${app}`);
    if (knobs.concurrent > 0 && inFlight > knobs.concurrent) return false;
    if (knobs.perMinute > 0 && minutes[knobs.limitPer].count(at, knobs.windowMs) >= knobs.perMinute) return false;
    if (knobs.perDay > 0 && day.count(at, knobs.dayMs) >= knobs.perDay) return false;
    for (const window of [minutes.app, minutes.route, day]) window.add(at);
    return true;
  }

  clear(): void {
    this.#windows.clear();
  }

  #window(key: string): SlidingWindow {
    const window = this.#windows.get(key) ?? new SlidingWindow();
    this.#windows.set(key, window);
    return window;
  }
}
