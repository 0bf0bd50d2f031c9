import { CONSUMERS, HOPS, natsAccountOf, type NatsUser } from '@trendpot/contracts';
import { CALLERS_SUBJECT } from '../caller-directory.ts';
import { inboxPrefixOf } from '../connect.ts';
import { advisoriesOf, jetstreamDenialsOf, jetstreamRightsOf } from './jetstream-rights.ts';

export interface UserPermissions {
  readonly publish: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  readonly subscribe: { readonly allow: readonly string[] };
}

const sorted = (subjects: readonly string[]): string[] => [...new Set(subjects)].sort();

/** Every kind of hop begins with a message on its subject. */
const sends = (user: NatsUser): string[] => HOPS.filter(({ from }) => from === user).map(({ subject }) => subject);

/**
 * Where the answers of this user go. The asker's inbox and no other: with `allow_responses` whoever asks could name any
 * subject as reply and have it written there in this user's name. Measured.
 */
const answers = (user: NatsUser): string[] =>
  HOPS.filter(({ kind, to }) => kind === 'request' && to.includes(user)).map(({ from }) =>
    natsAccountOf(from) === natsAccountOf(user) ? `${inboxPrefixOf(from)}.>` : '_R_.>',
  );

/** Requests to answer, signals to hear, and events heard live, without a consumer. */
const hears = (user: NatsUser): string[] =>
  HOPS.filter(({ kind, to, subject }) => {
    if (!to.includes(user)) return false;
    if (kind === 'request' || kind === 'signal') return true;
    const hasConsumer = CONSUMERS.some(({ owner, filter }) => owner === user && filter === subject);
    return kind === 'event' && !hasConsumer && user !== 'subscriber';
  }).map(({ subject }) => subject);

const knowsCallers = (user: NatsUser): boolean => natsAccountOf(user) === 'VAULT';

/** All that a user may do on NATS; what is not here the server refuses. */
export const permissionsOf = (user: NatsUser): UserPermissions => {
  const deny = sorted(jetstreamDenialsOf(user));
  return {
    publish: {
      allow: sorted([
        ...sends(user),
        ...answers(user),
        ...jetstreamRightsOf(user),
        ...(knowsCallers(user) ? [`${CALLERS_SUBJECT}.*`, `${CALLERS_SUBJECT}.*.*`] : []),
      ]),
      ...(deny.length === 0 ? {} : { deny }),
    },
    subscribe: {
      allow: sorted([
        `${inboxPrefixOf(user)}.>`,
        ...hears(user),
        ...advisoriesOf(user),
        ...(knowsCallers(user) ? [`${CALLERS_SUBJECT}.*.*`] : []),
      ]),
    },
  };
};
