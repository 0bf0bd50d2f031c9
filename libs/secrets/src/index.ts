export { Secret, secret } from './secret.ts';
export { equalInConstantTime } from './equal.ts';
