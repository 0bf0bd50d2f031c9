import type { CallRecord } from './call-log.ts';
import { sampleCreators, type Creator } from './creators.ts';
import { Grants } from './grants.ts';
import { Interventions } from './interventions.ts';
import { initialKnobs, type Knobs } from './knobs.ts';

export interface Client {
  readonly key: string;
  readonly secrets: readonly string[];
  /** Registered redirect addresses; empty: any loopback address. */
  readonly redirectUris: readonly string[];
}

export const DEFAULT_CLIENT: Client = {
  key: 'awfake0000000000',
  secrets: ['fake-client-secret-0123456789'],
  redirectUris: [],
};

/** Everything the fake knows. One value, so that a reset is one assignment per part. */
export interface FakeState {
  knobs: Knobs;
  creators: Map<string, Creator>;
  clients: Map<string, Client>;
  grants: Grants;
  interventions: Interventions;
  calls: CallRecord[];
  /** Number of the list page each creator was served last, for the knob that empties one. */
  pagesServed: Map<string, number>;
  displayInFlight: number;
  ownUrl: string;
}

export const freshState = (clients: readonly Client[]): FakeState => ({
  knobs: initialKnobs(),
  creators: sampleCreators(),
  clients: new Map((clients.length === 0 ? [DEFAULT_CLIENT] : clients).map((client) => [client.key, client])),
  grants: new Grants(),
  interventions: new Interventions(),
  calls: [],
  pagesServed: new Map(),
  displayInFlight: 0,
  ownUrl: '',
});

export const isLoopback = (address: string): boolean => {
  try {
    return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);
  } catch {
    return false;
  }
};

export const acceptsRedirect = (client: Client, address: string): boolean =>
  client.redirectUris.length === 0 ? isLoopback(address) : client.redirectUris.includes(address);
