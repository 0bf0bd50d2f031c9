/** `before`: nothing was done yet. `after`: the work is done, its answer waits. */
export type GatePlace = 'before' | 'after';

interface Gate {
  readonly id: string;
  readonly route: string;
  readonly place: GatePlace;
}

/** Calls that wait until a test lets them go on, so that a race is staged and not hoped for. Each gate holds one call. */
export class Gates {
  #pending: Gate[] = [];
  readonly #held = new Map<string, () => void>();
  #watchers: (() => void)[] = [];

  /** False when a gate of this name exists already. */
  add(gate: Gate): boolean {
    if (this.#held.has(gate.id) || this.#pending.some(({ id }) => id === gate.id)) return false;
    this.#pending.push(gate);
    return true;
  }

  /** Takes the first gate of this route, to be passed now or, for `after`, when the answer is ready. */
  take(route: string, place: GatePlace): Gate | undefined {
    const index = this.#pending.findIndex(
      (gate) => gate.place === place && (gate.route === route || gate.route === '*'),
    );
    return index < 0 ? undefined : this.#pending.splice(index, 1)[0];
  }

  /** Resolves when the gate is released. */
  async pass({ id }: Gate): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#held.set(id, resolve);
      for (const wake of this.#watchers.splice(0)) wake();
    });
  }

  /** Lets the call go on; false when none waits there. */
  release(id: string): boolean {
    const release = this.#held.get(id);
    this.#held.delete(id);
    release?.();
    return release !== undefined;
  }

  held(): string[] {
    return [...this.#held.keys()];
  }

  pending(): string[] {
    return this.#pending.map(({ id }) => id);
  }

  /** True once a call waits at the gate of this name; false when none came in time. */
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
    this.#pending = [];
    for (const id of this.held()) this.release(id);
  }
}
