import type { Database } from '@trendpot/persistence';
import type { ExpiringConsents } from '../domain/announce-expiring.ts';
import { ACTIVE_STATES } from './mongo-account-documents.ts';
import { makeAccountEvents } from './mongo-account-events.ts';

export const mongoExpiringConsents = (database: Database): ExpiringConsents => {
  const { accounts } = database.collections;
  const events = makeAccountEvents(database.collections);
  const endingBefore = (before: Date) => ({
    'credential.refreshTokenExpiresAt': { $lt: before },
    state: { $in: [...ACTIVE_STATES] },
  });
  return {
    untold: async (before, limit) => {
      const untold = {
        ...endingBefore(before),
        $expr: { $ne: ['$consentExpiryAnnounced', '$credential.refreshTokenExpiresAt'] },
      };
      const found = await accounts
        .find(untold, { projection: { 'credential.refreshTokenExpiresAt': 1 } })
        .limit(limit)
        .toArray();
      return found.flatMap(({ _id, credential }) =>
        credential === undefined ? [] : [{ accountId: _id, refreshTokenExpiresAt: credential.refreshTokenExpiresAt }],
      );
    },
    tell: ({ accountId, refreshTokenExpiresAt }, at) =>
      database.transaction(async (session) => {
        const account = await accounts.findOneAndUpdate(
          {
            _id: accountId,
            'credential.refreshTokenExpiresAt': refreshTokenExpiresAt,
            consentExpiryAnnounced: { $ne: refreshTokenExpiresAt },
            state: { $in: [...ACTIVE_STATES] },
          },
          { $set: { consentExpiryAnnounced: refreshTokenExpiresAt } },
          { session, projection: { state: 1 } },
        );
        if (account === null) return;
        await events.accountChanged(session, accountId, at, { change: 'consent_expiring', state: account.state });
      }),
    count: (before) => accounts.countDocuments(endingBefore(before)),
  };
};
