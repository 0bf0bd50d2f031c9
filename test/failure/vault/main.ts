import { parseArgs } from 'node:util';
import { startVaultLab } from '../../../services/token-vault/test/vault-lab.ts';
import { crashMatrix } from './crash-matrix.ts';
import { everyDeath, randomPlan } from './crash-plans.ts';

const HELP = `npm run test:vault-faults [-- --runs N] [--seed N] [--lanes N]

Kills vaults at every await of a refresh and of a disconnect, and races two and three of them on one account, against a
TikTok that rotates strictly. The last line is one JSON object.
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '8' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const seed = Number(values.seed);
const random = Array.from({ length: Number(values.runs) }, (_, index) => randomPlan(seed * 1_000_003 + index));
const plans = [...everyDeath(undefined), ...everyDeath(0), ...random];

const lab = await startVaultLab();
try {
  const result = await crashMatrix(lab, plans, Number(values.lanes), (done) => {
    if (done % 50 === 0) console.log(`${done} of ${plans.length} runs`);
  });
  for (const { plan, outcome } of result.failures) {
    console.log('not as promised:', JSON.stringify({ plan, outcome: { ...outcome, tokens: outcome.tokens.size } }));
  }
  const { failures, ...figures } = result;
  const broken = failures.length + figures.secretsFound + figures.auditFaults;
  console.log(JSON.stringify(figures));
  process.exitCode = broken === 0 ? 0 : 1;
} finally {
  await lab[Symbol.asyncDispose]();
}
process.exit();
