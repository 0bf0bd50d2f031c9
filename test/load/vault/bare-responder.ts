import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';

/**
 * What a lease would be without a vault around it: a round trip through NATS and one AES-256-GCM opening. The measure
 * leases are compared with; a process of its own, like the vault.
 */
const [url = '', seedFile = '', subject = '', blobHex = '', keyHex = '', inbox = ''] = process.argv.slice(2);
const key = Buffer.from(keyHex, 'hex');
const blob = Buffer.from(blobHex, 'hex');

const seed = new TextEncoder().encode(readFileSync(seedFile, 'utf8').trim());
const connection = await connect({ servers: url, authenticator: nkeyAuthenticator(seed), inboxPrefix: inbox });
connection.subscribe(subject, {
  queue: 'bare',
  callback: (_error, message) => {
    message.json();
    const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12));
    decipher.setAuthTag(blob.subarray(-16));
    const token = Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]);
    message.respond(JSON.stringify({ ok: true, data: { token: token.toString('base64') } }));
  },
});
await connection.flush();
console.log('ready');
