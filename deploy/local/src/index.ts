export { PartError, type PartErrorCode } from './part-error.ts';
export { cacheDirectory } from './parts/cache-directory.ts';
export type { Address, PartName, Program, SourceKind } from './parts/part.ts';
export { makeProgress, type Progress, type ProgressTask } from './parts/progress.ts';
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
