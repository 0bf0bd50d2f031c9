import { PartError } from '../part-error.ts';

const REGION = 'us-east-1';
const ANSWER_WITHIN_MS = 10_000;

export interface KmsKey {
  /** The key's ARN. */
  readonly keyId: string;
}

/** True if a KMS answers at the endpoint. */
export async function kmsAnswers(endpoint: string): Promise<boolean> {
  try {
    await callKms(endpoint, 'ListKeys', {}, 2_000);
    return true;
  } catch {
    return false;
  }
}

/**
 * Creates a symmetric key at an emulator, with an alias (`alias/...`) if one is given.
 * Speaks the wire protocol itself: the AWS client library stays a dependency of token-vault alone.
 */
export async function createKmsKey(endpoint: string, alias?: string): Promise<KmsKey> {
  const created = (await callKms(endpoint, 'CreateKey', { KeySpec: 'SYMMETRIC_DEFAULT' })) as {
    KeyMetadata: { Arn: string };
  };
  const keyId = created.KeyMetadata.Arn;
  if (alias !== undefined) await callKms(endpoint, 'CreateAlias', { AliasName: alias, TargetKeyId: keyId });
  return { keyId };
}

/** One KMS action. The signature is a placeholder: emulators read the region from it and check nothing. */
export async function callKms(
  endpoint: string,
  action: string,
  body: object,
  withinMs = ANSWER_WITHIN_MS,
): Promise<unknown> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=local/20200101/${REGION}/kms/aws4_request, SignedHeaders=host, Signature=local`,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(withinMs),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new PartError('E_PART_NO_ANSWER', `${action} was answered with ${response.status}: ${text.slice(0, 300)}`, {
      part: 'kms',
    });
  }
  return text === '' ? {} : JSON.parse(text);
}
