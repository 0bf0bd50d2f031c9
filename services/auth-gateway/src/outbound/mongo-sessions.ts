import { reachablePort, type Database } from '@trendpot/persistence';
import type { SessionStore } from '../domain/sign-in/sessions.ts';

export const mongoSessions = ({ collections: { sessions } }: Database): SessionStore =>
  reachablePort<SessionStore>({
    add: async ({ id, ...session }) => {
      await sessions.insertOne({ _id: id, ...session });
    },
    find: async (id, at) => {
      const session = await sessions.findOne({ _id: id, expiresAt: { $gt: at } });
      return session === null ? undefined : { id, userId: session.userId, expiresAt: session.expiresAt };
    },
    extend: async (id, expiresAt) => {
      await sessions.updateOne({ _id: id }, { $max: { expiresAt } });
    },
    remove: async (id) => {
      await sessions.deleteOne({ _id: id });
    },
  });
