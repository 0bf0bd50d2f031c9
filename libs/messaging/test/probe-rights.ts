import { errors } from '@nats-io/transport-node';
import type { Messaging } from '../src/messaging.ts';

/** Which of these subjects the server refuses this user, as it says itself. Nothing must listen or be stored there. */
export const refusedPublishes = async ({ connection }: Messaging, subjects: readonly string[]): Promise<string[]> => {
  const refused = new Set<string>();
  const status = connection.status();
  const follow = (async () => {
    for await (const event of status) {
      if (event.type === 'error' && event.error instanceof errors.PermissionViolationError) {
        if (event.error.operation === 'publish') refused.add(event.error.subject);
        if (event.error.subject === LAST) return;
      }
    }
  })();
  for (const subject of subjects) connection.publish(subject, '');
  connection.publish(LAST, '');
  await follow;
  return subjects.filter((subject) => refused.has(subject));
};

/** Where the server has refused this user a publish from now on; filled as it says so. */
export const refusedPublishesOf = ({ connection }: Messaging): string[] => {
  const refused: string[] = [];
  const follow = async (): Promise<void> => {
    for await (const event of connection.status()) {
      if (event.type !== 'error' || !(event.error instanceof errors.PermissionViolationError)) continue;
      if (event.error.operation === 'publish') refused.push(event.error.subject);
    }
  };
  void follow();
  return refused;
};

/** Nobody may publish this; its refusal tells that all before it were judged. */
const LAST = 'nobody.may.publish.this';

export const refusedSubscriptions = async (
  { connection }: Messaging,
  subjects: readonly string[],
): Promise<string[]> => {
  const refused: string[] = [];
  const subscriptions = subjects.map((subject) =>
    connection.subscribe(subject, {
      callback: (error) => {
        if (error !== null) refused.push(subject);
      },
    }),
  );
  await connection.flush();
  await connection.flush();
  for (const subscription of subscriptions) if (!subscription.isClosed()) subscription.unsubscribe();
  return subjects.filter((subject) => refused.includes(subject));
};
