import { reachablePort, type AccountDocument, type Database } from '@trendpot/persistence';
import type { Account, Accounts } from '../domain/ports.ts';

/** The credential is not even read: what never arrives cannot leak. */
const WITHOUT_CREDENTIAL = { credential: 0, refreshIntent: 0, openId: 0 } as const;

const toAccount = (document: Omit<AccountDocument, 'credential'>): Account => {
  const { _id, userId, state, scopes, consentCopyVersion, profile, sync, lastError, revocation, createdAt } = document;
  return {
    id: _id,
    userId,
    state,
    scopes,
    consentCopyVersion,
    profile: profile ?? {},
    sync,
    lastError,
    eventSequence: document.eventSequence,
    revocation,
    createdAt,
  };
};

export const mongoAccounts = ({ collections }: Database): Accounts =>
  reachablePort<Accounts>({
    find: async (accountId) => {
      const document = await collections.accounts.findOne({ _id: accountId }, { projection: WITHOUT_CREDENTIAL });
      return document === null ? undefined : toAccount(document);
    },
    ofUser: async (userId) => {
      const found = collections.accounts.find({ userId }, { projection: WITHOUT_CREDENTIAL });
      return (await found.sort({ createdAt: -1 }).limit(50).toArray()).map(toAccount);
    },
    findByOpenId: async (openId) => (await collections.accounts.findOne({ openId }, { projection: { _id: 1 } }))?._id,
    grantedAt: async (accountId) =>
      (await collections.consents.findOne({ accountId }, { projection: { at: 1 }, sort: { at: -1 } }))?.at,
  });
