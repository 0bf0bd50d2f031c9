import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LeaseRequest } from '@trendpot/contracts';
import { connectMessaging, respond } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';

/**
 * What a lease would be without a vault around it: a round trip of the platform, with the request checked and the caller
 * known as for any other, and one AES-256-GCM opening. The measure leases are compared with.
 */
const [url = '', seedFile = '', subject = '', blobHex = '', keyHex = ''] = process.argv.slice(2);
const key = Buffer.from(keyHex, 'hex');
const blob = Buffer.from(blobHex, 'hex');

const open = (): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12));
  decipher.setAuthTag(blob.subarray(-16));
  return Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]);
};

const seed = secret(readFileSync(seedFile, 'utf8').trim());
const messaging = await connectMessaging({ url, user: 'token-vault', seed });
respond(messaging, {
  subject,
  queue: 'bare',
  schema: LeaseRequest,
  handler: async () => ({ token: open().toString('base64') }),
});
await messaging.connection.flush();
console.log('ready');
