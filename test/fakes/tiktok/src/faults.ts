export const FAULT_KINDS = ['error', 'hang', 'reset', 'drop', 'garbage'] as const;

/** A fault to be played instead of an answer, or, for `drop`, after the work was done. */
export interface Fault {
  readonly route: string;
  times: number;
  /** `error`: this status and code. `hang`: no answer. `reset`: the connection breaks before anything is done. `drop`: the work is done, the answer is lost. `garbage`: a body that is no JSON. */
  readonly what: (typeof FAULT_KINDS)[number];
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Faults waiting for their call; the first that fits is played. */
export class Faults {
  #waiting: Fault[] = [];

  add(fault: Fault): void {
    this.#waiting.push(fault);
  }

  take(route: string): Fault | undefined {
    const fault = this.#waiting.find((candidate) => candidate.route === route || candidate.route === '*');
    if (fault === undefined) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.#waiting = this.#waiting.filter((candidate) => candidate !== fault);
    return fault;
  }

  waiting(): readonly Fault[] {
    return this.#waiting;
  }

  reset(): void {
    this.#waiting = [];
  }
}
