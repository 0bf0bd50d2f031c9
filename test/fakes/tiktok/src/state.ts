import type { CallRecord } from './call-log.ts';
import { DEFAULT_CLIENT, type Client } from './clients.ts';
import { Codes } from './codes.ts';
import { sampleCreators, type Creator } from './creators.ts';
import { Faults } from './faults.ts';
import { Gates } from './gates.ts';
import { Grants } from './grants.ts';
import { initialKnobs, turnKnobs } from './knob-definitions.ts';
import type { Knobs } from './knobs.ts';
import { Limiter } from './limiter.ts';
import type { CallKind } from './routes.ts';

/** Everything the fake knows; two fakes share none of it. */
export interface FakeState {
  readonly knobs: Knobs;
  readonly clients: Map<string, Client>;
  readonly creators: Map<string, Creator>;
  readonly codes: Codes;
  readonly grants: Grants;
  readonly faults: Faults;
  readonly gates: Gates;
  readonly limiter: Limiter;
  readonly calls: CallRecord[];
  readonly inFlight: Record<CallKind, number>;
  /** Number of the list page each creator was served last, for the knob that empties one. */
  readonly pagesServed: Map<string, number>;
  ownUrl: string;
  /** Everything as it was at the start; what is under way is let go. The clients stay. */
  reset(): void;
}

/** Throws when the knobs do not fit. */
export const freshState = (clients: readonly Client[], startingKnobs: Partial<Knobs>): FakeState => {
  const knobs = initialKnobs();
  const faults = turnKnobs(knobs, startingKnobs);
  if (faults.length > 0) throw new TypeError(faults.join('; '));
  const state: FakeState = {
    knobs,
    clients: new Map((clients.length === 0 ? [DEFAULT_CLIENT] : clients).map((client) => [client.key, client])),
    creators: sampleCreators(),
    codes: new Codes(),
    grants: new Grants(),
    faults: new Faults(),
    gates: new Gates(),
    limiter: new Limiter(),
    calls: [],
    inFlight: { display: 0, oauth: 0, other: 0 },
    pagesServed: new Map(),
    ownUrl: '',
    reset: () => {
      for (const part of [state.faults, state.gates]) part.reset();
      for (const part of [state.codes, state.grants, state.limiter, state.pagesServed, state.creators]) part.clear();
      for (const [handle, creator] of sampleCreators()) state.creators.set(handle, creator);
      state.calls.length = 0;
      turnKnobs(knobs, { ...initialKnobs(), ...startingKnobs });
    },
  };
  return state;
};
