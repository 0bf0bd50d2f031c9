import type { PlatformEvent } from '@trendpot/contracts';
import type { PlatformOptions } from '../platform/platform.ts';
import type { Ending } from './ending.ts';
import type { Narrator } from './narrator.ts';
import type { Session } from './session.ts';
import type { CallSettings } from './settings.ts';

/** One run of `npm start`: what both of its ways need. */
export interface Run {
  /** The fake TikTok's creator to connect. */
  readonly creator: string;
  readonly calls: CallSettings;
  readonly platformOptions: PlatformOptions;
  readonly session: Session;
  readonly ending: Ending;
  readonly narrator: Narrator;
  /** `performance.now()` of the beginning. */
  readonly startedAt: number;
  onEvent(event: PlatformEvent): void;
}
