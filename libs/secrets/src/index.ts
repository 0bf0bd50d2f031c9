export { Secret, secret, takeSecret } from './secret.ts';
export { equalInConstantTime } from './equal.ts';
