export { makeCallWithToken, type CallWithToken, type TokenUse } from './call-with-token.ts';
export { natsTokenVault, type TokenVault } from './token-vault.ts';
export { makeCallUnderPermit, type CallUnderPermit } from './call-under-permit.ts';

export { workerSettings, workerConfigOf, type WorkerConfig } from './worker-config.ts';
export { openWorkerParts, type WorkerParts } from './worker-parts.ts';
export { whileOutboxHasRoom } from './while-outbox-has-room.ts';
export { jobMeter, type JobMeter } from './job-meter.ts';
export { httpOperations } from './http-operations.ts';

export { makeReportNeedsConsent } from './needs-consent.ts';
export { makeEraseRevoked, type EraseRevoked } from './erase-revoked.ts';
export { makeReconcile, startReconciling, type Reconcile } from './reconcile.ts';
export { mongoAccounts } from './mongo-accounts.ts';
