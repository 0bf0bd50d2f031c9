import { parseArgs } from 'node:util';
import { startVaultLab } from '../../../services/token-vault/test/vault-lab.ts';
import { crashMatrix } from './crash-matrix.ts';
import { everyDeath, everyFreeze, MOST_CALLS, PATHS, randomPlan } from './crash-plans.ts';

const HELP = `npm run test:vault-faults [-- --runs N] [--seed N] [--lanes N]

Kills and freezes a vault at every await of a refresh and of a disconnect, then races two and three of them on one account
N times (1,000 unless told otherwise), against a TikTok that rotates strictly. Says every few seconds how far it is. The
last line is one JSON object; the exit code is 1 if anything in it is not as promised.
`;
const PROGRESS_MS = 10_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '24' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const startedAt = performance.now();
const minutes = (milliseconds: number): string => `${(milliseconds / 60_000).toFixed(1)} min`;

const randomised = Number(values.runs);
const seed = Number(values.seed);
const random = Array.from({ length: randomised }, (_, index) => randomPlan(seed * 1_000_003 + index));
const plans = [...PATHS.flatMap(everyDeath), ...PATHS.flatMap(everyFreeze), ...random];

let done = 0;
const progress = setInterval(() => {
  const spent = performance.now() - startedAt;
  const left = done === 0 ? 'unknown' : minutes((spent / done) * (plans.length - done));
  console.log(`${done} of ${plans.length} runs after ${minutes(spent)}, left: ${left}`);
}, PROGRESS_MS);

const lab = await startVaultLab();
try {
  const result = await crashMatrix(lab, plans, Number(values.lanes), (runs) => (done = runs));
  for (const { plan, outcome } of result.failures) {
    console.log('not as promised:', JSON.stringify({ plan, outcome: { ...outcome, tokens: outcome.tokens.size } }));
  }
  const { failures, ...figures } = result;
  const isComplete = figures.runs === plans.length && figures.mostCalls >= MOST_CALLS;
  const broken = failures.length + figures.secretsFound + figures.keysAstray + figures.auditFaults;
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.exitCode = broken === 0 && isComplete ? 0 : 1;
  clearInterval(progress);
  console.log(JSON.stringify({ ...figures, randomised, seconds }));
} finally {
  clearInterval(progress);
  await lab[Symbol.asyncDispose]();
}
process.exit();
