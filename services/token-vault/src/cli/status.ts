import { progressLine, retirementLines } from './key-report.ts';
import type { OpenVault } from './open-vault.ts';

/** Which keys are in use, what is still to be told TikTok, and which consents end soon. */
export const status = async ({ vault, keyRing, database, config }: OpenVault): Promise<number> => {
  const uses = await vault.census();
  console.log(`current key: ${keyRing.currentKeyId}`);
  console.log(progressLine(keyRing, uses));
  for (const line of retirementLines(keyRing, uses)) console.log(line);
  const { pendingRevocations, auditChains } = database.collections;
  console.log(`${await pendingRevocations.countDocuments()} disconnects TikTok was not told of yet`);
  console.log(`${await vault.countExpiring(config.consentExpiryNoticeMs)} consents end soon`);
  console.log(`${await auditChains.countDocuments()} audit chains`);
  return 0;
};
