/** A fault to be played: `times` calls of a route get it instead of, or after, their answer. */
export interface Fault {
  readonly route: string;
  times: number;
  /** `error`: this status and code. `hang`: no answer. `reset`: the connection breaks before anything is done. `drop`: the work is done, the answer is lost. `garbage`: 200 with a body that is not JSON. */
  readonly what: 'error' | 'hang' | 'reset' | 'drop' | 'garbage';
  readonly status: number;
  readonly code: string;
}

interface Held {
  readonly id: string;
  readonly release: () => void;
}

/** Faults to be played and calls held at a gate, so that tests stage a race instead of hoping for it. */
export class Interventions {
  readonly #faults: Fault[] = [];
  readonly #gates: { readonly route: string; readonly id: string }[] = [];
  readonly #held = new Map<string, Held>();
  #watchers: (() => void)[] = [];

  addFault(fault: Fault): void {
    this.#faults.push(fault);
  }

  takeFault(route: string): Fault | undefined {
    const fault = this.#faults.find(
      (candidate) => candidate.times > 0 && (candidate.route === route || candidate.route === '*'),
    );
    if (fault !== undefined) fault.times -= 1;
    return fault;
  }

  holdNext(route: string, id: string): void {
    this.#gates.push({ route, id });
  }

  /** Resolves at once unless a gate was set up for this route; then when it is released. */
  async pass(route: string): Promise<void> {
    const index = this.#gates.findIndex((gate) => gate.route === route || gate.route === '*');
    const gate = this.#gates[index];
    if (gate === undefined) return;
    this.#gates.splice(index, 1);
    await new Promise<void>((resolve) => {
      this.#held.set(gate.id, { id: gate.id, release: resolve });
      for (const watcher of this.#watchers.splice(0)) watcher();
    });
  }

  release(id: string): boolean {
    const held = this.#held.get(id);
    this.#held.delete(id);
    held?.release();
    return held !== undefined;
  }

  held(): string[] {
    return [...this.#held.keys()];
  }

  /** Resolves when a call waits at the gate of this name, or after the deadline. */
  async awaitHeld(id: string, withinMs: number): Promise<boolean> {
    const end = performance.now() + withinMs;
    while (!this.#held.has(id)) {
      const left = end - performance.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#watchers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return true;
  }

  reset(): void {
    this.#faults.length = 0;
    this.#gates.length = 0;
    for (const id of this.held()) this.release(id);
  }
}
