import { describe, expect, it } from '@jest/globals';
import { SUBJECT, type PlatformEvent } from '@trendpot/contracts';
import type { Progress } from './account-view.ts';
import { applyEvent } from './live-progress.ts';

const progress: Progress = { state: 'syncing', pages: 2, videos: 40, complete: false, sequence: 7 };
const accountId = 'acc_00000000000000000000';
const event = (type: keyof typeof SUBJECT, data: object): PlatformEvent =>
  ({ id: 'e', source: 's', time: 't', type: SUBJECT[type], data: { version: 1, accountId, ...data } }) as PlatformEvent;

describe('what a watcher is told', () => {
  it('is nothing for an event the shown state contains already', () => {
    const old = event('accountsUpdate', { change: 'state', state: 'healthy', sequence: 7 });
    expect(applyEvent(progress, old)).toBeUndefined();
  });

  it('counts on with each page', () => {
    const page = { pages: 3, videos: 60, complete: false };
    const change = applyEvent(
      progress,
      event('videosUpdate', { change: 'synced', sequence: 8, videos: [], progress: page }),
    );
    expect(change).toEqual({ progress: { ...page, state: 'syncing', sequence: 8 }, library: true });
  });

  it('is that videos arrive, once a first page has come', () => {
    const page = { pages: 1, videos: 20, complete: false };
    const first = event('videosUpdate', { change: 'synced', sequence: 8, videos: [], progress: page });
    expect(applyEvent({ ...progress, state: 'connected' }, first)?.progress.state).toBe('syncing');
  });

  it('is never that an account which is up to date is not, while an operator has it walked again', () => {
    let shown: Progress = { ...progress, state: 'healthy', complete: true };
    const pages = [1, 2, 3].map((count) => ({ pages: count, videos: 60, complete: count === 3 }));
    const states = pages.map((page, index) => {
      const sequence = 8 + index;
      const told = event('videosUpdate', { change: 'synced', sequence, videos: [], progress: page });
      shown = applyEvent(shown, told)?.progress ?? shown;
      return shown.state;
    });
    expect(states).toEqual(['healthy', 'healthy', 'healthy']);
    expect(shown.complete).toBe(true);
  });

  it('is the new state of the account', () => {
    const healthy = event('accountsUpdate', { change: 'state', state: 'healthy', sequence: 9 });
    expect(applyEvent(progress, healthy)?.progress).toMatchObject({ state: 'healthy', videos: 40 });
  });

  it('is that nothing is left after a disconnect', () => {
    const pruned = event('videosUpdate', { change: 'pruned', actor: 'creator', sequence: 9 });
    expect(applyEvent(progress, pruned)?.progress).toMatchObject({ state: 'revoked', videos: 0 });
  });

  it('is that numbers are fresh, without a change of the progress', () => {
    const metrics = event('videosUpdate', { change: 'metrics', videos: [], sequence: 9 });
    expect(applyEvent(progress, metrics)).toEqual({ progress: { ...progress, sequence: 9 }, library: true });
  });
});
