import { explain } from '../../domain/library/account-view.ts';
import type { Account } from '../../domain/ports.ts';
import type { ApiAccount } from './schemas.ts';

const text = (at: Date | undefined): string | undefined => at?.toISOString();

/** An account as its owner's programs see it. */
export const toApiAccount = (account: Account): ApiAccount => {
  const { id, state, profile, scopes, consentCopyVersion, sync, lastError, createdAt, revocation } = account;
  return {
    accountId: id,
    state,
    explanation: explain(account),
    displayName: profile.displayName,
    avatarUrl: profile.avatarUrl,
    scopes: { requested: [...scopes.requested], granted: [...scopes.granted] },
    consentCopyVersion,
    sync: {
      pages: sync.pages,
      videos: sync.videos,
      complete: sync.complete,
      startedAt: text(sync.startedAt),
      completedAt: text(sync.completedAt),
      profileAt: text(sync.profileAt),
      videosAt: text(sync.videosAt),
      metricsAt: text(sync.metricsAt),
    },
    lastError: lastError === undefined ? undefined : { code: lastError.code, at: lastError.at.toISOString() },
    connectedAt: createdAt.toISOString(),
    disconnectedAt: text(revocation?.at),
  };
};
