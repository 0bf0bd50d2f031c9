import { PlatformError, newMessageId, type StreamName } from '@trendpot/contracts';
import { isCeilingReached } from '../api-error.ts';
import type { Messaging } from '../messaging.ts';
import type { CallKind } from './permits.ts';
import { ceilingsFor, instant, type Ceiling, type Grant, type Place } from './places.ts';
import type { Returns } from './returns.ts';

export type TakeResult =
  | { readonly outcome: 'granted'; readonly grant: Grant }
  /** These ceilings are reached; nothing is held. */
  | { readonly outcome: 'refused'; readonly full: readonly StreamName[] }
  /** NATS did not answer; what may be held is being given back. */
  | { readonly outcome: 'unavailable'; readonly error: PlatformError };

type PlaceResult = Place | { readonly full: StreamName } | { readonly failed: unknown };

/** An answer that takes longer comes too late for the permit to be used. */
const ANSWER_WITHIN_MS = 1_000;

const takePlace = async (
  { jetstream }: Messaging,
  returns: Returns,
  ceiling: Ceiling,
  messageId: string,
): Promise<PlaceResult> => {
  try {
    const { seq } = await jetstream.publish(ceiling.subject, '', { msgID: messageId, timeout: ANSWER_WITHIN_MS });
    return { ceiling, sequence: seq };
  } catch (error) {
    if (isCeilingReached(error)) {
      return { full: ceiling.stream };
    }
    returns.resolve(ceiling, messageId);
    return { failed: error };
  }
};

/**
 * Takes a place under every ceiling of this kind, or none: what was taken is given back when another one refuses.
 * Ceilings that refused lately are asked first, so that the others are not troubled in vain; the rest at once.
 */
export const take = async (
  messaging: Messaging,
  returns: Returns,
  kind: CallKind,
  suspects: ReadonlySet<StreamName>,
): Promise<TakeResult> => {
  const requestedAt = instant();
  const id = newMessageId();
  const ceilings = ceilingsFor(kind);
  const rounds = [
    ceilings.filter(({ stream }) => suspects.has(stream)),
    ceilings.filter(({ stream }) => !suspects.has(stream)),
  ];
  const places: Place[] = [];
  for (const round of rounds) {
    const results = await Promise.all(round.map((ceiling) => takePlace(messaging, returns, ceiling, id)));
    const full: StreamName[] = [];
    let failure: unknown;
    for (const result of results) {
      if ('full' in result) full.push(result.full);
      else if ('failed' in result) failure ??= result.failed;
      else places.push(result);
    }
    if (full.length > 0 || failure !== undefined) {
      returns.put(places);
      if (full.length > 0) return { outcome: 'refused', full };
      const error = new PlatformError('E_UNAVAILABLE', 'NATS does not answer for permits', { cause: failure });
      return { outcome: 'unavailable', error };
    }
  }
  return { outcome: 'granted', grant: { kind, places, requestedAt } };
};
