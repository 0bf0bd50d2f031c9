import { isDuplicateKey, reachablePort, type Database } from '@trendpot/persistence';
import type { WebhookInbox } from '../domain/webhooks/webhook.ts';

export const mongoWebhookInbox = ({ collections: { webhooks } }: Database): WebhookInbox =>
  reachablePort<WebhookInbox>({
    accept: async ({ id, event, accountId, occurredAt, reason }, at) => {
      try {
        await webhooks.insertOne({
          _id: id,
          event,
          ...(accountId === undefined ? {} : { accountId }),
          occurredAt,
          ...(reason === undefined ? {} : { reason }),
          receivedAt: at,
          dueAt: at,
          attempts: 0,
        });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    claim: async (at, until) => {
      const claimed = await webhooks.findOneAndUpdate(
        { dueAt: { $lte: at } },
        { $set: { dueAt: until }, $inc: { attempts: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'before' },
      );
      if (claimed === null) return undefined;
      const { _id: id, event, accountId, occurredAt, reason, attempts } = claimed;
      return { id, event, accountId, occurredAt, reason, attempts };
    },
    done: async (id) => {
      await webhooks.updateOne({ _id: id }, { $unset: { dueAt: 1 } });
    },
    postpone: async (id, until) => {
      await webhooks.updateOne({ _id: id, dueAt: { $exists: true } }, { $set: { dueAt: until } });
    },
  });
