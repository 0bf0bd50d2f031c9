import { parseArgs } from 'node:util';

/** The one option of a benchmark; with --help, says what it is and ends. */
export const readNumber = (help: string, name: string, standard: number): number => {
  const { values } = parseArgs({
    options: { [name]: { type: 'string', default: String(standard) }, help: { type: 'boolean', default: false } },
  });
  if (values['help'] === true) {
    console.log(help);
    process.exit(0);
  }
  return Number(values[name]);
};
