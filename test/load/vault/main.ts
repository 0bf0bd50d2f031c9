import { startBenchPlatform, type BenchPlatform } from './bench-platform.ts';
import { closedLoop, type LoopResult } from './closed-loop.ts';
import { bareRoundTrip, lease, memoryOfCachedKeys } from './measures.ts';
import { rewrapSpeed, storedOverhead } from './stored-credentials.ts';

/**
 * Figures of one run on one machine. Leases and bare round trips take turns, so that both meet the same load; of the
 * rounds the median counts. The last line is one JSON object.
 */
const ACCOUNTS = 100;
const STAMPEDE = 500;
/** For throughput; and for latency, where the wait for others shall not be what is measured. */
const CROWD = 500;
const FEW = 16;
const ROUNDS = 7;
const PER_ROUND = 4_000;

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

type Ask = (index: number) => Promise<unknown>;

const kmsCalls = ({ lab }: BenchPlatform): number => lab.kms.callsOf('Decrypt') + lab.kms.callsOf('GenerateDataKey');

const countKmsCalls = async (platform: BenchPlatform, work: () => Promise<unknown>): Promise<number> => {
  platform.lab.kms.calls.clear();
  await work();
  return kmsCalls(platform);
};

const inTurn = async (leases: Ask, bare: Ask, atOnce: number): Promise<{ lease: LoopResult; bare: LoopResult }[]> => {
  const rounds: { lease: LoopResult; bare: LoopResult }[] = [];
  while (rounds.length < ROUNDS) {
    const round = {
      bare: await closedLoop(PER_ROUND, atOnce, bare),
      lease: await closedLoop(PER_ROUND, atOnce, leases),
    };
    rounds.push(round);
    const ratio = rounded(round.lease.perSecond / round.bare.perSecond, 3);
    console.log(`${rounded(round.lease.perSecond)} leases, ${rounded(round.bare.perSecond)} bare a second: ${ratio}`);
  }
  return rounds;
};

const platform = await startBenchPlatform();
const { lab } = platform;
try {
  const connecting = lab.replica();
  const accounts: string[] = [];
  while (accounts.length < ACCOUNTS) accounts.push(await lab.connect(connecting));
  const lone = await lab.connect(connecting);
  console.log(`${ACCOUNTS} accounts connected`);

  const leases: Ask = (index) => lease(platform, accounts[index % ACCOUNTS] ?? '');
  const bare: Ask = (index) => bareRoundTrip(platform, accounts[index % ACCOUNTS] ?? '');
  await using _vault = await platform.startVault();
  const kmsCallsCold = await countKmsCalls(platform, () => closedLoop(1_000, CROWD, leases));
  const kmsCallsWarm = await countKmsCalls(platform, () => closedLoop(1_000, CROWD, leases));
  const kmsCallsStampede = await countKmsCalls(platform, () =>
    Promise.all(Array.from({ length: STAMPEDE }, () => lease(platform, lone))),
  );
  console.log(
    `KMS calls: ${kmsCallsCold} cold, ${kmsCallsWarm} warm, ${kmsCallsStampede} for ${STAMPEDE} cold at once`,
  );

  await closedLoop(PER_ROUND, CROWD, bare);
  await closedLoop(PER_ROUND, CROWD, leases);
  const rounds = await inTurn(leases, bare, CROWD);
  const calm = await closedLoop(PER_ROUND, FEW, leases);
  console.log(`${FEW} at once: p50 ${rounded(calm.p50Ms, 1)} ms, p99 ${rounded(calm.p99Ms, 1)} ms`);

  const overheadBytes = await storedOverhead(lab, lone);
  const rewrapPerSecond = await rewrapSpeed(lab);
  const memory = memoryOfCachedKeys();
  console.log(
    JSON.stringify({
      leasesPerSecond: rounded(median(rounds.map((round) => round.lease.perSecond))),
      bareLeasesPerSecond: rounded(median(rounds.map((round) => round.bare.perSecond))),
      ratio: rounded(median(rounds.map((round) => round.lease.perSecond / round.bare.perSecond)), 3),
      p50Ms: rounded(calm.p50Ms, 2),
      p99Ms: rounded(calm.p99Ms, 2),
      kmsCallsCold,
      kmsCallsWarm,
      kmsCallsStampede,
      overheadBytes,
      rewrapPerSecond: rounded(rewrapPerSecond),
      kibPer10000Keys: rounded(memory / 1024),
    }),
  );
} finally {
  await platform[Symbol.asyncDispose]();
}
process.exit();
