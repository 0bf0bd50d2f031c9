import { createDecipheriv, createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LeaseRequest } from '@trendpot/contracts';
import { connectMessaging, respond } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';

/**
 * What a lease would be without a vault around it: a round trip through NATS and one AES-256-GCM opening. `raw` answers
 * straight from the subscription; `checked` looks at the request and knows the caller, as every responder of the
 * platform does.
 */
const [url = '', seedFile = '', subject = '', blobHex = '', keyHex = '', how = 'raw'] = process.argv.slice(2);
/** The fastest form of a key that Node has: this side zeroises nothing. */
const key = createSecretKey(keyHex, 'hex');
const blob = Buffer.from(blobHex, 'hex');

const open = (): string => {
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12));
  decipher.setAuthTag(blob.subarray(-16));
  return Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]).toString('base64');
};

const seed = secret(readFileSync(seedFile, 'utf8').trim());
const messaging = await connectMessaging({ url, user: 'token-vault', seed });
const queue = 'bare';
if (how === 'checked') {
  respond(messaging, { subject, queue, schema: LeaseRequest, handler: async () => ({ token: open() }) });
} else {
  messaging.connection.subscribe(subject, {
    queue,
    callback: (_error, message) => {
      message.json();
      message.respond(JSON.stringify({ ok: true, data: { token: open() } }));
    },
  });
}
await messaging.connection.flush();
console.log('ready');
