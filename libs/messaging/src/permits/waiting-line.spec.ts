import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallKind } from './permits.ts';
import { BACKGROUND, IN_FLIGHT, instant, type Grant } from './places.ts';
import { createWaitingLine } from './waiting-line.ts';

const grant = (kind: CallKind): Grant => ({
  kind,
  requestedAt: instant(),
  places:
    kind === 'background'
      ? [
          { ceiling: IN_FLIGHT, sequence: 1 },
          { ceiling: BACKGROUND, sequence: 2 },
        ]
      : [{ ceiling: IN_FLIGHT, sequence: 1 }],
});
const kinds = fc.constantFrom<CallKind>('background', 'interactive');

describe('the line of those who wait for a permit', () => {
  it('serves each kind in the order of arrival, and people before background work', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(kinds, { maxLength: 30 }), async (arrivals) => {
        const line = createWaitingLine();
        const served: number[] = [];
        const waiting = arrivals.map((kind, index) => line.enter(kind, {}).then(() => served.push(index)));
        for (const _ of arrivals) {
          line.serve(grant('background'));
          await Promise.resolve();
        }
        await Promise.all(waiting);
        const people = arrivals.flatMap((kind, index) => (kind === 'interactive' ? [index] : []));
        const work = arrivals.flatMap((kind, index) => (kind === 'background' ? [index] : []));
        expect(served).toEqual([...people, ...work]);
      }),
    );
  });

  it('gives back the background place of a grant that a person takes', async () => {
    const line = createWaitingLine();
    const person = line.enter('interactive', {});
    expect(line.serve(grant('background')).map(({ ceiling }) => ceiling)).toEqual([BACKGROUND]);
    expect((await person).places.map(({ ceiling }) => ceiling)).toEqual([IN_FLIGHT]);
  });

  it('gives back what nobody waits for, and never serves background work outside its share', async () => {
    const line = createWaitingLine();
    expect(line.serve(grant('interactive'))).toHaveLength(1);
    const work = line.enter('background', {});
    expect(line.serve(grant('interactive'))).toHaveLength(1);
    expect(line.size('background')).toBe(1);
    line.serve(grant('background'));
    await work;
  });

  it('refuses everyone when it closes, and whoever comes later', async () => {
    const line = createWaitingLine();
    const waiting = line.enter('background', {});
    line.close();
    await expect(waiting).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE' });
    await expect(line.enter('interactive', {})).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE' });
  });

  it('dismisses those whose deadline is too early, and only those', async () => {
    const line = createWaitingLine();
    const hasty = line.enter('background', { deadlineMs: 1_000 });
    const patient = line.enter('background', { deadlineMs: 100_000 });
    line.dismiss('background', 50_000);
    await expect(hasty).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE', afterMs: 50_000 });
    expect(line.size('background')).toBe(1);
    line.serve(grant('background'));
    await patient;
  });
});
