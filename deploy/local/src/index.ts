export { PartError, type PartErrorCode } from './part-error.ts';
export { startKms, DISPLAY_OAUTH_KEY_ALIAS, type Kms, type KmsOptions } from './servers/kms.ts';
export { createKmsKey, type KmsKey } from './servers/kms-keys.ts';
export { startMongod, type Mongod, type MongodOptions } from './servers/mongod.ts';
export { startNatsServer, type NatsServer, type NatsServerOptions } from './servers/nats-server.ts';
export type { RestartableServer } from './servers/restartable-server.ts';
