import type { KeyRing } from '../domain/keys/key-ring.ts';
import { isRetirable, useOf, type KeyUse } from '../domain/rewrap/sealed-places.ts';

const number = new Intl.NumberFormat('en-US');

/** What people call a key: the last part of its ARN, shortened. */
export const shortName = (keyId: string): string => keyId.split('/').at(-1)?.slice(0, 8) ?? keyId;

/** One line: `8,213 of 10,000 on key 1f2e3d4c; key 9a8b7c6d still needed by 12 accounts`. */
export const progressLine = ({ currentKeyId }: KeyRing, uses: readonly KeyUse[]): string => {
  const total = uses.reduce((sum, { credentials }) => sum + credentials, 0);
  const current = useOf(uses, currentKeyId).credentials;
  const others = uses
    .filter(({ keyId, credentials }) => keyId !== currentKeyId && credentials > 0)
    .map(({ keyId, credentials }) => `key ${shortName(keyId)} still needed by ${number.format(credentials)} accounts`);
  return [`${number.format(current)} of ${number.format(total)} on key ${shortName(currentKeyId)}`, ...others].join(
    '; ',
  );
};

/** For each previous key, whether it may be retired, and if not why not. */
export const retirementLines = ({ previousKeyIds }: KeyRing, uses: readonly KeyUse[]): readonly string[] =>
  previousKeyIds.map((keyId) => {
    const use = useOf(uses, keyId);
    if (isRetirable(use)) return `safe to retire key ${keyId}`;
    const { credentials } = use;
    if (credentials > 0) return `keep key ${keyId}: ${number.format(credentials)} credentials are sealed under it`;
    return `keep key ${keyId}: a vault process that seals under it was alive within two minutes`;
  });
