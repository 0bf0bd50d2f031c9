import { CONSUMERS, STREAM, STREAMS, type ConsumerDefinition, type NatsUser } from '@trendpot/contracts';

/** Both forms: the second is what servers use once `js_ack_fc_v2` is on; without it acknowledgements would break. */
const ackRights = (stream: string, consumer: string): string[] => [
  `$JS.ACK.${stream}.${consumer}.>`,
  `$JS.ACK.*.*.${stream}.${consumer}.>`,
];

const ownConsumer = ({ stream, name, filter }: ConsumerDefinition): string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}.${name}`,
  `$JS.API.CONSUMER.CREATE.${stream}.${name}.${filter}`,
  `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${name}`,
  `$JS.API.CONSUMER.INFO.${stream}.${name}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
  ...ackRights(stream, name),
];

const look = (stream: string): string => `$JS.API.STREAM.INFO.${stream}`;
const read = (stream: string): string[] => [
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}.>`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
];
const deleteMessages = (stream: string): string => `$JS.API.STREAM.MSG.DELETE.${stream}`;
const purge = (stream: string): string => `$JS.API.STREAM.PURGE.${stream}`;

const PERMIT_STREAMS = STREAMS.filter(({ kind }) => kind === 'permits' || kind === 'cooldown').map(({ name }) => name);
const WORK_STREAMS = STREAMS.filter(({ kind }) => kind === 'work');

/** Takes, reads and gives back permits. */
const permits = PERMIT_STREAMS.flatMap((stream) => [look(stream), ...read(stream), deleteMessages(stream)]);

/** Erases one account's jobs, and clears away a job that killed its workers. */
const workOf = (stream: string): string[] => [purge(stream), deleteMessages(stream), ...read(stream)];

const deadLetters = [look(STREAM.failed), ...read(STREAM.failed), deleteMessages(STREAM.failed)];

/** Any durable consumer on the events; those of the platform itself are denied below. */
const subscriber = [
  `$JS.API.CONSUMER.CREATE.${STREAM.events}.>`,
  `$JS.API.CONSUMER.DURABLE.CREATE.${STREAM.events}.*`,
  `$JS.API.CONSUMER.DELETE.${STREAM.events}.*`,
  `$JS.API.CONSUMER.INFO.${STREAM.events}.*`,
  `$JS.API.CONSUMER.MSG.NEXT.${STREAM.events}.*`,
  ...ackRights(STREAM.events, '*'),
  look(STREAM.events),
];

/** What no table implies: looking, reading, deleting, purging. A user that is added does not compile without a row. */
const JETSTREAM_RIGHTS_BY_USER: Readonly<Record<NatsUser, readonly string[]>> = {
  'auth-gateway': [...deadLetters, ...WORK_STREAMS.map(({ name }) => look(name)), ...PERMIT_STREAMS.map(look)],
  'token-vault': [],
  ingestion: [
    ...permits,
    ...workOf(STREAM.sync),
    deleteMessages(STREAM.events),
    purge(STREAM.failed),
    look(STREAM.refresh),
  ],
  'metrics-refresher': [...permits, ...workOf(STREAM.refresh), look(STREAM.sync)],
  'embed-sanitizer': [],
  subscriber,
  operator: [...deadLetters, ...STREAMS.map(({ name }) => look(name)), ...read(STREAM.audit)],
};

/** Subjects of the JetStream API this user may call: what it owns, and what its work needs. */
export const jetstreamRightsOf = (user: NatsUser): string[] => [
  ...STREAMS.filter(({ owner }) => owner === user).flatMap(({ name, kind }) => [
    `$JS.API.STREAM.CREATE.${name}`,
    // Whoever may change the limits of the audit can make it forget: `max_msgs: 1` erases what deletion may not.
    ...(kind === 'audit' ? [] : [`$JS.API.STREAM.UPDATE.${name}`]),
    look(name),
  ]),
  ...CONSUMERS.filter(({ owner }) => owner === user).flatMap((consumer) => [
    look(consumer.stream),
    ...ownConsumer(consumer),
  ]),
  ...JETSTREAM_RIGHTS_BY_USER[user],
];

/** A subscriber may not touch the consumers the platform itself erases by. */
export const jetstreamDenialsOf = (user: NatsUser): string[] =>
  user !== 'subscriber'
    ? []
    : CONSUMERS.filter(({ stream }) => stream === STREAM.events).flatMap((consumer) => [
        ...ownConsumer(consumer),
        `$JS.API.CONSUMER.CREATE.${consumer.stream}.${consumer.name}.>`,
        `$JS.API.CONSUMER.DELETE.${consumer.stream}.${consumer.name}`,
      ]);

/** Where the server reports a message that was delivered too often. */
export const advisoriesOf = (user: NatsUser): string[] =>
  CONSUMERS.filter(({ owner, stream }) => owner === user && WORK_STREAMS.some(({ name }) => name === stream)).map(
    ({ stream, name }) => `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${stream}.${name}`,
  );
