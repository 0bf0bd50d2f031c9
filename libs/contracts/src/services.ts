/** The five services; also the name of each one's folder, process and NATS user. */
export const SERVICES = ['auth-gateway', 'token-vault', 'ingestion', 'metrics-refresher', 'embed-sanitizer'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Who may sign in at NATS: the services, a subscriber of events, and an operator's tools. */
export const NATS_USERS = [...SERVICES, 'subscriber', 'operator'] as const;
export type NatsUser = (typeof NATS_USERS)[number];

/**
 * Two NATS accounts. Inside one account a reply subject can be forged to write where publishing is forbidden, so the
 * vault lives alone and exports exactly its commands (ADR 0002).
 */
export const natsAccountOf = (user: NatsUser): 'PLATFORM' | 'VAULT' => (user === 'token-vault' ? 'VAULT' : 'PLATFORM');
