import {
  newAccountId,
  newRequestId,
  nextAuditEntry,
  type AuditEntry,
  type AuditFact,
  type AuditHead,
} from '@trendpot/contracts';

/** The opening of a token, of an account of its own unless told otherwise. */
export const someAuditFact = (more: Partial<AuditFact> = {}): AuditFact => ({
  at: new Date().toISOString(),
  action: 'token.decrypt',
  requestId: newRequestId(),
  accountId: newAccountId(),
  operation: 'video.list',
  caller: 'ingestion',
  outcome: 'done',
  ...more,
});

/** Openings of tokens that follow `head` in its chain, each of another account unless told otherwise. */
export const someAuditEntries = (head: AuditHead, length: number, more: Partial<AuditFact> = {}): AuditEntry[] => {
  const entries: AuditEntry[] = [];
  while (entries.length < length) {
    entries.push(nextAuditEntry(entries.at(-1) ?? head, someAuditFact(more)));
  }
  return entries;
};
