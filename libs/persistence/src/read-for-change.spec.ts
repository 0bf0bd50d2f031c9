import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newAccountId } from '@trendpot/contracts';
import type { AccountDocument, Database, VideoDocument } from './index.ts';
import { readForChange } from './index.ts';
import { addAccount, append, someVideo, startDatabase } from '../test/fixtures.ts';

const stack = new AsyncDisposableStack();
let database: Database;
beforeAll(async () => {
  ({ database } = stack.use(await startDatabase()));
}, 60_000);
afterAll(() => stack.disposeAsync());

const read = (accountId: string, ids: readonly string[] = []) =>
  database.transaction((session) =>
    readForChange<Pick<AccountDocument, '_id' | 'state'>, Pick<VideoDocument, '_id' | 'counts'>>(
      database.collections,
      session,
      accountId,
      { state: 1 },
      [{ $match: { _id: { $in: [...ids] } } }, { $project: { counts: 1 } }],
    ),
  );

describe('what a change of an account is decided upon', () => {
  it('is the account and the videos that were asked for', async () => {
    const accountId = await addAccount(database);
    const [video, other] = [someVideo(accountId), someVideo(accountId)];
    await database.collections.videos.insertMany([video, other]);
    const found = await read(accountId, [video._id, 'unheard of']);
    expect(found?.account).toMatchObject({ _id: accountId, state: 'connected' });
    expect(found?.account).not.toHaveProperty('credential');
    expect(found?.videos).toEqual([{ _id: video._id, counts: video.counts }]);
  });

  it('tells whether anything of the account waits to be published, of whatever service', async () => {
    const accountId = await addAccount(database);
    await append(database, await addAccount(database));
    expect(await read(accountId)).toMatchObject({ videos: [], nothingWaits: true });
    await append(database, accountId, { service: 'token-vault' });
    expect(await read(accountId)).toMatchObject({ nothingWaits: false });
  });

  it('is nothing where there is no account', async () => {
    expect(await read(newAccountId())).toBeUndefined();
  });
});
