import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { LeaseRequest, newAccountId, PlatformError, SUBJECT } from '@trendpot/contracts';
import { startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { leaseToken } from './lease-token.ts';
import type { Messaging } from './messaging.ts';
import { respond } from './respond.ts';
import { sealTo } from './sealed-box/sealed-box.ts';

jest.setTimeout(60_000);

const [HELD, REFUSED] = [newAccountId(), newAccountId()];
const EXPIRES_AT = '2026-11-01T00:00:00.000Z';

describe('a lease of a token', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  const asked: LeaseRequest[] = [];
  beforeAll(async () => {
    platform = await startPlatformNats();
    ingestion = await platform.connect('ingestion');
    const vault = await platform.connect('token-vault');
    respond(vault, {
      subject: SUBJECT.vaultLease,
      queue: 'token-vault',
      schema: LeaseRequest,
      handler: async (request) => {
        asked.push(request);
        if (request.accountId === REFUSED) throw new PlatformError('E_NEEDS_CONSENT', 'the grant is void');
        const { sealed, sender } = sealTo(request.recipient, Buffer.from('act.ünïcode'));
        const sealedToken = Buffer.from(sealed).toString('base64');
        return { sealedToken, sender, generation: 3, expiresAt: EXPIRES_AT };
      },
    });
    await vault.connection.flush();
  });
  afterAll(() => platform.stop());

  const lease = (accountId = HELD) =>
    leaseToken(ingestion, { accountId, operation: 'video.list', requestId: 'req_00000001' });

  it('brings the token as a secret, with its generation and its end', async () => {
    const { token, generation, expiresAt } = await lease();
    expect([token.reveal(), generation, expiresAt]).toEqual(['act.ünïcode', 3, new Date(EXPIRES_AT)]);
    expect(String(token)).not.toContain('act.');
  });

  it('is sealed to another key each time', async () => {
    asked.length = 0;
    await Promise.all([lease(), lease(), lease()]);
    expect(new Set(asked.map(({ recipient }) => recipient)).size).toBe(3);
  });

  it('brings the vault’s refusal', async () => {
    await expect(lease(REFUSED)).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
  });
});
