import { PlatformError } from '@trendpot/contracts';

/** A refusal that only the creator can help with, and whose tokens it was about: a newer grant may be a good one. */
export class RefusedGrant extends PlatformError {
  /** Of the refused token; see `LentToken`. */
  readonly generation: number;

  constructor(refusal: PlatformError, generation: number) {
    super(refusal.code, refusal.message, { cause: refusal });
    this.generation = generation;
  }
}
