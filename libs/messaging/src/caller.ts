import type { Msg } from '@nats-io/transport-node';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import { z } from 'zod';
import { callerDirectoryOf } from './caller-directory.ts';
import type { Messaging } from './messaging.ts';

/**
 * What the server itself writes on a request that crosses into another account (share: true on the import). It
 * replaces whatever the client had put there; measured on 2.15.2.
 */
const RequestInfo = z.object({
  acc: z.string(),
  user: z.string().optional(),
  kind: z.string().optional(),
  name_tag: z.string().optional(),
});

/** Replies to a request from another account travel on subjects of this prefix, which only the server makes up. */
const CROSS_ACCOUNT_REPLY = '_R_.';

type RequestInfo = z.infer<typeof RequestInfo>;

const readInfo = (header: string): RequestInfo | undefined => {
  try {
    return RequestInfo.parse(JSON.parse(header));
  } catch {
    return undefined;
  }
};

const MOST_REMEMBERED = 256;
/** The server writes the same words on every request of one connection, until it has measured its round trip anew. */
const remembered = new Map<string, RequestInfo | undefined>();

const infoOf = (message: Msg): RequestInfo | undefined => {
  const header = message.headers?.get('Nats-Request-Info');
  if (header === undefined || header === '') return undefined;
  if (remembered.has(header)) return remembered.get(header);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const info = readInfo(header);
  remembered.set(header, info);
  return info;
};

const isNatsUser = (name: string): name is NatsUser => (NATS_USERS as readonly string[]).includes(name);

/**
 * Who sent a request, or nothing if that is not proven. A message that JetStream was tricked into delivering here
 * crosses accounts too, but says `kind: JetStream` and bears no user: it proves nobody.
 */
export const callerOf = async (messaging: Messaging, message: Msg): Promise<NatsUser | undefined> => {
  const info = infoOf(message);
  if (info?.user === undefined || info.kind !== 'Client') return undefined;
  if (message.reply === undefined || !message.reply.startsWith(CROSS_ACCOUNT_REPLY)) return undefined;
  if (info.name_tag !== undefined && info.name_tag !== '') {
    return isNatsUser(info.name_tag) ? info.name_tag : undefined;
  }
  return callerDirectoryOf(messaging).find(info.user);
};
