export { PartError } from './part-error.ts';
export type { PartName } from './parts/part.ts';
export { sharedProgress } from './parts/progress.ts';
export { findProgram, PROCESS_FIRST } from './parts/resolve.ts';
export { findFreePort } from './processes/free-port.ts';
export type { ServiceProcess } from './processes/service-process.ts';
export { startKms, type Kms } from './servers/kms.ts';
export { startMongod, type Mongod } from './servers/mongod.ts';
export { startNatsServer, type NatsServer } from './servers/nats-server.ts';

export { startPlatform, type Platform, type PlatformOptions } from './platform/platform.ts';
export { freshNatsUsers, type NatsUsers } from './platform/nats-users.ts';
export { serviceMain, REPOSITORY } from './platform/repository.ts';
export { openBrowser, type Browser } from './journey/browser.ts';
export { readForm, type Form } from './journey/form.ts';
export { beginConnect, connectCreator, type Connected, type ConnectOptions } from './journey/connect-creator.ts';
export { accountApi, type AccountApi } from './journey/account-api.ts';
export { fakeTikTokControl, type FakeTikTokControl, type Call } from './journey/fake-tiktok.ts';
export { remainsOf, type Remains } from './journey/remains.ts';
