import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './repository-files.ts';

/** Code of a document that is a module of its own: it begins with its imports. Anything else is an excerpt. */
export const samplesOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
    .map(([, code]) => code as string)
    .filter((code) => code.startsWith('import '));

/** Here samples find what they import: every package, and beside them the files that a service has. */
const FOLDER = join(ROOT, 'services/ingestion/src');

const compilerOptions = (): ts.CompilerOptions => {
  const file = join(ROOT, 'tsconfig.test.json');
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const options = ts.getParsedCommandLineOfConfigFile(file, undefined, host)?.options;
  if (options === undefined) throw new Error(`${file} cannot be read`);
  return { ...options, incremental: false };
};

/** What the compiler has against each of the samples, by its place in the list. */
export const faultsOfSamples = (samples: readonly string[]): string[][] => {
  const texts = new Map(samples.map((code, place) => [join(FOLDER, `sample-${place}.ts`), code]));
  const options = compilerOptions();
  const real = ts.createCompilerHost(options);
  const program = ts.createProgram([...texts.keys()], options, {
    ...real,
    fileExists: (path) => texts.has(path) || real.fileExists(path),
    readFile: (path) => texts.get(path) ?? real.readFile(path),
    getSourceFile: (path, ...rest) => {
      const text = texts.get(path);
      return text === undefined ? real.getSourceFile(path, ...rest) : ts.createSourceFile(path, text, rest[0]);
    },
  });
  return [...texts.keys()].map((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, ' '),
    );
  });
};
