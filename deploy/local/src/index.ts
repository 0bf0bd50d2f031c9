export { PartError, type PartErrorCode } from './part-error.ts';
export { cacheDirectory } from './parts/cache-directory.ts';
export type { Address, PartName, Program, SourceKind } from './parts/part.ts';
export { makeProgress, sharedProgress, type Progress, type ProgressTask } from './parts/progress.ts';
export {
  addressOf,
  findProgram,
  resolvePart,
  DESIGN_ORDER,
  PROCESS_FIRST,
  type ResolveOptions,
} from './parts/resolve.ts';
export { findFreePort } from './processes/free-port.ts';
export {
  startServiceProcess,
  type ServiceEnd,
  type ServiceProcess,
  type ServiceProcessOptions,
} from './processes/service-process.ts';
export { startKms, DISPLAY_OAUTH_KEY_ALIAS, type Kms, type KmsOptions } from './servers/kms.ts';
export { createKmsKey, type KmsKey } from './servers/kms-keys.ts';
export { startMongod, type Mongod, type MongodOptions } from './servers/mongod.ts';
export { startNatsServer, type NatsServer, type NatsServerOptions } from './servers/nats-server.ts';
export type { RestartableServer } from './servers/restartable-server.ts';
export type { ProgramChoice } from './servers/with-program.ts';

export { startPlatform, type Platform, type PlatformOptions } from './platform/platform.ts';
export { freshNatsUsers, type NatsUsers } from './platform/nats-users.ts';
export { serviceMain, REPOSITORY } from './platform/repository.ts';
export { openBrowser, type Browser, type PageAnswer } from './journey/browser.ts';
export { readForm, type Form } from './journey/form.ts';
export { beginConnect, connectCreator, type Connected, type ConnectOptions } from './journey/connect-creator.ts';
export { accountApi, type AccountApi, type AccountView } from './journey/account-api.ts';
export { fakeTikTokControl, type FakeTikTokControl, type Call, type CallSummary } from './journey/fake-tiktok.ts';
export { remainsOf, type Remains } from './journey/remains.ts';
