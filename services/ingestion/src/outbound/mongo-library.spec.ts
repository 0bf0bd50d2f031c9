import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@trendpot/persistence';
import { addAccount, startDatabase } from '../../../../libs/persistence/test/fixtures.ts';
import { mongoLibrary } from './mongo-library.ts';

const stack = new AsyncDisposableStack();
let database: Database;
beforeAll(async () => {
  ({ database } = stack.use(await startDatabase()));
}, 60_000);
afterAll(() => stack.disposeAsync());

describe('the library of ingestion', () => {
  it('reads nothing of the tokens but their number', async () => {
    const library = mongoLibrary(database, () => undefined);
    const accountId = await addAccount(database);
    const seen: unknown[] = [await library.account(accountId)];
    await library.change({ accountId }, ({ account }) => void seen.push(account));
    const all = { accountId, state: 'connected', generation: 1, sync: { pages: 0, videos: 0, complete: false } };
    expect(seen).toEqual([all, all]);
  });
});
