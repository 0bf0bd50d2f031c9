export { gate, type Gate } from './gate.ts';
export { eventually, type Patience } from './eventually.ts';

export { startPlatformNats, type PlatformNats } from './platform-nats.ts';
export { loseDisk } from './lose-disk.ts';
export { connectOwners, type Owners } from './connect-owners.ts';
export { startBackingStores, type BackingStores } from './backing-stores.ts';
export { startTestPlatform, type ConnectedCreator, type TestPlatform } from './test-platform.ts';
export { bury, someSyncJob } from './dead-letters.ts';
export { someAuditEntries, someAuditFact } from './audit-entries.ts';
export { mostInAnyWindow } from './most-in-any-window.ts';
export { CEILINGS, WIDE_OPEN } from './ceilings.ts';
