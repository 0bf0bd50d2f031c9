import { createDecipheriv, createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connectMessaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';

/**
 * What a lease would be without a vault around it: a round trip through NATS and one AES-256-GCM opening. `bare` has its
 * key as bytes, which whoever must be able to zeroise a key has to; `fastest` as a KeyObject, which Node opens with in
 * half the time and nobody can zeroise.
 */
const [url = '', seedFile = '', subject = '', blobHex = '', keyHex = '', how = 'bare'] = process.argv.slice(2);
const key = how === 'fastest' ? createSecretKey(keyHex, 'hex') : Buffer.from(keyHex, 'hex');
const blob = Buffer.from(blobHex, 'hex');

const open = (): string => {
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12));
  decipher.setAuthTag(blob.subarray(-16));
  return Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]).toString('base64');
};

const seed = secret(readFileSync(seedFile, 'utf8').trim());
const messaging = await connectMessaging({ url, user: 'token-vault', seed });
messaging.connection.subscribe(subject, {
  queue: 'bare',
  callback: (_error, message) => {
    message.json();
    message.respond(JSON.stringify({ ok: true, data: { token: open() } }));
  },
});
await messaging.connection.flush();
console.log('ready');
