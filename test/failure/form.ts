/** `npm test` runs the short form of what can be repeated as often as one likes, `npm run test:failure` the long one. */
const isLong = process.env['TEST_FORM'] === 'long';

export const shortOrLong = <T>(short: T, long: T): T => (isLong ? long : short);
