import { ERROR_CODES, type ErrorCode } from '@trendpot/contracts';
import { reachablePort, type Database, type LoginIntentDocument } from '@trendpot/persistence';
import type { LoginIntent, LoginIntents, Taken } from '../domain/sign-in/login-intents.ts';

const toIntent = (document: LoginIntentDocument): LoginIntent => ({
  state: document._id,
  browser: document.browser,
  userId: document.userId,
  scopes: document.scopes,
  codeVerifier: document.codeVerifier,
  consentCopyVersion: document.consentCopyVersion,
  returnPath: document.returnPath,
  expiresAt: document.expiresAt,
});

const toTaken = ({ accountId, userId, failure }: LoginIntentDocument): Taken => {
  if (accountId !== undefined) return { kind: 'connected', accountId, userId };
  const code = ERROR_CODES.find((known): known is ErrorCode => known === failure);
  return code === undefined ? { kind: 'under-way' } : { kind: 'failed', code };
};

export const mongoLoginIntents = ({ collections: { loginIntents } }: Database): LoginIntents =>
  reachablePort<LoginIntents>({
    add: async ({ state, codeVerifier, returnPath, ...intent }) => {
      await loginIntents.insertOne({
        _id: state,
        ...intent,
        ...(codeVerifier === undefined ? {} : { codeVerifier }),
        ...(returnPath === undefined ? {} : { returnPath }),
      });
    },
    take: async (state, browser, at) => {
      const taken = await loginIntents.findOneAndUpdate(
        { _id: state, browser, expiresAt: { $gt: at }, takenAt: { $exists: false } },
        { $set: { takenAt: at } },
      );
      if (taken !== null) return { kind: 'taken', intent: toIntent(taken) };
      const before = await loginIntents.findOne({
        _id: state,
        browser,
        expiresAt: { $gt: at },
        takenAt: { $exists: true },
      });
      return before === null ? { kind: 'invalid' } : { kind: 'taken-before', outcome: toTaken(before) };
    },
    finish: async (state, outcome, keepUntil) => {
      const ended =
        outcome.kind === 'connected'
          ? { accountId: outcome.accountId, userId: outcome.userId }
          : { failure: outcome.code };
      await loginIntents.updateOne(
        { _id: state },
        { $set: { ...ended, expiresAt: keepUntil }, $unset: { codeVerifier: 1 } },
      );
    },
    release: async (state) => {
      await loginIntents.updateOne({ _id: state }, { $unset: { takenAt: 1 } });
    },
  });
