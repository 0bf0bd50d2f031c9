import { startBenchPlatform } from './bench-platform.ts';
import { closedLoop } from './closed-loop.ts';
import { bareRoundTrips, lease, memoryOfCachedKeys } from './measures.ts';
import { rewrapSpeed, storedOverhead } from './stored-credentials.ts';

/** Figures of one run on one machine; bare round trips and leases are measured in turn, so that both meet the same load. */
const ACCOUNTS = 100;
const AT_ONCE = 128;
const ROUND_TRIPS = 10_000;
const STAMPEDE = 500;

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));

const platform = await startBenchPlatform();
const { lab } = platform;
try {
  const connecting = lab.replica();
  const accounts: string[] = [];
  while (accounts.length < ACCOUNTS) accounts.push(await lab.connect(connecting));
  const lone = await lab.connect(connecting);
  const account = (index: number): string => accounts[index % ACCOUNTS] ?? '';
  console.log(`${ACCOUNTS} accounts connected`);

  const bareBefore = await bareRoundTrips(platform, ROUND_TRIPS, AT_ONCE);
  console.log(`bare AES-GCM and NATS round trip: ${rounded(bareBefore.perSecond)} a second`);

  const vault = await platform.startVault();
  lab.kms.calls.clear();
  await closedLoop(1_000, AT_ONCE, (index) => lease(platform, account(index)));
  const kmsCallsCold = lab.kms.callsOf('Decrypt') + lab.kms.callsOf('GenerateDataKey');
  lab.kms.calls.clear();
  await closedLoop(1_000, AT_ONCE, (index) => lease(platform, account(index)));
  const kmsCallsWarm = lab.kms.callsOf('Decrypt') + lab.kms.callsOf('GenerateDataKey');
  await Promise.all(Array.from({ length: STAMPEDE }, () => lease(platform, lone)));
  const kmsCallsStampede = lab.kms.callsOf('Decrypt') + lab.kms.callsOf('GenerateDataKey');
  console.log(
    `KMS calls: ${kmsCallsCold} cold, ${kmsCallsWarm} warm, ${kmsCallsStampede} for a stampede of ${STAMPEDE}`,
  );

  await closedLoop(ROUND_TRIPS / 4, AT_ONCE, (index) => lease(platform, account(index)));
  const leases = await closedLoop(ROUND_TRIPS, AT_ONCE, (index) => lease(platform, account(index)));
  console.log(
    `leases: ${rounded(leases.perSecond)} a second, p50 ${rounded(leases.p50Ms, 1)} ms, p99 ${rounded(leases.p99Ms, 1)} ms, ${AT_ONCE} at once`,
  );
  await vault.stop();
  const bareAfter = await bareRoundTrips(platform, ROUND_TRIPS, AT_ONCE);
  console.log(`bare again: ${rounded(bareAfter.perSecond)} a second`);
  const bareLeasesPerSecond = (bareBefore.perSecond + bareAfter.perSecond) / 2;

  const rewrapPerSecond = await rewrapSpeed(lab);
  const memory = memoryOfCachedKeys();
  console.log(`${rounded(memory / 1024)} KiB for 10,000 cached keys`);
  console.log(
    JSON.stringify({
      leasesPerSecond: rounded(leases.perSecond),
      bareLeasesPerSecond: rounded(bareLeasesPerSecond),
      ratio: rounded(leases.perSecond / bareLeasesPerSecond, 3),
      p50Ms: rounded(leases.p50Ms, 2),
      p99Ms: rounded(leases.p99Ms, 2),
      kmsCallsCold,
      kmsCallsWarm,
      kmsCallsStampede,
      overheadBytes: await storedOverhead(lab, lone),
      rewrapPerSecond: rounded(rewrapPerSecond),
      kibPer10000Keys: rounded(memory / 1024),
    }),
  );
} finally {
  await platform[Symbol.asyncDispose]();
}
process.exit();
