import { loadavg } from 'node:os';
import { median, rounded } from '../numbers.ts';
import { readNumber } from '../read-number.ts';
import { startBenchPlatform, type Answerer, type BenchPlatform } from './bench-platform.ts';
import { closedLoop, type LoopResult } from './closed-loop.ts';
import { bareRoundTrip, lease, memoryOfCachedKeys } from './measures.ts';
import { rewrapSpeed, storedOverhead } from './stored-credentials.ts';

const HELP = `npm run bench:vault [-- --rounds N]

Leases a second with a warm cache beside a bare AES-GCM opening behind a NATS round trip, the KMS calls of cold, warm and
stampeding leases, what sealing adds to a token, re-wrapping and the memory of cached keys. Leases and bare round trips
take turns, so that all meet the same load; of the rounds the median counts. Bare has its key as bytes, like the vault;
the fastest as a KeyObject, which cannot be zeroised. The last line is one JSON object.

  --rounds N   (7)
`;

const ROUNDS = readNumber(HELP, 'rounds', 7);

const ACCOUNTS = 100;
const STAMPEDE = 500;
/** For throughput; and for latency, where the wait for others shall not be what is measured. */
const CROWD = 500;
const FEW = 16;
/** About a second and a half for each side: shorter ones are told apart by chance. */
const PER_ROUND: Readonly<Record<Answerer, number>> = { vault: 8_000, bare: 16_000, fastest: 18_000 };

type Ask = (index: number) => Promise<unknown>;

const kmsCalls = ({ lab }: BenchPlatform): number => lab.kms.callsOf('Decrypt') + lab.kms.callsOf('GenerateDataKey');

const countKmsCalls = async (platform: BenchPlatform, work: () => Promise<unknown>): Promise<number> => {
  platform.lab.kms.calls.clear();
  await work();
  return kmsCalls(platform);
};

type Round = Readonly<Record<Answerer, LoopResult>>;

const inTurn = async (asks: Readonly<Record<Answerer, Ask>>, atOnce: number): Promise<Round[]> => {
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) {
    const round = (who: Answerer): Promise<LoopResult> => closedLoop(PER_ROUND[who], atOnce, asks[who]);
    const [bare, vault, fastest] = [await round('bare'), await round('vault'), await round('fastest')];
    rounds.push({ bare, vault, fastest });
    const perSecond = [vault, bare, fastest].map((result) => rounded(result.perSecond));
    console.log(`a second: ${perSecond[0]} leases, ${perSecond[1]} bare, ${perSecond[2]} at the fastest`);
  }
  return rounds;
};

// Before anything else fills and empties the memory of this process.
const memory = memoryOfCachedKeys();
const platform = await startBenchPlatform();
const { lab } = platform;
try {
  const connecting = lab.replica();
  const accounts: string[] = [];
  while (accounts.length < ACCOUNTS) accounts.push(await lab.connect(connecting));
  const lone = await lab.connect(connecting);
  console.log(`${ACCOUNTS} accounts connected`);

  const leases: Ask = (index) => lease(platform, accounts[index % ACCOUNTS] ?? '');
  const without =
    (how: 'bare' | 'fastest'): Ask =>
    (index) =>
      bareRoundTrip(platform, how, accounts[index % ACCOUNTS] ?? '');
  const asks = { vault: leases, bare: without('bare'), fastest: without('fastest') };
  await using _vault = await platform.startVault();
  const kmsCallsCold = await countKmsCalls(platform, () => closedLoop(1_000, CROWD, leases));
  const kmsCallsWarm = await countKmsCalls(platform, () => closedLoop(1_000, CROWD, leases));
  const kmsCallsStampede = await countKmsCalls(platform, () =>
    Promise.all(Array.from({ length: STAMPEDE }, () => lease(platform, lone))),
  );
  console.log(
    `KMS calls: ${kmsCallsCold} cold, ${kmsCallsWarm} warm, ${kmsCallsStampede} for ${STAMPEDE} cold at once`,
  );

  for (const ask of Object.values(asks)) await closedLoop(PER_ROUND.vault, CROWD, ask);
  const rounds = await inTurn(asks, CROWD);
  const perSecond = (who: Answerer): number => median(rounds.map((round) => round[who].perSecond));
  const ratioTo = (who: Answerer): number =>
    median(rounds.map((round) => round.vault.perSecond / round[who].perSecond));
  const calm = await closedLoop(PER_ROUND.vault, FEW, leases);
  console.log(`${FEW} at once: p50 ${rounded(calm.p50Ms, 1)} ms, p99 ${rounded(calm.p99Ms, 1)} ms`);

  const overheadBytes = await storedOverhead(lab, lone);
  const rewrapPerSecond = await rewrapSpeed(lab);
  console.log(
    JSON.stringify({
      leasesPerSecond: rounded(perSecond('vault')),
      bareLeasesPerSecond: rounded(perSecond('bare')),
      ratio: rounded(ratioTo('bare'), 3),
      fastestLeasesPerSecond: rounded(perSecond('fastest')),
      ratioToFastest: rounded(ratioTo('fastest'), 3),
      p50Ms: rounded(calm.p50Ms, 2),
      p99Ms: rounded(calm.p99Ms, 2),
      kmsCallsCold,
      kmsCallsWarm,
      kmsCallsStampede,
      overheadBytes,
      rewrapPerSecond: rounded(rewrapPerSecond),
      kibPer10000Keys: rounded(memory / 1024),
      load: loadavg().map((load) => rounded(load, 1)),
    }),
  );
} finally {
  await platform[Symbol.asyncDispose]();
}
process.exit();
