export { gate, type Gate } from './gate.ts';
export { eventually, type Patience } from './eventually.ts';
export { startTestPlatform, WIDE_OPEN, type ConnectedCreator, type TestPlatform } from './test-platform.ts';
export { startPlatformNats, type PlatformNats } from './platform-nats.ts';
