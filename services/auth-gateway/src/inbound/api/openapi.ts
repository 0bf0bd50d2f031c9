import { z } from 'zod';
import type { GatewaySettings } from '../gateway-settings.ts';
import { cookieName, SESSION_COOKIE } from '../http/cookies.ts';
import * as operator from './operator-schemas.ts';
import * as api from './schemas.ts';

type Access = 'session' | 'operator' | 'signature';

interface Operation {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `{accountId}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  /** Of the answer; default application/json. */
  readonly type?: string;
}

const ACCOUNT = '/api/accounts/{accountId}';
const Received = z.object({ received: z.literal(true) });

/** Every route that programs use. A test holds it against the routes of the running service. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/accounts',
    summary: 'The accounts of the signed-in person',
    access: 'session',
    answer: api.AccountList,
  },
  {
    method: 'get',
    path: ACCOUNT,
    summary: 'One account: state, why, and how fresh',
    access: 'session',
    answer: api.ApiAccount,
  },
  {
    method: 'delete',
    path: ACCOUNT,
    summary: 'Disconnect and erase',
    access: 'session',
    body: api.DisconnectRequest,
    answer: api.Receipt,
  },
  {
    method: 'get',
    path: `${ACCOUNT}/progress`,
    summary: 'Live progress as server-sent events named `progress`',
    access: 'session',
    answer: api.Progress,
    type: 'text/event-stream',
  },
  {
    method: 'get',
    path: `${ACCOUNT}/videos`,
    summary: 'Stored videos, newest first',
    access: 'session',
    query: api.VideoListQuery,
    answer: api.VideoList,
  },
  {
    method: 'get',
    path: `${ACCOUNT}/videos/live`,
    summary: 'A page straight from TikTok; costs a call',
    access: 'session',
    query: api.LiveVideoListQuery,
    answer: api.LiveVideoList,
  },
  {
    method: 'get',
    path: `${ACCOUNT}/videos/{videoId}`,
    summary: 'One video, looked up at TikTok if it is not stored',
    access: 'session',
    answer: api.FoundVideo,
  },
  {
    method: 'post',
    path: '/webhooks/tiktok',
    summary: 'Webhooks of TikTok',
    access: 'signature',
    body: z.record(z.string(), z.unknown()),
    answer: Received,
  },
  {
    method: 'get',
    path: '/operator/budget',
    summary: 'Calls taken of each ceiling',
    access: 'operator',
    answer: operator.BudgetUse,
  },
  {
    method: 'get',
    path: '/operator/vault',
    summary: 'How the vault and KMS are',
    access: 'operator',
    answer: operator.VaultStatus,
  },
  {
    method: 'get',
    path: '/operator/accounts/{accountId}',
    summary: 'Any account',
    access: 'operator',
    answer: api.ApiAccount,
  },
  {
    method: 'delete',
    path: '/operator/accounts/{accountId}',
    summary: 'Disconnect and erase',
    access: 'operator',
    body: api.DisconnectRequest,
    answer: api.Receipt,
  },
  {
    method: 'get',
    path: '/operator/accounts/{accountId}/vault',
    summary: 'What the vault holds for an account',
    access: 'operator',
    answer: operator.VaultStatus,
  },
  {
    method: 'post',
    path: '/operator/accounts/{accountId}/resync',
    summary: 'Walk the whole library again; a dry run names the price',
    access: 'operator',
    body: operator.ResyncRequest,
    answer: operator.ResyncResult,
  },
  {
    method: 'get',
    path: '/operator/dead-letters',
    summary: 'Jobs that were given up',
    access: 'operator',
    query: operator.DeadLetterQuery,
    answer: operator.DeadLetterList,
  },
  {
    method: 'get',
    path: '/operator/dead-letters/{sequence}',
    summary: 'One of them',
    access: 'operator',
    answer: operator.DeadLetterView,
  },
  {
    method: 'post',
    path: '/operator/dead-letters/redrive',
    summary: 'Try again what matches; a dry run names the price',
    access: 'operator',
    body: operator.SettleRequest,
    answer: operator.SettledResult,
  },
  {
    method: 'delete',
    path: '/operator/dead-letters',
    summary: 'Let go what matches',
    access: 'operator',
    body: operator.SettleRequest,
    answer: operator.SettledResult,
  },
];

const SECURITY: Readonly<Record<Access, readonly Record<string, readonly string[]>[]>> = {
  session: [{ session: [] }],
  operator: [{ operator: [] }],
  signature: [{ signature: [] }],
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): unknown => {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return json;
};

const parametersOf = ({ path, query }: Operation): unknown[] => {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(schema as z.ZodType, 'input'),
  }));
  return [...inPath, ...inQuery];
};

const describe = (operation: Operation): unknown => ({
  summary: operation.summary,
  security: SECURITY[operation.access],
  parameters: parametersOf(operation),
  ...(operation.body === undefined
    ? {}
    : {
        requestBody: { required: true, content: { 'application/json': { schema: schemaOf(operation.body, 'input') } } },
      }),
  responses: {
    200: {
      description: 'Done',
      content: { [operation.type ?? 'application/json']: { schema: schemaOf(operation.answer, 'output') } },
    },
    default: { description: 'Refused', content: { 'application/json': { schema: schemaOf(api.ApiError, 'output') } } },
  },
});

type OpenApiSettings = Pick<GatewaySettings, 'publicOrigin' | 'secureCookies'>;

/** The REST API in OpenAPI 3.1, made from the very schemas that requests are checked with. */
export const openApiDocument = ({ publicOrigin, secureCookies }: OpenApiSettings): unknown => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) (paths[operation.path] ??= {})[operation.method] = describe(operation);
  return {
    openapi: '3.1.0',
    info: { title: 'TrendPot TikTok gateway', version: '1' },
    servers: [{ url: publicOrigin }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: cookieName(SESSION_COOKIE, secureCookies) },
        operator: { type: 'http', scheme: 'bearer' },
        signature: { type: 'apiKey', in: 'header', name: 'TikTok-Signature' },
      },
    },
  };
};
